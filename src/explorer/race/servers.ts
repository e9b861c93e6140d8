/**
 * Server processes for races: started by the first race, reused by the next, stopped when idle. They open the explored
 * catalogue's folder and have no rate limits, so races do not use up the limits of the live servers.
 */

import { once } from 'node:events';
import { type Processes, startProcesses } from '../../compare';
import { PROTOCOL_NAMES, type ProtocolName } from '../../contract/protocol';
import { RaceFailure } from './race-failure';

export interface RaceProcesses extends Processes {
  /** Operations whose warm-up is done. */
  readonly warmOperations: Set<string>;
  /** Bytes per call, by call and answer. */
  readonly bytes: Map<string, BytesByProtocol>;
}

export type BytesByProtocol = Readonly<Record<ProtocolName, number>>;

export interface RaceServers {
  /** Stops waiting when the signal is aborted. Rejects with RaceFailure if the processes cannot start or end early. */
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
        // The processes that did start are of no use alone.
        await stop();
        throw new RaceFailure(error.message);
      };
      try {
        const processes = await Promise.race([started, abortOf(signal)]).catch(stopAndFail);
        // A process may end between two races, too.
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

/** Starts all four in parallel: start-up time is not measured. */
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
