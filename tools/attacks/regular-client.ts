/** The regular client: one small call every 50 ms, which the server must answer during all attacks. */

import { PROTOCOLS } from '../../src/app/servers';
import type { ProtocolName } from '../../src/contract/protocol';
import type { ProcessorWait } from './processor-wait';

export interface CallStatistics {
  readonly calls: number;
  readonly failures: readonly string[];
  /** The time of each call, without the waits for a processor. */
  readonly durationsMs: readonly number[];
  /** The longest wait for a processor that a call contained. */
  readonly longestWaitMs: number;
}

export interface RegularClient {
  /** Resolves to the results since the last call, after the calls in flight. */
  take(): Promise<CallStatistics>;
  stop(): Promise<void>;
}

const EVERY_MS = 50;
const TOO_LATE_MS = 10_000;

export interface RegularClientOptions {
  readonly address: string;
  readonly token: string;
  /** The certificate to trust, as PEM, if the server uses TLS. */
  readonly ca?: string;
  /** Times of calls contain these waits when absent. */
  readonly processorWait?: ProcessorWait;
}

export const startRegularClient = (protocol: ProtocolName, options: RegularClientOptions): RegularClient => {
  const { address, token, ca, processorWait } = options;
  const tls = ca === undefined ? undefined : { ca };
  const client = PROTOCOLS[protocol].connect(address, { token, timeoutMs: TOO_LATE_MS, ...(tls && { tls }) });
  const inFlight = new Set<Promise<void>>();
  let durationsMs: number[] = [];
  let longestWaitMs = 0;
  let failures: string[] = [];
  const call = async (): Promise<void> => {
    const [from, waitFrom] = [performance.now(), processorWait?.totalMs() ?? 0];
    try {
      const { id, name } = await client.getSkill({ id: 'git' });
      if (id !== 'git' || name !== 'Git') failures.push(`${protocol} returned ${id}, ${name}`);
    } catch (error) {
      failures.push(`${protocol} failed: ${(error as Error).message}`);
    }
    const waitMs = (processorWait?.totalMs() ?? 0) - waitFrom;
    longestWaitMs = Math.max(longestWaitMs, waitMs);
    durationsMs.push(Math.max(0, performance.now() - from - waitMs));
  };
  const timer = setInterval(() => {
    const promise = call();
    inFlight.add(promise);
    void promise.then(() => inFlight.delete(promise));
  }, EVERY_MS);
  return {
    take: async () => {
      await Promise.all(inFlight);
      const taken = { calls: durationsMs.length, failures, durationsMs, longestWaitMs };
      [durationsMs, failures, longestWaitMs] = [[], [], 0];
      return taken;
    },
    stop: async () => {
      clearInterval(timer);
      await Promise.all(inFlight);
      await client.close();
    },
  };
};
