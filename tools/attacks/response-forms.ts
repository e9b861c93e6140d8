/** Checks that a response has the form of its protocol: a stack trace, an HTML page or plain text is a failure. */
import { XMLParser } from 'fast-xml-parser';
import { isErrorCode } from '../../src/contract/errors';
import type { ProtocolName } from '../../src/contract/protocol';
import { detailsOf, type GrpcResponse } from '../../tests/support/raw/grpc';
import type { RawResponse } from '../../tests/support/raw/http';
import { LEAK } from '../../tests/support/raw/requests';

export interface CheckedResponse {
  /** The gRPC status if there is one, otherwise the HTTP status. */
  readonly status: number;
  /** The error code of the domain; `OK` if the response is not an error. */
  readonly code: string;
  /** The reason of the domain error; empty if the gRPC library rejects the call. */
  readonly reason: string;
  readonly headers: RawResponse['headers'];
  /** The body; of gRPC the framed message or the text of the error. */
  readonly text: string;
}

type Read<A> = (response: A) => Omit<CheckedResponse, 'headers' | 'text'>;

class WrongForm extends Error {}

const requireForm = (isMet: boolean, failure: string): void => {
  if (!isMet) throw new WrongForm(failure);
};

const OK = { code: 'OK', reason: '' };

const rest: Read<RawResponse> = (response) =>
  response.status < 400 ? { ...OK, status: response.status } : problem(response);

const problem: Read<RawResponse> = ({ status, headers, text }) => {
  requireForm(
    headers['content-type'] === 'application/problem+json',
    `is of type ${headers['content-type']}`,
  );
  const { type, title, detail, code, reason, ...members } = JSON.parse(text);
  requireForm(type === 'about:blank' && members.status === status, 'is not a problem of RFC 9457');
  requireForm(typeof title === 'string' && typeof detail === 'string', 'has no title and detail');
  return { status, code, reason };
};

const graphql: Read<RawResponse> = ({ status, headers, text }) => {
  if (headers['content-type'] === 'text/plain; charset=utf-8') {
    requireForm(status === 200 && text.includes('type Query'), 'is plain text');
    return { ...OK, status };
  }
  requireForm(/^application\/(graphql-response\+)?json/.test(String(headers['content-type'])), 'is not JSON');
  if (status < 400 && !JSON.parse(text).errors) return { ...OK, status };
  const { message, extensions } = JSON.parse(text).errors[0];
  requireForm(typeof message === 'string' && typeof extensions?.code === 'string', 'has no message and code');
  requireForm(extensions.code !== 'INTERNAL_SERVER_ERROR', 'is INTERNAL_SERVER_ERROR');
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

const grpc: Read<GrpcResponse> = (response) => {
  const { status, httpStatus, rstCode } = response;
  if (status === 0) return { ...OK, status };
  if (status === undefined) {
    // A response to a request of another content type has no gRPC status (gRPC over HTTP/2, Content-Type).
    const ended = Number.isNaN(httpStatus);
    requireForm(
      ended || (httpStatus >= 400 && httpStatus < 500),
      `has HTTP status ${httpStatus} and no gRPC status`,
    );
    return ended
      ? { status: 0, code: `stream ended with ${rstCode}`, reason: '' }
      : { status: httpStatus, code: 'not gRPC', reason: '' };
  }
  const { ErrorInfo } = detailsOf(response);
  requireForm(CODES[status] !== undefined, `has gRPC status ${status}`);
  requireForm(
    ErrorInfo === undefined || ErrorInfo.domain === 'api-rosetta',
    'has an ErrorInfo of another domain',
  );
  return { status, code: String(CODES[status]), reason: ErrorInfo?.reason ?? '' };
};

const PARSER = new XMLParser({ parseTagValue: false });

const soap: Read<RawResponse> = (response) => {
  const { status, headers, text } = response;
  // A fault comes with 500 (WS-I Basic Profile 1.1, R1126).
  if (status >= 400 && status !== 500) return problem(response);
  requireForm(headers['content-type'] === 'text/xml; charset=utf-8', `is of type ${headers['content-type']}`);
  if (status < 400) return { ...OK, status };
  const { faultcode, faultstring, detail } = PARSER.parse(text)['soap:Envelope']['soap:Body']['soap:Fault'];
  requireForm(
    /^soap:(Client|Server|MustUnderstand|VersionMismatch)$/.test(faultcode),
    `has faultcode ${faultcode}`,
  );
  requireForm(typeof faultstring === 'string', 'has no faultstring');
  return { status, code: detail.SkillsFault.code, reason: detail.SkillsFault.reason };
};

const HTTP = { rest, graphql, soap };

/** Codes of internal errors, which no request may cause. */
const INTERNAL_CODES = new Set(['INTERNAL', 'UNAVAILABLE']);
/** The gRPC library reports INTERNAL for a message that is not in its declared encoding. */
const isFromLibrary = (protocol: ProtocolName, { reason }: { reason: string }) =>
  protocol === 'grpc' && reason === '';

const textOf = ({ status, message, body }: GrpcResponse): string =>
  status === 0 ? body.toString('latin1') : message;

/** Decodes a response. Throws an Error that describes a wrong form. */
export const checkResponse = (
  protocol: ProtocolName,
  response: RawResponse | GrpcResponse,
): CheckedResponse => {
  const text = 'body' in response ? textOf(response) : response.text;
  const headers = 'body' in response ? { ...response.headers, ...response.trailers } : response.headers;
  try {
    const checked =
      protocol === 'grpc'
        ? grpc(response as GrpcResponse)
        : HTTP[protocol as 'rest'](response as RawResponse);
    const isError = checked.code !== 'OK';
    const isInternal = INTERNAL_CODES.has(checked.code) && !isFromLibrary(protocol, checked);
    requireForm(!isInternal, `reports the internal error ${checked.code}`);
    requireForm(
      !isError || isErrorCode(checked.code) || checked.status === 0 || protocol === 'grpc',
      'has an unknown error code',
    );
    requireForm(!isError || !LEAK.test(text), 'discloses internals of the server');
    return { ...checked, headers, text };
  } catch (error) {
    const what =
      error instanceof WrongForm ? error.message : `cannot be decoded (${(error as Error).message})`;
    throw new Error(`a response ${what}: ${JSON.stringify(text.slice(0, 200))}`);
  }
};

/** The summary of a response, such as `413 RESOURCE_EXHAUSTED BODY_TOO_LARGE`. */
export const summaryOf = ({ status, code, reason }: CheckedResponse): string =>
  [status || '', code, reason].filter(Boolean).join(' ');
