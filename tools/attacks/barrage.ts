/** Attacks made of requests: sends each request many times, a few in parallel, and checks every response. */
import type { ProtocolName } from '../../src/contract/protocol';
import { sendGrpc } from '../../tests/support/raw/grpc';
import { inParallel, Notes, type Run, seconds, type Target } from './attack';
import { formOf, type Seen, seenOf } from './forms';
import { bytesOf, exchange, NoAnswer, type WireRequest } from './http1';

/** Sends one request. Throws NoAnswer, or an Error that describes a response of the wrong form. */
export const ask = async (
  { address }: Pick<Target, 'address'>,
  protocol: ProtocolName,
  request: WireRequest,
): Promise<Seen> => {
  const { path, headers, body = Buffer.alloc(0) } = request;
  const answer =
    protocol === 'grpc'
      ? await sendGrpc(address.grpc, path, body, headers)
      : await exchange(address[protocol], bytesOf(request));
  return seenOf(protocol, answer);
};

/** Returns the failure that a response shows, or undefined. */
export type Judge = (seen: Seen) => string | undefined;

export const refused: Judge = (seen) => (seen.code === 'OK' ? 'was accepted' : undefined);

export const refusedWith =
  (...codes: readonly string[]): Judge =>
  (seen) =>
    codes.includes(seen.code) ? undefined : `got ${formOf(seen)}, not ${codes.join(' or ')}`;

export const anyForm: Judge = () => undefined;

type Requests = (target: Target) => readonly WireRequest[] | Promise<readonly WireRequest[]>;

const AT_ONCE = 8;

let barrages = 0;

/** Each attack has a subject of its own, so that attacks do not share a rate limit. */
export const barrage = (protocol: ProtocolName, requests: Requests, judge: Judge = refused): Run => {
  const subject = `attacker-${++barrages}`;
  return async (target, { times }) => {
    const notes = new Notes();
    const authorization = `Bearer ${await target.tokenOf(subject)}`;
    const each = (await requests(target)).map((one) => ({
      ...one,
      headers: { authorization, ...one.headers },
    }));
    const all = Array.from({ length: times }, () => each).flat();
    await inParallel(all, AT_ONCE, (request) => askAndNote(notes, target, protocol, request, judge));
    return notes.finding();
  };
};

export const askAndNote = async (
  notes: Notes,
  target: Target,
  protocol: ProtocolName,
  request: WireRequest,
  judge: Judge,
): Promise<void> => {
  try {
    const seen = await ask(target, protocol, request);
    notes.see(formOf(seen));
    const failure = judge(seen);
    if (failure) notes.blame(`${request.method} ${request.path.slice(0, 80)} ${failure}`);
  } catch (error) {
    if (error instanceof NoAnswer) {
      notes.see(`connection closed after ${seconds(error.afterMs)}`);
      notes.blame(`${request.method} ${request.path.slice(0, 80)}: ${error.message}`);
    } else notes.blame(`${request.method} ${request.path.slice(0, 80)}: ${(error as Error).message}`);
  }
};
