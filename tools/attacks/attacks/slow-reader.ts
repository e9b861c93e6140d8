/** Slow readers: clients that request large responses and do not read them. */
import { LIMITS } from '../../../src/contract/limits';
import type { ProtocolName } from '../../../src/contract/protocol';
import type { Attack, Findings, Run, Target } from '../attack';
import { seconds } from '../attack';
import { encodeRequest } from '../http1';
import {
  FLAG,
  framesIn,
  grpcHeaders,
  h2Frame,
  openConnection,
  PREFACE,
  setting,
  TYPE,
  write,
} from '../http2-frames';
import { originOf } from '../open-socket';
import { requestOf } from '../requests';
import { GRACE_MS, holdOpen, onEachProtocol, openMany } from './slow';

/** The number of pages requested on one connection, many times the size of the socket buffers. */
const PAGES = 1000;
const LARGEST = { pageSize: 200 };

const slowReaderOn =
  (protocol: ProtocolName): Run =>
  async (target, { connections }) => {
    const count = Math.ceil(connections / 50);
    const tokens = await Promise.all(
      Array.from({ length: count }, (_, index) => target.tokenOf(`reader-${protocol}-${index}`)),
    );
    return openMany(count, async (findings) => {
      const token = tokens.pop() as string;
      if (protocol === 'grpc') return stalledStreams(findings, target, token);
      const request = requestOf(protocol, { operation: 'listSkills', input: LARGEST, token });
      const from = performance.now();
      const held = holdOpen(target, protocol, LIMITS.stalledMsMax + GRACE_MS);
      held.socket.pause();
      held.socket.write(Buffer.concat(Array.from({ length: PAGES }, () => encodeRequest(request))));
      // The client notices a closed connection only when it reads or writes.
      const probe = setInterval(() => {
        if (performance.now() - from > LIMITS.stalledMsMax) held.socket.write('x');
      }, 500);
      const { afterMs, isClosedHere } = await held.ended;
      clearInterval(probe);
      findings.record(`connection closed after ${Math.round(afterMs / 1000)} s`);
      if (isClosedHere) findings.fail(`the connection was still open after ${seconds(afterMs)}`);
    });
  };

const NO_WINDOW = Buffer.concat([PREFACE, h2Frame(TYPE.settings, FLAG.none, 0, setting(4, 0))]);

/** Opens streams with a window of zero, so that every response waits in the server. */
const stalledStreams = async (findings: Findings, target: Target, token: string): Promise<void> => {
  const { socket, ended } = openConnection(originOf(target, 'grpc'));
  let resets = 0;
  const from = performance.now();
  let lastMs = 0;
  socket.on('data', (chunk: Buffer) => {
    for (const { type } of framesIn(chunk)) {
      if (type !== TYPE.reset) continue;
      resets++;
      lastMs = performance.now() - from;
    }
  });
  const { body = Buffer.alloc(0), headers } = requestOf('grpc', {
    operation: 'listSkills',
    input: LARGEST,
    token,
  });
  const requests = Array.from({ length: LIMITS.streamsMax }, (_, index) => {
    const stream = 2 * index + 1;
    const open = h2Frame(TYPE.headers, FLAG.endHeaders, stream, grpcHeaders('ListSkills', headers));
    return Buffer.concat([open, h2Frame(TYPE.data, FLAG.endStream, stream, body)]);
  });
  await write(socket, Buffer.concat([NO_WINDOW, ...requests]));
  // A call that waits for unread responses starts within requestMsMax, or it ends. Then its own response may stall.
  await ended(LIMITS.requestMsMax + LIMITS.stalledMsMax + GRACE_MS);
  findings.record(`${resets} calls ended after ${Math.round(lastMs / 1000)} s`);
  if (resets < LIMITS.streamsMax) findings.fail(`${LIMITS.streamsMax - resets} calls were never ended`);
};

export const slowReader: Attack = {
  name: 'slow reader',
  description:
    '20 connections that request the largest page 1,000 times each (in gRPC on 100 streams) and read nothing',
  on: onEachProtocol(slowReaderOn),
};
