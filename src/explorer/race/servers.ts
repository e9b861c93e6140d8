/**
 * Servers that only races call: started for the first, kept for the next, stopped when none has come for some time. They
 * open the folder of the catalogue that is explored and have no limits, so those of the live servers stay untouched.
 */

import { once } from 'node:events';
import { type Processes, startProcesses } from '../../compare';
import { PROTOCOL_NAMES, type ProtocolName } from '../../contract/protocol';
import { RaceFailure } from './race-failure';

export interface RaceProcesses extends Processes {
  /** Operations that they have answered often enough to be quick at it. */
  readonly warmOperations: Set<string>;
  /** Per answer, of each protocol: of the same question with the same answer. */
  readonly bytes: Map<string, BytesByProtocol>;
}

export type BytesByProtocol = Readonly<Record<ProtocolName, number>>;

export interface RaceServers {
  /** Gives up waiting for them where the signal is aborted. Rejects with NoRace where they can't start, or end. */
  use(signal: AbortSignal, work: (processes: RaceProcesses) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

const IDLE_MS_MAX = 3 * 60_000;

export const openRaceServers = (dataFolder: string): RaceServers => {
  let started: Promise<RaceProcesses> | undefined;
  let idle: NodeJS.Timeout | undefined;

  const stop = async (): Promise<void> => {
    clearTimeout(idle);
    const stopped = started?.catch(() => undefined);
    started = undefined;
    await (await stopped)?.stop();
  };

  return {
    use: async (signal, work) => {
      clearTimeout(idle);
      started ??= startAll(dataFolder);
      const stopAndFail = async (error: Error): Promise<never> => {
        signal.throwIfAborted();
        // What is left of them is of no use.
        await stop();
        throw new RaceFailure(error.message);
      };
      try {
        const processes = await Promise.race([started, abortOf(signal)]).catch(stopAndFail);
        // Also between two races.
        processes.died.addEventListener('abort', stop, { once: true });
        await work(processes).catch((error) => {
          throw processes.died.aborted ? new RaceFailure(processes.died.reason.message) : error;
        });
      } finally {
        clearTimeout(idle);
        idle = setTimeout(stop, IDLE_MS_MAX).unref();
      }
    },
    stop,
  };
};

const abortOf = async (signal: AbortSignal): Promise<never> => {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
};

/** All at once: nobody times how long these take to start. */
const startAll = async (dataFolder: string): Promise<RaceProcesses> => {
  const starts = await Promise.allSettled(
    PROTOCOL_NAMES.map((protocol) => startProcesses([protocol], async () => dataFolder)),
  );
  const each = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const stop = async () => {
    await Promise.all(each.map((processes) => processes.stop()));
  };
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return {
    byProtocol: new Map(each.flatMap(({ byProtocol }) => [...byProtocol])),
    died: AbortSignal.any(each.map(({ died }) => died)),
    stop,
    warmOperations: new Set(),
    bytes: new Map(),
  };
};
