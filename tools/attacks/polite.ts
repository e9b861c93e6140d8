/** The well-behaved client: a small question every 50 ms, which is to be answered whatever else goes on. */

import { PROTOCOLS } from '../../src/app/servers';
import type { ProtocolName } from '../../src/contract/protocol';

export interface Manners {
  readonly calls: number;
  readonly failures: readonly string[];
  readonly slowestMs: number;
}

export interface Polite {
  /** What happened since the last time; waits for what is under way. */
  take(): Promise<Manners>;
  stop(): Promise<void>;
}

const EVERY_MS = 50;
const TOO_LATE_MS = 10_000;

export const startPolite = (protocol: ProtocolName, address: string, token: string): Polite => {
  const client = PROTOCOLS[protocol].connect(address, { token, timeoutMs: TOO_LATE_MS });
  const underWay = new Set<Promise<void>>();
  let [calls, slowestMs] = [0, 0];
  let failures: string[] = [];
  const call = async (): Promise<void> => {
    const from = performance.now();
    calls++;
    try {
      const { id, name } = await client.getSkill({ id: 'git' });
      if (id !== 'git' || name !== 'Git') failures.push(`${protocol} answered ${id}, ${name}`);
    } catch (error) {
      failures.push(`${protocol} failed: ${(error as Error).message}`);
    }
    slowestMs = Math.max(slowestMs, performance.now() - from);
  };
  const timer = setInterval(() => {
    const promise = call();
    underWay.add(promise);
    void promise.then(() => underWay.delete(promise));
  }, EVERY_MS);
  return {
    take: async () => {
      await Promise.all(underWay);
      const taken = { calls, failures, slowestMs };
      [calls, slowestMs] = [0, 0];
      failures = [];
      return taken;
    },
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
      await client.close();
    },
  };
};
