/** Attacks made of requests: sends each request many times, a few in parallel, and checks every response. */
import type { ProtocolName } from '../../src/contract/protocol';
import { sendGrpc } from '../../tests/support/raw/grpc';
import { Findings, inParallel, type Run, seconds, type Target } from './attack';
import { encodeRequest, NoResponse, sendBytes, type WireRequest } from './http1';
import { type CheckedResponse, checkResponse, summaryOf } from './response-forms';

/** Sends one request. Throws NoResponse, or an Error that describes a response of the wrong form. */
export const send = async (
  { address }: Pick<Target, 'address'>,
  protocol: ProtocolName,
  request: WireRequest,
): Promise<CheckedResponse> => {
  const { path, headers, body = Buffer.alloc(0) } = request;
  const response =
    protocol === 'grpc'
      ? await sendGrpc(address.grpc, path, body, headers)
      : await sendBytes(address[protocol], encodeRequest(request));
  return checkResponse(protocol, response);
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
