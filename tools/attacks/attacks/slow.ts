/** Slow and idle clients: slow headers, slow bodies and idle connections. */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../../src/contract/limits';
import { PROTOCOL_NAMES, type ProtocolName } from '../../../src/contract/protocol';
import { envelope } from '../../../tests/support/raw/requests';
import { type Attack, type AttackSize, type Finding, Findings, type Run, type Target } from '../attack';
import { encodeRequest, parseResponse } from '../http1';
import { FLAG, framesIn, grpcHeaders, h2Frame, openConnection, PREFACE, TYPE, write } from '../http2-frames';
import { openSocket, originOf } from '../open-socket';
import { SOAP_TYPE } from '../requests';
import { checkResponse, summaryOf } from '../response-forms';

/** The time beyond its own limits within which the server must act. */
export const GRACE_MS = 8000;
const TRICKLE_MS = 400;

export const onEachProtocol = (run: (protocol: ProtocolName) => Run): Attack['on'] =>
  Object.fromEntries(PROTOCOL_NAMES.map((one) => [one, run(one)])) as Attack['on'];

export const openMany = async (
  count: number,
  work: (findings: Findings) => Promise<void>,
): Promise<Finding> => {
  const findings = new Findings();
  await Promise.all(Array.from({ length: count }, () => work(findings)));
  return findings.finding();
};

interface HeldConnection {
  readonly socket: Socket;
  /** The bytes received until the server closed the connection, or the client did after `patienceMs`. */
  readonly ended: Promise<{
    readonly bytes: Buffer;
    readonly afterMs: number;
    readonly isClosedHere: boolean;
  }>;
}

export const holdOpen = (target: Target, protocol: ProtocolName, patienceMs: number): HeldConnection => {
  const from = performance.now();
  const chunks: Buffer[] = [];
  let isClosedHere = false;
  const socket = openSocket(originOf(target, protocol), protocol === 'grpc' ? 'h2' : 'http/1.1');
  const patience = setTimeout(() => {
    isClosedHere = true;
    socket.destroy();
  }, patienceMs);
  const ended = new Promise<Awaited<HeldConnection['ended']>>((resolve) => {
    socket
      .on('data', (chunk) => chunks.push(chunk))
      .on('error', () => undefined)
      .on('secureConnect', () => patience.refresh())
      .on('close', () => {
        clearTimeout(patience);
        resolve({ bytes: Buffer.concat(chunks), afterMs: performance.now() - from, isClosedHere });
      });
  });
  return { socket, ended };
};

/** Records how the server closed the connection and a response before that. Fails if the server left it open. */
const recordEnd = async (
  findings: Findings,
  protocol: ProtocolName,
  { ended }: HeldConnection,
): Promise<void> => {
  const { bytes, afterMs, isClosedHere } = await ended;
  const read = protocol === 'grpc' ? undefined : parseResponse(bytes, true);
  const when = `${Math.round(afterMs / 1000)} s`;
  if (isClosedHere) findings.fail(`the connection was still open after ${when}`);
  if (!read) return findings.record(`connection closed after ${when}`);
  try {
    findings.record(`${summaryOf(checkResponse(protocol, read.response))} after ${when}`);
  } catch (error) {
    findings.fail((error as Error).message);
  }
};

const trickle = async ({ socket, ended }: HeldConnection, bytes: Buffer): Promise<void> => {
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
  (target, { connections }) =>
    openMany(Math.ceil(connections / 20), async (findings) => {
      const held = holdOpen(target, protocol, LIMITS.headersMsMax + GRACE_MS);
      const head =
        protocol === 'grpc' ? PREFACE : Buffer.from('POST / HTTP/1.1\r\nhost: x\r\nx-slow: 1\r\nx-slower: ');
      void trickle(held, protocol === 'grpc' ? head : Buffer.concat([head, Buffer.alloc(4000, 'x')]));
      await recordEnd(findings, protocol, held);
    });

export const slowHeaders: Attack = {
  name: 'slow headers',
  description: '50 connections that send one byte of the headers (in gRPC, of the preface) every 0.4 s',
  on: onEachProtocol(slowHeadersOn),
};

const TEXT = envelope(`<GetSkill><id>${'x'.repeat(50_000)}</id></GetSkill>`);

const slowBodyOn =
  (protocol: ProtocolName): Run =>
  (target, { connections }) =>
    openMany(Math.ceil(connections / 20), async (findings) => {
      if (protocol === 'grpc') return slowMessage(findings, target);
      const held = holdOpen(target, protocol, LIMITS.requestMsMax + GRACE_MS);
      const whole = encodeRequest({ ...POST[protocol], body: Buffer.from(TEXT) });
      const head = whole.indexOf('\r\n\r\n') + 4;
      await write(held.socket, whole.subarray(0, head));
      void trickle(held, whole.subarray(head));
      await recordEnd(findings, protocol, held);
    });

const hello = Buffer.concat([PREFACE, h2Frame(TYPE.settings, FLAG.none, 0)]);

/** Sends a message byte by byte. The server must end the call with a status. */
const slowMessage = async (findings: Findings, target: Target): Promise<void> => {
  const { socket, ended } = openConnection(originOf(target, 'grpc'));
  const from = performance.now();
  let answered: ((value: unknown) => void) | undefined;
  const answer = new Promise((resolve) => {
    answered = resolve;
  });
  // The headers of stream 1 carry the status of the call.
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
  findings.record(
    how === 'status' ? `call ended with a status after ${when}` : `connection closed after ${when}`,
  );
  if (performance.now() - from > LIMITS.requestMsMax + GRACE_MS - 1000)
    findings.fail('the server did not end the call');
};

export const slowBody: Attack = {
  name: 'slow body',
  description: '50 connections that send one byte of the body every 0.4 s',
  on: onEachProtocol(slowBodyOn),
};

const idleOn =
  (protocol: ProtocolName): Run =>
  (target, { connections }: AttackSize) =>
    openMany(connections, async (findings) => {
      await recordEnd(findings, protocol, holdOpen(target, protocol, LIMITS.headersMsMax + GRACE_MS));
    });

export const idleConnections: Attack = {
  name: '1,000 idle connections',
  description: '1,000 connections that send nothing',
  on: onEachProtocol(idleOn),
};
