/** Most attacks are requests that cost more to read than to send: so many of each, a few at a time. */
import type { ProtocolName } from '../../src/contract/protocol';
import { sendGrpc } from '../../tests/support/raw/grpc';
import { inParallel, Notes, type Run, seconds, type Target } from './attack';
import { formOf, type Seen, seenOf } from './forms';
import { bytesOf, exchange, NoAnswer, type WireRequest } from './http1';

/** Throws what is wrong with the answer's form, or NoAnswer. */
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

/** Says what should not have been answered so. */
export type Judge = (seen: Seen) => string | undefined;

export const refused: Judge = (seen) => (seen.code === 'OK' ? 'was answered as if it were fine' : undefined);

export const refusedWith =
  (...codes: readonly string[]): Judge =>
  (seen) =>
    codes.includes(seen.code) ? undefined : `was answered ${formOf(seen)}, not ${codes.join(' or ')}`;

export const anyForm: Judge = () => undefined;

type Requests = (target: Target) => readonly WireRequest[] | Promise<readonly WireRequest[]>;

const AT_ONCE = 8;

let barrages = 0;

/** From a caller of its own, so that it is not another attack that uses up what it may. */
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
    const complaint = judge(seen);
    if (complaint) notes.blame(`${request.method} ${request.path.slice(0, 80)} ${complaint}`);
  } catch (error) {
    if (error instanceof NoAnswer) {
      notes.see(`connection closed after ${seconds(error.afterMs)}`);
      notes.blame(`${request.method} ${request.path.slice(0, 80)}: ${error.message}`);
    } else notes.blame(`${request.method} ${request.path.slice(0, 80)}: ${(error as Error).message}`);
  }
};
