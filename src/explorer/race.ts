/** The comparison for one question, told as it goes. One race at a time: a second would be noise in the first. */
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RaceEvent, RaceRequest } from './api';
import type { Explored } from './target';
import { checkSweep } from './race/stages';
import { NoRace } from './race/race-failure';
import { runRace, type Tell } from './race/run';
import { openRaceServers, type RaceServers } from './race/servers';
import { ExplorerError } from './requests';

export interface Races {
  /** Ends where the signal is aborted, or the caller leaves the loop. Throws an ExplorerError before its first event. */
  race(request: RaceRequest, signal: AbortSignal): AsyncGenerator<RaceEvent>;
  /** Ends the race that is run, and the processes that are kept for the next. */
  stop(): Promise<void>;
}

/** Whoever changes a setting ends one race and begins the next, which may be heard of first. */
const ENDING_MS = 1500;

export const openRaces = ({ dataFolder }: Pick<Explored, 'dataFolder'>): Races => {
  const servers = openRaceServers(dataFolder);
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  async function* race(request: RaceRequest, signal: AbortSignal): AsyncGenerator<RaceEvent> {
    checkSweep(request);
    await Promise.race([running, sleep(ENDING_MS)]);
    if (running) throw new ExplorerError(409, 'Another race is run; one at a time, so that each is alone.');
    const left = new AbortController();
    const told = new Readable({ objectMode: true, read: () => {} });
    const tell = (event: RaceEvent) => void told.push(event);
    const over = AbortSignal.any([signal, stopping.signal, left.signal]);
    running = runOn(servers, request, tell, over)
      .then(
        () => void told.push(null),
        (error) => void told.destroy(error),
      )
      .finally(() => {
        running = undefined;
      });
    try {
      yield* told;
    } finally {
      left.abort();
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
const runOn = async (
  servers: RaceServers,
  request: RaceRequest,
  tell: Tell,
  signal: AbortSignal,
): Promise<void> => {
  try {
    signal.throwIfAborted();
    tell({ kind: 'doing', text: 'Starting a server process for each protocol', share: 0 });
    await servers.use(signal, (processes) => runRace(processes, request, tell, signal));
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof NoRace)) throw error;
    const { message: reason, differences } = error;
    tell({ kind: 'failed', reason, ...(differences && { differences }) });
  }
};
