/** The regular client: one small call every 50 ms, which the server must answer during all attacks. */

import { PROTOCOLS } from '../../src/app/servers';
import type { ProtocolName } from '../../src/contract/protocol';

export interface CallStatistics {
  readonly calls: number;
  readonly failures: readonly string[];
  readonly slowestMs: number;
}

export interface RegularClient {
  /** Resolves to the results since the last call, after the calls in flight. */
  take(): Promise<CallStatistics>;
  stop(): Promise<void>;
}

const EVERY_MS = 50;
const TOO_LATE_MS = 10_000;

export const startRegularClient = (protocol: ProtocolName, address: string, token: string): RegularClient => {
  const client = PROTOCOLS[protocol].connect(address, { token, timeoutMs: TOO_LATE_MS });
  const inFlight = new Set<Promise<void>>();
  let [calls, slowestMs] = [0, 0];
  let failures: string[] = [];
  const call = async (): Promise<void> => {
    const from = performance.now();
    calls++;
    try {
      const { id, name } = await client.getSkill({ id: 'git' });
      if (id !== 'git' || name !== 'Git') failures.push(`${protocol} returned ${id}, ${name}`);
    } catch (error) {
      failures.push(`${protocol} failed: ${(error as Error).message}`);
    }
    slowestMs = Math.max(slowestMs, performance.now() - from);
  };
  const timer = setInterval(() => {
    const promise = call();
    inFlight.add(promise);
    void promise.then(() => inFlight.delete(promise));
  }, EVERY_MS);
  return {
    take: async () => {
      await Promise.all(inFlight);
      const taken = { calls, failures, slowestMs };
      [calls, slowestMs] = [0, 0];
      failures = [];
      return taken;
    },
    stop: async () => {
      clearInterval(timer);
      await Promise.all(inFlight);
      await client.close();
    },
  };
};
