/** Callers who take their time: connections cost them nothing, and are meant to cost the server much. */
import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../../src/contract/limits';
import { PROTOCOL_NAMES, type ProtocolName } from '../../../src/contract/protocol';
import { envelope } from '../../../tests/support/raw/ask';
import { type Attack, type Finding, Notes, type Run, type Size, type Target } from '../attack';
import { formOf, seenOf } from '../forms';
import { converse, FLAG, framesIn, grpcHeaders, h2Frame, PREFACE, TYPE, write } from '../frames';
import { bytesOf, readAnswer } from '../http1';
import { SOAP_TYPE } from '../requests';

/** The server is given so much longer than its own limits say. */
export const GRACE_MS = 8000;
const TRICKLE_MS = 400;

export const each = (run: (protocol: ProtocolName) => Run): Attack['on'] =>
  Object.fromEntries(PROTOCOL_NAMES.map((one) => [one, run(one)])) as Attack['on'];

export const many = async (count: number, work: (notes: Notes) => Promise<void>): Promise<Finding> => {
  const notes = new Notes();
  await Promise.all(Array.from({ length: count }, () => work(notes)));
  return notes.finding();
};

interface Held {
  readonly socket: Socket;
  /** What came until the server ended it; we do after `patienceMs`. */
  readonly ended: Promise<{ readonly bytes: Buffer; readonly afterMs: number; readonly isOurs: boolean }>;
}

export const hold = (address: string, patienceMs: number): Held => {
  const { hostname, port } = new URL(address.includes('://') ? address : `http://${address}`);
  const from = performance.now();
  const chunks: Buffer[] = [];
  let isOurs = false;
  const socket = createConnection({ port: Number(port), host: hostname });
  const patience = setTimeout(() => {
    isOurs = true;
    socket.destroy();
  }, patienceMs);
  const ended = new Promise<Awaited<Held['ended']>>((resolve) => {
    socket
      .on('data', (chunk) => chunks.push(chunk))
      .on('error', () => undefined)
      .on('close', () => {
        clearTimeout(patience);
        resolve({ bytes: Buffer.concat(chunks), afterMs: performance.now() - from, isOurs });
      });
  });
  return { socket, ended };
};

/** How the server ended it, in the protocol's form where it said anything; it must have ended it itself. */
const note = async (notes: Notes, protocol: ProtocolName, { ended }: Held): Promise<void> => {
  const { bytes, afterMs, isOurs } = await ended;
  const read = protocol === 'grpc' ? undefined : readAnswer(bytes, true);
  const when = `${Math.round(afterMs / 1000)} s`;
  if (isOurs) notes.blame(`the connection was still open after ${when}`);
  if (!read) return notes.see(`connection closed after ${when}`);
  try {
    notes.see(`${formOf(seenOf(protocol, read.answer))} after ${when}`);
  } catch (error) {
    notes.blame((error as Error).message);
  }
};

const trickle = async ({ socket, ended }: Held, bytes: Buffer): Promise<void> => {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (let at = 0; !isOver; at = (at + 1) % bytes.length) {
    await write(socket, bytes.subarray(at, at + 1));
    await Promise.race([sleep(TRICKLE_MS), ended]);
  }
};

const POST = {
  rest: { method: 'POST', path: '/api/skills', headers: { 'content-type': 'application/json' } },
  graphql: { method: 'POST', path: '/graphql', headers: { 'content-type': 'application/json' } },
  soap: { method: 'POST', path: '/soap', headers: SOAP_TYPE },
} as const;

const slowHeadersOn =
  (protocol: ProtocolName): Run =>
  ({ address }, { connections }) =>
    many(Math.ceil(connections / 20), async (notes) => {
      const held = hold(address[protocol], LIMITS.headersMsMax + GRACE_MS);
      const head =
        protocol === 'grpc' ? PREFACE : Buffer.from('POST / HTTP/1.1\r\nhost: x\r\nx-slow: 1\r\nx-slower: ');
      void trickle(held, protocol === 'grpc' ? head : Buffer.concat([head, Buffer.alloc(4000, 'x')]));
      await note(notes, protocol, held);
    });

export const slowHeaders: Attack = {
  name: 'slow headers',
  sent: '50 connections, a byte of the headers every 0.4 s; in gRPC, of the preface',
  on: each(slowHeadersOn),
};

const TEXT = envelope(`<GetSkill><id>${'x'.repeat(50_000)}</id></GetSkill>`);

const slowBodyOn =
  (protocol: ProtocolName): Run =>
  (target, { connections }) =>
    many(Math.ceil(connections / 20), async (notes) => {
      if (protocol === 'grpc') return slowMessage(notes, target);
      const held = hold(target.address[protocol], LIMITS.requestMsMax + GRACE_MS);
      const whole = bytesOf({ ...POST[protocol], body: Buffer.from(TEXT) });
      const head = whole.indexOf('\r\n\r\n') + 4;
      await write(held.socket, whole.subarray(0, head));
      void trickle(held, whole.subarray(head));
      await note(notes, protocol, held);
    });

const hello = Buffer.concat([PREFACE, h2Frame(TYPE.settings, FLAG.none, 0)]);

/** A stream on which a byte comes every now and then, which is answered with trailers that say so. */
const slowMessage = async (notes: Notes, { address }: Target): Promise<void> => {
  const { socket, ended } = converse(address.grpc);
  const from = performance.now();
  let answered: ((value: unknown) => void) | undefined;
  const answer = new Promise((resolve) => {
    answered = resolve;
  });
  // The headers of stream 1, with the status of the call in them.
  socket.on('data', (chunk: Buffer) => {
    for (const { type, stream } of framesIn(chunk))
      if (type === TYPE.headers && stream === 1) answered?.('status');
  });
  await write(
    socket,
    Buffer.concat([hello, h2Frame(TYPE.headers, FLAG.endHeaders, 1, grpcHeaders('GetSkill'))]),
  );
  await write(socket, h2Frame(TYPE.data, FLAG.none, 1, Buffer.from([0, 0, 0, 0xff, 0])));
  void ended(LIMITS.requestMsMax + GRACE_MS).then(({ how }) => answered?.(how));
  let how: unknown;
  while (how === undefined) {
    await write(socket, h2Frame(TYPE.data, FLAG.none, 1, Buffer.from('x')));
    how = await Promise.race([sleep(TRICKLE_MS), answer]);
  }
  const when = `${Math.round((performance.now() - from) / 1000)} s`;
  socket.destroy();
  notes.see(
    how === 'status' ? `the call is ended with a status after ${when}` : `connection closed after ${when}`,
  );
  if (performance.now() - from > LIMITS.requestMsMax + GRACE_MS - 1000)
    notes.blame('the call was never ended');
};

export const slowBody: Attack = {
  name: 'slow body',
  sent: '50 connections, a byte of the body every 0.4 s',
  on: each(slowBodyOn),
};

const idleOn =
  (protocol: ProtocolName): Run =>
  ({ address }, { connections }: Size) =>
    many(connections, async (notes) => {
      await note(notes, protocol, hold(address[protocol], LIMITS.headersMsMax + GRACE_MS));
    });

export const idleConnections: Attack = {
  name: '1,000 idle connections',
  sent: '1,000 connections on which nothing is said',
  on: each(idleOn),
};
