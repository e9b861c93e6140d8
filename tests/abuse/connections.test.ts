/** Connections with too many pipelined requests or with invalid HTTP/2 frames: the server closes them soon. */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { LIMITS } from '../../src/contract/limits';
import type { ProtocolName } from '../../src/contract/protocol';
import { encodeRequest } from '../../tools/attacks/http1';
import { FLAG, h2Frame, openConnection, PREFACE, TYPE } from '../../tools/attacks/http2-frames';
import { requestOf } from '../../tools/attacks/requests';
import { type Served, serveMap } from '../support/served';

/** The idle and header timeout of the second server. */
const SOON_MS = 100;

let served: Served;
let withShortTimeouts: Served;
beforeAll(async () => {
  served = await serveMap();
  withShortTimeouts = await serveMap(['grpc'], {}, { limits: { idleMsMax: SOON_MS, headersMsMax: SOON_MS } });
});
afterAll(async () => {
  await served.stop();
  await withShortTimeouts.stop();
});

const countResponses = (text: string): number => text.split('HTTP/1.1 200 OK').length - 1;

/** Sends pipelined requests. Resolves to the number of responses when all have arrived or the server closes the connection. */
const pipelined = async (protocol: ProtocolName, count: number): Promise<number> => {
  const request = requestOf(protocol, { operation: 'getSkill', input: { id: 'git' }, token: served.token });
  const { hostname, port } = new URL(served.address[protocol]);
  const socket = createConnection(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
    if (countResponses(text) === count) socket.destroy();
  });
  socket.on('error', () => undefined);
  socket.write(Buffer.concat(Array.from({ length: count }, () => encodeRequest(request))));
  await once(socket, 'close');
  return countResponses(text);
};

test.each(['rest', 'graphql', 'soap'] satisfies ProtocolName[])(
  '%s answers pipelined requests up to the limit',
  async (protocol) => {
    expect(await pipelined(protocol, LIMITS.pipelinedMax)).toBe(LIMITS.pipelinedMax);
  },
);

test('rest closes a connection with more pipelined requests than the limit', async () => {
  expect(await pipelined('rest', LIMITS.pipelinedMax * 5)).toBeLessThan(LIMITS.pipelinedMax * 5);
});

const hello = Buffer.concat([PREFACE, h2Frame(TYPE.settings, FLAG.none, 0)]);

test.each<[string, Buffer]>([
  ['headers that HPACK cannot decode', h2Frame(TYPE.headers, FLAG.endHeaders, 1, Buffer.alloc(5, 0xff))],
  ['data on a stream that was not opened', h2Frame(TYPE.data, FLAG.none, 1, Buffer.from('x'))],
  ['settings of one byte', h2Frame(TYPE.settings, FLAG.none, 0, Buffer.from('x'))],
])('grpc closes a connection with %s, which Node alone would keep open', async (_what, frame) => {
  const [host, port] = withShortTimeouts.address.grpc.split(':');
  const socket = createConnection({ host, port: Number(port) });
  socket.on('error', () => undefined).resume();
  socket.write(Buffer.concat([hello, frame]));
  await once(socket, 'close');
});

test('grpc keeps a valid connection open', async () => {
  const { socket, ended } = openConnection(withShortTimeouts.address.grpc);
  socket.write(hello);
  expect(await ended(6 * SOON_MS)).toMatchObject({ how: 'kept open' });
});
