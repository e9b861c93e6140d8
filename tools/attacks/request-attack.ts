/** Attacks made of requests: sends each request many times, a few in parallel, and checks every response. */
import type { ProtocolName } from '../../src/contract/protocol';
import { type GrpcResponse, sendOnSession } from '../../tests/support/raw/grpc';
import { Findings, inParallel, type Run, seconds, type Target } from './attack';
import { encodeRequest, NoResponse, sendBytes, type WireRequest } from './http1';
import { openHttp2Session, originOf } from './open-socket';
import { type CheckedResponse, checkResponse, summaryOf } from './response-forms';

/** Sends one request. Throws NoResponse, or an Error that describes a response of the wrong form. */
export const send = async (
  target: Pick<Target, 'address' | 'ca'>,
  protocol: ProtocolName,
  request: WireRequest,
): Promise<CheckedResponse> => {
  const origin = originOf(target, protocol);
  const response =
    protocol === 'grpc' ? await sendCall(origin, request) : await sendBytes(origin, encodeRequest(request));
  return checkResponse(protocol, response);
};

/** Sends a gRPC call on a new connection. */
const sendCall = async (origin: string, request: WireRequest): Promise<GrpcResponse> => {
  const { path, headers, body = Buffer.alloc(0) } = request;
  const session = openHttp2Session(origin);
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject);
      sendOnSession(session, path, body, headers).then(resolve, reject);
    });
  } finally {
    session.close();
  }
};

/** Returns the failure that a response shows, or undefined. */
export type Judge = (response: CheckedResponse) => string | undefined;

const rejects: Judge = (response) => (response.code === 'OK' ? 'was accepted' : undefined);

export const rejectsWith =
  (...codes: readonly string[]): Judge =>
  (response) =>
    codes.includes(response.code) ? undefined : `got ${summaryOf(response)}, not ${codes.join(' or ')}`;

export const acceptsAny: Judge = () => undefined;

type Requests = (target: Target) => readonly WireRequest[] | Promise<readonly WireRequest[]>;

const AT_ONCE = 8;

let attackCount = 0;

/** Each attack has a subject of its own, so that attacks do not share a rate limit. */
export const requestAttack = (protocol: ProtocolName, requests: Requests, judge: Judge = rejects): Run => {
  const subject = `attacker-${++attackCount}`;
  return async (target, { times }) => {
    const findings = new Findings();
    const authorization = `Bearer ${await target.tokenOf(subject)}`;
    const each = (await requests(target)).map((one) => ({
      ...one,
      headers: { authorization, ...one.headers },
    }));
    const all = Array.from({ length: times }, () => each).flat();
    await inParallel(all, AT_ONCE, (request) => sendAndRecord(findings, target, protocol, request, judge));
    return findings.finding();
  };
};

export const sendAndRecord = async (
  findings: Findings,
  target: Target,
  protocol: ProtocolName,
  request: WireRequest,
  judge: Judge,
): Promise<void> => {
  try {
    const response = await send(target, protocol, request);
    findings.record(summaryOf(response));
    const failure = judge(response);
    if (failure) findings.fail(`${request.method} ${request.path.slice(0, 80)} ${failure}`);
  } catch (error) {
    if (error instanceof NoResponse) {
      findings.record(`connection closed after ${seconds(error.afterMs)}`);
      findings.fail(`${request.method} ${request.path.slice(0, 80)}: ${error.message}`);
    } else findings.fail(`${request.method} ${request.path.slice(0, 80)}: ${(error as Error).message}`);
  }
};
