/** Every answer must be in its protocol's own form, whatever was asked: a stack, a page or a bare text is a fault of ours. */
import { XMLParser } from 'fast-xml-parser';
import { isErrorCode } from '../../src/contract/errors';
import type { ProtocolName } from '../../src/contract/protocol';
import { LEAK } from '../../tests/support/raw/ask';
import { detailsOf, type GrpcAnswer } from '../../tests/support/raw/grpc';
import type { RawAnswer } from '../../tests/support/raw/http';

export interface Seen {
  /** HTTP's, or gRPC's own where there is one. */
  readonly status: number;
  /** The domain's; `OK` where the answer is none of an error. */
  readonly code: string;
  /** The domain's; empty where gRPC's library refuses. */
  readonly reason: string;
  readonly headers: RawAnswer['headers'];
  /** The body; gRPC's as it came, frame and all, or the message of its error. */
  readonly text: string;
}

type Read<A> = (answer: A) => Omit<Seen, 'headers' | 'text'>;

class WrongForm extends Error {}

const must = (holds: boolean, what: string): void => {
  if (!holds) throw new WrongForm(what);
};

const OK = { code: 'OK', reason: '' };

const rest: Read<RawAnswer> = ({ status, headers, text }) => {
  if (status < 400) return { ...OK, status };
  must(headers['content-type'] === 'application/problem+json', `is of type ${headers['content-type']}`);
  const problem = JSON.parse(text);
  must(problem.type === 'about:blank' && problem.status === status, 'is not a problem of RFC 9457');
  must(typeof problem.title === 'string' && typeof problem.detail === 'string', 'has no title and detail');
  return { status, code: problem.code, reason: problem.reason };
};

const graphql: Read<RawAnswer> = ({ status, headers, text }) => {
  if (headers['content-type'] === 'text/plain; charset=utf-8') {
    must(status === 200 && text.includes('type Query'), 'is a bare text');
    return { ...OK, status };
  }
  must(/^application\/(graphql-response\+)?json/.test(String(headers['content-type'])), 'is not JSON');
  if (status < 400 && !JSON.parse(text).errors) return { ...OK, status };
  const { message, extensions } = JSON.parse(text).errors[0];
  must(typeof message === 'string' && typeof extensions?.code === 'string', 'has no message and code');
  must(extensions.code !== 'INTERNAL_SERVER_ERROR', 'is INTERNAL_SERVER_ERROR');
  return { status, code: extensions.domainCode, reason: extensions.reason };
};

const CODES: Readonly<Record<number, string>> = {
  3: 'INVALID_ARGUMENT',
  4: 'DEADLINE_EXCEEDED',
  5: 'NOT_FOUND',
  6: 'ALREADY_EXISTS',
  7: 'PERMISSION_DENIED',
  8: 'RESOURCE_EXHAUSTED',
  9: 'FAILED_PRECONDITION',
  10: 'ABORTED',
  12: 'UNIMPLEMENTED',
  13: 'INTERNAL',
  14: 'UNAVAILABLE',
  16: 'UNAUTHENTICATED',
};

const grpc: Read<GrpcAnswer> = (answer) => {
  const { status, httpStatus, rstCode } = answer;
  if (status === 0) return { ...OK, status };
  if (status === undefined) {
    // What is not gRPC has no gRPC status (gRPC over HTTP/2, Content-Type).
    const ended = Number.isNaN(httpStatus);
    must(
      ended || (httpStatus >= 400 && httpStatus < 500),
      `has HTTP status ${httpStatus} and no gRPC status`,
    );
    return ended
      ? { status: 0, code: `stream ended with ${rstCode}`, reason: '' }
      : { status: httpStatus, code: 'not gRPC', reason: '' };
  }
  const { ErrorInfo } = detailsOf(answer);
  must(CODES[status] !== undefined, `has gRPC status ${status}`);
  must(ErrorInfo === undefined || ErrorInfo.domain === 'api-rosetta', 'has an ErrorInfo of another domain');
  return { status, code: String(CODES[status]), reason: ErrorInfo?.reason ?? '' };
};

const PARSER = new XMLParser({ parseTagValue: false });

const soap: Read<RawAnswer> = ({ status, headers, text }) => {
  must(headers['content-type'] === 'text/xml; charset=utf-8', `is of type ${headers['content-type']}`);
  if (status < 400) return { ...OK, status };
  const { faultcode, faultstring, detail } = PARSER.parse(text)['soap:Envelope']['soap:Body']['soap:Fault'];
  must(/^soap:(Client|Server|MustUnderstand|VersionMismatch)$/.test(faultcode), `has faultcode ${faultcode}`);
  must(typeof faultstring === 'string', 'has no faultstring');
  return { status, code: detail.SkillsFault.code, reason: detail.SkillsFault.reason };
};

const HTTP = { rest, graphql, soap };

/** Codes that no request may bring about, however bad: they would say that the fault is ours. */
const OURS = new Set(['INTERNAL', 'UNAVAILABLE']);
/** gRPC's library says so of what is not in the encoding that it claims to be in. */
const isLibrarys = (protocol: ProtocolName, { reason }: { reason: string }) =>
  protocol === 'grpc' && reason === '';

const textOf = ({ status, message, body }: GrpcAnswer): string =>
  status === 0 ? body.toString('latin1') : message;

/** Throws an Error that says what is wrong with the answer. */
export const seenOf = (protocol: ProtocolName, answer: RawAnswer | GrpcAnswer): Seen => {
  const text = 'body' in answer ? textOf(answer) : answer.text;
  const headers = 'body' in answer ? { ...answer.headers, ...answer.trailers } : answer.headers;
  try {
    const seen =
      protocol === 'grpc' ? grpc(answer as GrpcAnswer) : HTTP[protocol as 'rest'](answer as RawAnswer);
    const isError = seen.code !== 'OK';
    const ours = OURS.has(seen.code) && !isLibrarys(protocol, seen);
    must(!ours, `says ${seen.code}, as if the fault were ours`);
    must(
      !isError || isErrorCode(seen.code) || seen.status === 0 || protocol === 'grpc',
      'has no code of ours',
    );
    must(!isError || !LEAK.test(text), 'tells of what is inside');
    return { ...seen, headers, text };
  } catch (error) {
    const what = error instanceof WrongForm ? error.message : `can not be read (${(error as Error).message})`;
    throw new Error(`an answer ${what}: ${JSON.stringify(text.slice(0, 200))}`);
  }
};

/** `413 RESOURCE_EXHAUSTED BODY_TOO_LARGE` */
export const formOf = ({ status, code, reason }: Seen): string =>
  [status || '', code, reason].filter(Boolean).join(' ');
