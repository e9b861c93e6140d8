/** The comparison: first prove that all four answers are equal, then time them; what differs is not timed. */
import { connect as connectGraphql } from '../adapters/graphql/client';
import { PROTOCOL_NAMES, type ProtocolName } from '../contract/protocol';
import { PROTOCOLS } from '../servers';
import { answerOf, differences } from './answers';
import { countBytes, countRoundTrips, type Row, rows, timeScenario } from './measure';
import { seeded } from './random';
import { type Relay, startRelay } from './relay';
import { type Clients, SCENARIOS, type Scenario } from './scenarios';

export type Addresses = Readonly<Record<ProtocolName, string>>;

export interface Result {
  readonly scenario: string;
  readonly question: string;
  /** What differs, as unified diffs. Where there is any, there are no rows. */
  readonly differences: readonly string[];
  readonly rows: readonly Row[];
}

export interface Comparison {
  readonly seed: number;
  readonly secondsPerScenario: number;
  readonly results: readonly Result[];
}

export interface CompareOptions {
  readonly addresses: Addresses;
  readonly secondsPerScenario: number;
  /** Decides the order of turns, and nothing else. */
  readonly seed: number;
  readonly progress: (scenario: string, share: number) => void;
  /** Ends the run before its next scenario; what was measured is returned. */
  readonly signal?: AbortSignal;
}

export const compare = async (options: CompareOptions): Promise<Comparison> => {
  const { addresses, secondsPerScenario, seed, signal } = options;
  const relays = await Promise.all(PROTOCOL_NAMES.map((name) => startRelay(addresses[name])));
  const relay = Object.fromEntries(PROTOCOL_NAMES.map((name, index) => [name, relays[index]]));
  const byRelay = relay as Record<ProtocolName, Relay>;
  const clients = connectAll(addresses);
  const relayed = connectAll(
    Object.fromEntries(PROTOCOL_NAMES.map((name) => [name, byRelay[name].address])) as Addresses,
  );
  const random = seeded(seed);
  const results: Result[] = [];
  try {
    for (const [index, scenario] of SCENARIOS.entries()) {
      if (signal?.aborted) break;
      const tick = (share: number) => options.progress(scenario.name, (index + share) / SCENARIOS.length);
      results.push(await runScenario(scenario, clients, relayed, byRelay, secondsPerScenario, random, tick));
    }
  } finally {
    const all = [...Object.values(clients), ...Object.values(relayed)];
    await Promise.all(all.map((client) => client.close()));
    await Promise.all(relays.map(({ stop }) => stop()));
  }
  return { seed, secondsPerScenario, results };
};

const runScenario = async (
  scenario: Scenario,
  clients: Clients,
  relayed: Clients,
  relays: Record<ProtocolName, Relay>,
  seconds: number,
  random: () => number,
  tick: (share: number) => void,
): Promise<Result> => {
  const { name, question } = scenario;
  const found = await gate(scenario, clients);
  if (found.length > 0) return { scenario: name, question, differences: found, rows: [] };
  const bytes = await countBytes(scenario, relayed, relays);
  const roundTrips = await countRoundTrips(scenario, clients);
  const timing = await timeScenario(scenario, clients, seconds, random, tick);
  return { scenario: name, question, differences: [], rows: rows(timing, bytes, roundTrips) };
};

/** Fetches the answer through all four; an error counts as a difference, as no scenario asks for one. */
const gate = async (scenario: Scenario, clients: Clients): Promise<string[]> => {
  const answers = await Promise.all(
    PROTOCOL_NAMES.map(async (name) => {
      const ask = scenario.ask[name] as (client: Clients[ProtocolName]) => Promise<unknown>;
      return [name, await answerOf(() => ask(clients[name]))] as const;
    }),
  );
  const failed = answers.filter(([, answer]) => 'error' in answer);
  if (failed.length > 0) return failed.map(([name, answer]) => `${name}: ${JSON.stringify(answer)}`);
  return differences(new Map(answers));
};

const connectAll = (addresses: Addresses): Clients => ({
  rest: PROTOCOLS.rest.connect(addresses.rest),
  graphql: connectGraphql(addresses.graphql),
  grpc: PROTOCOLS.grpc.connect(addresses.grpc),
  soap: PROTOCOLS.soap.connect(addresses.soap),
});
