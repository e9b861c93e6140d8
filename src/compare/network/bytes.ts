/** Every byte of a scenario on the wire by kind, counted by relays. These calls are not timed. */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { PROTOCOLS } from '../../app/servers';
import { settleAnswer } from '../../calls/answers';
import { type Tokens, withToken } from '../../calls/tokens';
import type { ProtocolName, SkillsClient } from '../../contract/protocol';
import { OPERATION_NAMES } from '../../contract/skills-api';
import { countConnectionBytes, type Direction, mapByteKinds } from '../../wire/byte-counts';
import { type Relay, startRelay } from '../../wire/relay';
import { sum } from '../latency/statistics';
import type { ConnectionBytes, Kinds } from '../run/result';
import type { Scenario } from '../scenarios/support/scenario';
import { startGzipGateway } from './gzip-gateway';

export interface BytesOptions {
  readonly scenario: Scenario;
  readonly protocols: readonly ProtocolName[];
  readonly addresses: Readonly<Partial<Record<ProtocolName, string>>>;
  readonly tokens?: Tokens;
  /** The inputs, at least one: the same for all protocols, in the same order. */
  readonly draws: readonly unknown[];
  /** Checked before each call; its reason is thrown. */
  readonly signal?: AbortSignal;
}

export interface ScenarioBytes {
  /** HTTP requests per answer, counted on the socket. */
  readonly requests: number;
  /** Waves of requests per answer: those sent together count once. */
  readonly roundTrips: number;
  readonly bytes: { readonly identity: ConnectionBytes; readonly gzip: ConnectionBytes };
}

/** HPACK's dynamic table holds the repeated headers after the second or third call. */
const WARM_CALLS = 3;

/**
 * Repeated counts are equal to the byte, except for values that the service writes, for example times, and for two gRPC
 * headers, `date` and `grpc-timeout`, which HPACK sends in full after a change. Calls run one at a time: a scenario deletes
 * what it wrote before the next client writes it. Rejects with an Error if an answer is not the expected one.
 */
export const measureBytes = async ({
  scenario,
  protocols,
  addresses,
  tokens = {},
  draws,
  signal,
}: BytesOptions): Promise<Partial<Record<ProtocolName, ScenarioBytes>>> => {
  const taps: Tap[] = [];
  const open = async (protocol: ProtocolName, gzip: boolean): Promise<Tap> => {
    const tap = await openTap(protocol, { address: addresses[protocol], token: tokens[protocol], gzip });
    taps.push(tap);
    return tap;
  };
  try {
    const pairs: [ProtocolName, Tap, Tap][] = [];
    for (const name of protocols) pairs.push([name, await open(name, false), await open(name, true)]);
    for (const some of [draws.slice(0, 1), draws.slice(0, WARM_CALLS), draws]) {
      for (const tap of taps)
        for (const drawn of some) {
          signal?.throwIfAborted();
          await callThroughTap(scenario, tap, drawn);
        }
      await waitUntilQuiet(taps);
      for (const tap of taps) tap.snapshots.push(takeSnapshot(tap));
    }
    return Object.fromEntries(
      pairs.map(([name, tap, zipped]) => {
        const { bytes: identity, ...counts } = computeBytesPerAnswer(tap, draws.length);
        return [
          name,
          { ...counts, bytes: { identity, gzip: computeBytesPerAnswer(zipped, draws.length).bytes } },
        ];
      }),
    );
  } finally {
    await Promise.all(taps.map(({ close }) => close()));
  }
};

/** A client with a relay, and perhaps a gateway, of its own. */
interface Tap {
  readonly protocol: ProtocolName;
  readonly client: SkillsClient;
  readonly relay: Relay;
  readonly waves: () => number;
  /** After the first answer, after the warm-up, and at the end. */
  readonly snapshots: Snapshot[];
  close(): Promise<void>;
}

interface TapOptions {
  readonly address?: string;
  readonly token?: string;
  readonly gzip: boolean;
}

const openTap = async (protocol: ProtocolName, { address, token, gzip }: TapOptions): Promise<Tap> => {
  if (address === undefined) throw new Error(`There is no address for ${protocol}.`);
  const gateway = gzip ? await startGzipGateway(protocol, address) : undefined;
  const relay = await startRelay(gateway?.address ?? address, { recordsBytes: true });
  const client = withToken(PROTOCOLS[protocol].connect(relay.address, { gzip }), token);
  return {
    protocol,
    ...countWaves(client),
    relay,
    snapshots: [],
    close: async () => {
      await client.close();
      await relay.stop();
      await gateway?.stop();
    },
  };
};

/** A wave begins when a call starts while no other call is in flight. */
const countWaves = (client: SkillsClient): Pick<Tap, 'client' | 'waves'> => {
  let waves = 0;
  let underWay = 0;
  const counted = { ...client } as unknown as Record<string, (...parameters: unknown[]) => Promise<unknown>>;
  for (const name of [...OPERATION_NAMES, 'execute']) {
    const call = counted[name];
    if (!call) continue;
    counted[name] = async (...parameters) => {
      if (underWay === 0) waves += 1;
      underWay += 1;
      try {
        return await call(...parameters);
      } finally {
        underWay -= 1;
      }
    };
  }
  return { client: counted as unknown as SkillsClient, waves: () => waves };
};

const callThroughTap = async (
  scenario: Scenario,
  { protocol, client }: Tap,
  drawn: unknown,
): Promise<void> => {
  const ask = scenario.ask[protocol] as (client: SkillsClient, drawn: unknown) => Promise<unknown>;
  const answer = await settleAnswer(() => ask(client, drawn));
  const error = 'error' in answer ? answer.error : undefined;
  if (error?.code === scenario.expects) return;
  const got = error ? `${error.code}: ${error.message}` : 'an answer without an error';
  throw new Error(`${scenario.name} over ${protocol}, while bytes were counted: ${got}`);
};

const QUIET_MS = 15;
const CHECKS_MAX = 40;

/** HTTP/2 may still send acknowledgements and window updates after an answer. */
const waitUntilQuiet = async (taps: readonly Tap[]): Promise<void> => {
  const count = () => sum(taps.map(({ relay: { bytes } }) => bytes.up + bytes.down));
  for (let seen = -1, looks = 0; seen !== count() && looks < CHECKS_MAX; looks += 1) {
    seen = count();
    await sleep(QUIET_MS);
    // Timers run before sockets are read, so one more turn counts bytes that came while this process was busy.
    await setImmediate();
  }
};

interface Snapshot {
  readonly requests: number;
  readonly waves: number;
  readonly up: Kinds;
  readonly down: Kinds;
}

const takeSnapshot = ({ protocol, relay: { connections }, waves }: Tap): Snapshot => {
  const up = countConnectionBytes(connections, 'up', protocol);
  const down = countConnectionBytes(connections, 'down', protocol);
  return { requests: up.messages, waves: waves(), up: up.kinds, down: down.kinds };
};

const computeBytesPerAnswer = ({ snapshots }: Tap, answers: number) => {
  const [first, warm, all] = snapshots as [Snapshot, Snapshot, Snapshot];
  const mean = (read: (at: Snapshot) => number) => (read(all) - read(warm)) / answers;
  const steady = (direction: Direction) => mapByteKinds((kind) => mean((at) => at[direction][kind]));
  return {
    requests: mean(({ requests }) => requests),
    roundTrips: mean(({ waves }) => waves),
    bytes: {
      first: { up: first.up, down: first.down },
      steady: { up: steady('up'), down: steady('down') },
    },
  };
};
