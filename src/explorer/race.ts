/** The comparison for one question, told as it goes. One race at a time: a second would be noise in the first. */
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RaceEvent, RaceRequest } from './api';
import { RaceFailure } from './race/race-failure';
import { type EmitRaceEvent, runRace } from './race/run';
import { openRaceServers, type RaceServers } from './race/servers';
import { checkSweep } from './race/stages';
import { ExplorerError } from './requests';
import type { ExplorerTarget } from './target';

export interface Races {
  /** Ends where the signal is aborted, or the caller leaves the loop. Throws an ExplorerError before its first event. */
  race(request: RaceRequest, signal: AbortSignal): AsyncGenerator<RaceEvent>;
  /** Ends the race that is run, and the processes that are kept for the next. */
  stop(): Promise<void>;
}

/** Whoever changes a setting ends one race and begins the next, which may be heard of first. */
const ENDING_MS = 1500;

export const openRaces = ({ dataFolder }: Pick<ExplorerTarget, 'dataFolder'>): Races => {
  const servers = openRaceServers(dataFolder);
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  async function* race(request: RaceRequest, signal: AbortSignal): AsyncGenerator<RaceEvent> {
    checkSweep(request);
    await Promise.race([running, sleep(ENDING_MS)]);
    if (running) throw new ExplorerError(409, 'Another race is run; one at a time, so that each is alone.');
    const abandoned = new AbortController();
    const events = new Readable({ objectMode: true, read: () => {} });
    const emit = (event: RaceEvent) => void events.push(event);
    const endSignal = AbortSignal.any([signal, stopping.signal, abandoned.signal]);
    running = runAndReport(servers, request, emit, endSignal)
      .then(
        () => void events.push(null),
        (error) => void events.destroy(error),
      )
      .finally(() => {
        running = undefined;
      });
    try {
      yield* events;
    } finally {
      abandoned.abort();
      await running;
    }
  }

  return {
    race,
    stop: async () => {
      stopping.abort();
      await running;
      await servers.stop();
    },
  };
};

/** What keeps a race from being one is told; all else is thrown. */
const runAndReport = async (
  servers: RaceServers,
  request: RaceRequest,
  emit: EmitRaceEvent,
  signal: AbortSignal,
): Promise<void> => {
  try {
    signal.throwIfAborted();
    emit({ kind: 'doing', text: 'Starting a server process for each protocol', share: 0 });
    await servers.use(signal, (processes) => runRace(processes, request, emit, signal));
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof RaceFailure)) throw error;
    const { message: reason, differences } = error;
    emit({ kind: 'failed', reason, ...(differences && { differences }) });
  }
};
