/** Time, bytes and round trips of one scenario, the protocols in turns, so that noise falls on all four alike. */
import { createHistogram, performance, type RecordableHistogram } from 'node:perf_hooks';
import { PROTOCOL_NAMES, type ProtocolName } from '../contract/protocol';
import { OPERATION_NAMES, type Operation } from '../contract/skills-api';
import type { Relay } from './relay';
import type { Clients, Scenario } from './scenarios';

export interface Row {
  readonly protocol: ProtocolName;
  readonly medianUs: number;
  readonly p95Us: number;
  readonly p99Us: number;
  /** One after the other on one connection, so this is the inverse of the mean latency. */
  readonly perSecond: number;
  /** Per answer, on a connection that is already open, everything that crosses the socket. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly roundTrips: number;
  readonly samples: number;
}

export interface Timing {
  readonly latencies: Readonly<Record<ProtocolName, RecordableHistogram>>;
}

/** Calls in a row through one protocol, before it is the next one's turn. */
const BLOCK = 20;

const each = <T>(make: (protocol: ProtocolName) => T) =>
  Object.fromEntries(PROTOCOL_NAMES.map((name) => [name, make(name)])) as Record<ProtocolName, T>;

const asking = (scenario: Scenario, clients: Clients, protocol: ProtocolName) => {
  const ask = scenario.ask[protocol] as (client: Clients[ProtocolName]) => Promise<unknown>;
  return () => ask(clients[protocol]);
};

/** A quarter of the time warms up; in the rest, blocks in random order are timed call by call. */
export const timeScenario = async (
  scenario: Scenario,
  clients: Clients,
  seconds: number,
  random: () => number,
  tick: (share: number) => void,
): Promise<Timing> => {
  const latencies = each(() => createHistogram({ highest: 60_000_000_000, figures: 3 }));
  const begin = performance.now();
  const warm = begin + seconds * 250;
  const end = begin + seconds * 1000;
  for (let now = begin, rounds = 0; now < end || rounds === 0; now = performance.now()) {
    for (const protocol of shuffled(PROTOCOL_NAMES, random)) {
      const ask = asking(scenario, clients, protocol);
      for (let call = 0; call < BLOCK; call += 1) {
        const sent = performance.now();
        await ask();
        if (now >= warm)
          latencies[protocol].record(Math.max(1, Math.round((performance.now() - sent) * 1e6)));
      }
    }
    if (now >= warm) rounds += 1;
    tick(Math.min(1, (performance.now() - begin) / (seconds * 1000)));
  }
  return { latencies };
};

/** Fisher and Yates: every order is as likely as every other. */
const shuffled = <T>(items: readonly T[], random: () => number): T[] => {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
};

/** `clients` go through `relays`, one connection each. */
export const countBytes = async (
  scenario: Scenario,
  clients: Clients,
  relays: Readonly<Record<ProtocolName, Relay>>,
): Promise<Record<ProtocolName, { up: number; down: number }>> => {
  const counts = each(() => ({ up: 0, down: 0 }));
  for (const protocol of PROTOCOL_NAMES) {
    const ask = asking(scenario, clients, protocol);
    // HTTP/2 opens with settings and learns headers: what a kept connection costs shows after a few calls.
    for (let call = 0; call < BLOCK; call += 1) await ask();
    const { up, down } = relays[protocol].bytes;
    for (let call = 0; call < BLOCK; call += 1) await ask();
    counts[protocol].up = (relays[protocol].bytes.up - up) / BLOCK;
    counts[protocol].down = (relays[protocol].bytes.down - down) / BLOCK;
  }
  return counts;
};

/** How many requests one answer takes; those sent at the same time count one by one. */
export const countRoundTrips = async (
  scenario: Scenario,
  clients: Clients,
): Promise<Record<ProtocolName, number>> => {
  const counts = each(() => 0);
  for (const protocol of PROTOCOL_NAMES) {
    const counted = { ...clients[protocol] } as Record<string, (...parameters: unknown[]) => unknown>;
    for (const name of [...OPERATION_NAMES, 'execute'] as (Operation | 'execute')[]) {
      const call = counted[name];
      if (!call) continue;
      counted[name] = (...parameters) => {
        counts[protocol] += 1;
        return call(...parameters);
      };
    }
    const ask = scenario.ask[protocol] as (client: object) => Promise<unknown>;
    await ask(counted);
  }
  return counts;
};

export const rows = (
  { latencies }: Timing,
  bytes: Record<ProtocolName, { up: number; down: number }>,
  roundTrips: Record<ProtocolName, number>,
): Row[] =>
  PROTOCOL_NAMES.map((protocol) => {
    const latency = latencies[protocol];
    return {
      protocol,
      medianUs: latency.percentile(50) / 1000,
      p95Us: latency.percentile(95) / 1000,
      p99Us: latency.percentile(99) / 1000,
      perSecond: 1e9 / latency.mean,
      bytesUp: Math.round(bytes[protocol].up),
      bytesDown: Math.round(bytes[protocol].down),
      roundTrips: roundTrips[protocol],
      samples: latency.count,
    };
  });
