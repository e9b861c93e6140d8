/** Captures TCP streams with tshark, which must be installed and permitted to capture on `lo`. */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { tempFolder } from '../support/temp';

export interface Stream {
  /** `up` is sent to the port, `down` comes from it. */
  readonly up: Buffer;
  readonly down: Buffer;
}

export interface StreamCapture {
  /** The streams to a port, in the order in which they were opened. */
  streams(port: number): Stream[];
  /** Resolves when everything sent before has been captured. */
  mark(length: number): Promise<void>;
  stop(): Promise<void>;
}

const WAIT_MS = 20_000;
const FIELDS = ['udp.length', 'tcp.stream', 'tcp.srcport', 'tcp.dstport', 'tcp.seq', 'tcp.payload'];

export const canCapture = (): boolean =>
  spawnSync('tshark', ['-i', 'lo', '-L'], { timeout: WAIT_MS }).status === 0;

interface Packet {
  readonly stream: string;
  readonly from: number;
  readonly to: number;
  readonly seq: number;
  readonly payload: Buffer;
}

/** A datagram to the first port is a mark: packets that tshark prints before it were sent before it. */
export const captureStreams = (ports: readonly number[]): StreamCapture => {
  const filter = ports.map((port) => `port ${port}`).join(' or ');
  const tshark = spawn(
    'tshark',
    [
      ...['-i', 'lo', '-a', `duration:${(3 * WAIT_MS) / 1000}`, '-n', '-l', '-f', filter],
      ...['-T', 'fields', ...FIELDS.flatMap((field) => ['-e', field])],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, TMPDIR: tempFolder() } },
  );
  const ended = once(tshark, 'exit');
  const marks = new Set<number>();
  const packets: Packet[] = [];
  createInterface(tshark.stdout).on('line', (line) => {
    const [udpLength = '', stream = '', from, to, seq, payload = ''] = line.split('\t');
    if (udpLength !== '') marks.add(Number(udpLength));
    else
      packets.push({
        stream,
        from: Number(from),
        to: Number(to),
        seq: Number(seq),
        payload: Buffer.from(payload, 'hex'),
      });
  });
  return {
    streams: (port) => {
      const to = packets.filter((packet) => packet.to === port);
      return [...new Set(to.map(({ stream }) => stream))].map((stream) => {
        const both = packets.filter((packet) => packet.stream === stream);
        const [up, down] = [both.filter((one) => one.to === port), both.filter((one) => one.from === port)];
        return { up: inOrder(up), down: inOrder(down) };
      });
    },
    mark: async (length) => {
      const socket = createSocket('udp4');
      for (const until = Date.now() + WAIT_MS; !marks.has(8 + length) && Date.now() < until; ) {
        socket.send(Buffer.alloc(length), ports[0], '127.0.0.1');
        await sleep(100);
      }
      socket.close();
      if (!marks.has(8 + length)) throw new Error(`tshark printed no mark in ${WAIT_MS} ms.`);
    },
    stop: async () => {
      tshark.kill();
      await ended;
    },
  };
};

/** Places bytes by sequence number (the first is 1, since SYN is 0), so that retransmissions count once. */
const inOrder = (packets: readonly Packet[]): Buffer => {
  const carrying = packets.filter(({ payload }) => payload.length > 0);
  const length = Math.max(0, ...carrying.map(({ seq, payload }) => seq - 1 + payload.length));
  const bytes = Buffer.alloc(length);
  for (const { seq, payload } of carrying) payload.copy(bytes, seq - 1);
  return bytes;
};
