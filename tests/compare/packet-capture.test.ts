/** Byte counts against tshark, which captures packets below the sockets. It must be installed and allowed to capture on `lo`. */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROTOCOLS } from '../../src/app/servers';
import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import { PROTOCOL_NAMES, type SkillsClient } from '../../src/contract/protocol';
import { type Relay, startRelay } from '../../src/wire/relay';
import { serveMap } from '../support/served';
import { tempFolder } from '../support/temp';

const RETRANSMISSIONS = ['retransmission', 'fast_retransmission', 'spurious_retransmission'];
const FIELDS = ['udp.length', 'tcp.srcport', 'tcp.dstport', 'tcp.len'];
const WAIT_MS = 20_000;

interface Capture {
  /** Payload seen by TCP before the mark of `bytes()`, from the relay's client to `port` and back. */
  bytes(port: number): { up: number; down: number };
  /** Resolves when all earlier packets are counted. */
  mark(length: number): Promise<void>;
  stop(): Promise<void>;
}

/** A datagram to the first port is a mark: tshark prints earlier packets before it. */
const capture = (ports: readonly number[]): Capture => {
  const tshark = spawn(
    'tshark',
    [
      ...[
        '-i',
        'lo',
        '-a',
        `duration:${(3 * WAIT_MS) / 1000}`,
        '-n',
        '-l',
        '-f',
        ports.map((port) => `port ${port}`).join(' or '),
      ],
      ...['-Y', RETRANSMISSIONS.map((kind) => `not tcp.analysis.${kind}`).join(' and ')],
      ...['-T', 'fields', ...FIELDS.flatMap((field) => ['-e', field])],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, TMPDIR: tempFolder() } },
  );
  const ended = once(tshark, 'exit');
  const packets: number[][] = [];
  createInterface(tshark.stdout).on('line', (line) => packets.push(line.split('\t').map(Number)));
  const sum = (at: number, port: number) =>
    packets.filter((packet) => packet[at] === port).reduce((total, packet) => total + (packet[3] ?? 0), 0);
  return {
    bytes: (port) => ({ up: sum(2, port), down: sum(1, port) }),
    mark: async (length) => {
      const socket = createSocket('udp4');
      const seen = () => packets.some(([udpLength]) => udpLength === 8 + length);
      for (const until = Date.now() + WAIT_MS; !seen() && Date.now() < until; ) {
        socket.send(Buffer.alloc(length), ports[0], '127.0.0.1');
        await sleep(100);
      }
      socket.close();
      if (!seen()) throw new Error(`tshark printed no mark in ${WAIT_MS} ms.`);
    },
    stop: async () => {
      tshark.kill();
      await ended;
    },
  };
};

/** Calls of different sizes and kinds: a large page, a write and an error. */
const exchange = async (client: SkillsClient, id: string): Promise<void> => {
  await client.listSkills({ pageSize: 200 });
  const { etag } = await client.createSkill({ skill: { id, name: 'Captured', categoryIds: ['category-0'] } });
  await client.deleteSkill({ id, etag });
  await expect(client.getSkill({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
};

const portOf = ({ address }: Relay): number => Number(address.slice(address.lastIndexOf(':') + 1));

const allowed = spawnSync('tshark', ['-i', 'lo', '-L'], { timeout: WAIT_MS }).status === 0;

(allowed ? test : test.skip)(
  'every byte that TCP carried is one that the relay counted (skipped where tshark may not capture)',
  async () => {
    const served = await serveMap(PROTOCOL_NAMES, { seed: generateSkillMap(300) });
    const relays = await Promise.all(PROTOCOL_NAMES.map((name) => startRelay(served.address[name])));
    const clients = relays.map(({ address }, index) =>
      PROTOCOLS[PROTOCOL_NAMES[index]!].connect(address, { token: served.token }),
    );
    const captured = capture(relays.map(portOf));
    try {
      await captured.mark(1);
      await Promise.all(clients.map((client, index) => exchange(client, `captured-${index}`)));
      // HTTP/2 may still send acknowledgements.
      await sleep(200);
      await captured.mark(2);
      expect(relays.map((relay) => captured.bytes(portOf(relay)))).toEqual(relays.map(({ bytes }) => bytes));
      for (const { bytes } of relays) expect(bytes.down).toBeGreaterThan(200 * 40);
    } finally {
      await captured.stop();
      await Promise.all(clients.map((client) => client.close()));
      await Promise.all(relays.map((relay) => relay.stop()));
      await served.stop();
    }
  },
  3 * WAIT_MS,
);
