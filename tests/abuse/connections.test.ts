/** Connections that ask for too much at once, or that are broken: they end, and soon. */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { LIMITS } from '../../src/contract/limits';
import type { ProtocolName } from '../../src/contract/protocol';
import { converse, FLAG, h2Frame, PREFACE, TYPE } from '../../tools/attacks/frames';
import { bytesOf } from '../../tools/attacks/http1';
import { requestOf } from '../../tools/attacks/requests';
import { type Served, serveMap } from '../support/served';

/** Patient enough for slow machines, and no more. */
const SOON_MS = 100;

let served: Served;
let impatient: Served;
beforeAll(async () => {
  served = await serveMap();
  impatient = await serveMap(['grpc'], {}, { limits: { idleMsMax: SOON_MS, headersMsMax: SOON_MS } });
});
afterAll(async () => {
  await served.stop();
  await impatient.stop();
});

const answersIn = (text: string): number => text.split('HTTP/1.1 200 OK').length - 1;

/** Sends as many at once, and reads until all are answered or the server ends the connection. */
const pipelined = async (protocol: ProtocolName, count: number): Promise<number> => {
  const request = requestOf(protocol, { operation: 'getSkill', input: { id: 'git' }, token: served.token });
  const { hostname, port } = new URL(served.address[protocol]);
  const socket = createConnection(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
    if (answersIn(text) === count) socket.destroy();
  });
  socket.on('error', () => undefined);
  socket.write(Buffer.concat(Array.from({ length: count }, () => bytesOf(request))));
  await once(socket, 'close');
  return answersIn(text);
};

test.each(['rest', 'graphql', 'soap'] satisfies ProtocolName[])(
  '%s answers some requests that come before the first is answered',
  async (protocol) => {
    expect(await pipelined(protocol, LIMITS.pipelinedMax)).toBe(LIMITS.pipelinedMax);
  },
);

test('a connection is cut on which more of them wait', async () => {
  expect(await pipelined('rest', LIMITS.pipelinedMax * 5)).toBeLessThan(LIMITS.pipelinedMax * 5);
});

const hello = Buffer.concat([PREFACE, h2Frame(TYPE.settings, FLAG.none, 0)]);

test.each<[string, Buffer]>([
  ['headers that HPACK has no reading for', h2Frame(TYPE.headers, FLAG.endHeaders, 1, Buffer.alloc(5, 0xff))],
  ['data of a stream that nobody opened', h2Frame(TYPE.data, FLAG.none, 1, Buffer.from('x'))],
  ['settings of one byte', h2Frame(TYPE.settings, FLAG.none, 0, Buffer.from('x'))],
])('grpc ends a connection that was broken by %s, which Node would keep', async (_what, frame) => {
  const [host, port] = impatient.address.grpc.split(':');
  const socket = createConnection({ host, port: Number(port) });
  socket.on('error', () => undefined).resume();
  socket.write(Buffer.concat([hello, frame]));
  await once(socket, 'close');
});

test('grpc keeps a connection on which nothing is wrong', async () => {
  const { socket, ended } = converse(impatient.address.grpc);
  socket.write(hello);
  expect(await ended(6 * SOON_MS)).toMatchObject({ how: 'borne' });
});
