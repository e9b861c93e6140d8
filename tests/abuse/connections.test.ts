/** Connections that ask for too much at once, or that are broken: they end, and soon. */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { LIMITS } from '../../src/contract/limits';
import type { ProtocolName } from '../../src/contract/protocol';
import { FLAG, h2Frame, PREFACE, TYPE } from '../../tools/abuse/frames';
import { bytesOf, type WireRequest } from '../../tools/abuse/http1';
import { requestOf } from '../../tools/abuse/requests';
import { sendBytes } from '../support/raw/http';
import { type Served, serveMap } from '../support/served';

/** Patient enough for slow machines, and no more. */
const SOON_MS = 100;

let served: Served;
beforeAll(async () => {
  served = await serveMap(undefined, {}, { limits: { idleMsMax: SOON_MS, headersMsMax: SOON_MS } });
});
afterAll(() => served.stop());

const times = (count: number, request: WireRequest): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => bytesOf(request)));
const answersIn = (text: string): number => text.split('HTTP/1.1 200 OK').length - 1;

describe.each(['rest', 'graphql', 'soap'] satisfies ProtocolName[])('%s', (protocol) => {
  const get = () => requestOf(protocol, { operation: 'getSkill', input: { id: 'git' }, token: served.token });

  test('answers some requests that come before the first is answered', async () => {
    const text = await sendBytes(served.address[protocol], times(LIMITS.pipelinedMax, get()));
    expect(answersIn(text)).toBe(LIMITS.pipelinedMax);
  });

  test('cuts a connection on which more of them wait', async () => {
    const sent = times(LIMITS.pipelinedMax * 5, get());
    const text = await sendBytes(served.address[protocol], sent).catch(() => '');
    expect(answersIn(text)).toBeLessThan(LIMITS.pipelinedMax * 5);
  });
});

const hello = Buffer.concat([PREFACE, h2Frame(TYPE.settings, FLAG.none, 0)]);

test.each<[string, Buffer]>([
  ['headers that HPACK has no reading for', h2Frame(TYPE.headers, FLAG.endHeaders, 1, Buffer.alloc(5, 0xff))],
  ['data of a stream that nobody opened', h2Frame(TYPE.data, FLAG.none, 1, Buffer.from('x'))],
  ['settings of one byte', h2Frame(TYPE.settings, FLAG.none, 0, Buffer.from('x'))],
])('grpc ends a connection that was broken by %s, which Node would keep', async (_what, frame) => {
  const [host, port] = served.address.grpc.split(':');
  const socket = createConnection({ host, port: Number(port) });
  socket.on('error', () => undefined).resume();
  socket.write(Buffer.concat([hello, frame]));
  await once(socket, 'close');
});

test('grpc keeps a connection on which nothing is wrong', async () => {
  const [host, port] = served.address.grpc.split(':');
  const socket = createConnection({ host, port: Number(port) });
  // Acknowledges every ping, as all clients do (RFC 9113, section 6.7).
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at + 9 <= chunk.length; at += 9 + chunk.readUIntBE(at, 3)) {
      const isPing = chunk.readUInt8(at + 3) === TYPE.ping;
      if (isPing) socket.write(h2Frame(TYPE.ping, FLAG.ack, 0, chunk.subarray(at + 9, at + 17)));
    }
  });
  socket.write(hello);
  await new Promise((resolve) => setTimeout(resolve, 6 * SOON_MS));
  expect(socket.destroyed).toBe(false);
  socket.destroy();
});
