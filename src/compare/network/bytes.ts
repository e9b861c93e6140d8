/** Every byte of a scenario on the wire, by what it is for: asked through relays, apart from all that is timed. */
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
  /** What is asked, at least once; the same of all, in the same order. */
  readonly draws: readonly unknown[];
  /** Looked at between two answers; its reason is thrown. */
  readonly signal?: AbortSignal;
}

export interface ScenarioBytes {
  /** HTTP requests per answer, counted on the socket. */
  readonly requests: number;
  /** Waves of requests per answer: those sent together count once. */
  readonly roundTrips: number;
  readonly bytes: { readonly identity: ConnectionBytes; readonly gzip: ConnectionBytes };
}

/** HTTP/2 has learnt its headers by the second or third answer. */
const WARM_CALLS = 3;

/**
 * Repeats to the byte, except for what the service writes, such as times, and for two headers of gRPC, `date` and
 * `grpc-timeout`, which HPACK sends in full when they changed. Answers come one at a time: what a scenario writes under
 * a drawn id is gone when the next client writes it. Rejects with an Error where an answer is not what was asked for.
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
      for (const tap of taps) tap.marks.push(takeSnapshot(tap));
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
  /** After the first answer, when it is warm, and at the end. */
  readonly marks: Snapshot[];
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
    marks: [],
    close: async () => {
      await client.close();
      await relay.stop();
      await gateway?.stop();
    },
  };
};

/** A wave begins when a call starts while none is under way. */
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
  const asking = scenario.ask[protocol] as (client: SkillsClient, drawn: unknown) => Promise<unknown>;
  const answer = await settleAnswer(() => asking(client, drawn));
  const error = 'error' in answer ? answer.error : undefined;
  if (error?.code === scenario.expects) return;
  const found = error ? `${error.code}: ${error.message}` : 'an answer without an error';
  throw new Error(`${scenario.name} over ${protocol}, while bytes were counted: ${found}`);
};

const QUIET_MS = 15;
const CHECKS_MAX = 40;

/** HTTP/2 may still acknowledge, and open windows, after an answer. */
const waitUntilQuiet = async (taps: readonly Tap[]): Promise<void> => {
  const count = () => sum(taps.map(({ relay: { bytes } }) => bytes.up + bytes.down));
  for (let seen = -1, looks = 0; seen !== count() && looks < CHECKS_MAX; looks += 1) {
    seen = count();
    await sleep(QUIET_MS);
    // Timers run before sockets are read: what came while this process was busy is counted too.
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

const computeBytesPerAnswer = ({ marks }: Tap, answers: number) => {
  const [first, warm, all] = marks as [Snapshot, Snapshot, Snapshot];
  const mean = (of: (at: Snapshot) => number) => (of(all) - of(warm)) / answers;
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
