/** Races: the comparison for one call, streamed as events. Only one race runs at a time, since two would disturb each other. */
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
  /** Ends when the signal is aborted or the caller leaves the loop. Throws an ExplorerError before the first event. */
  race(request: RaceRequest, signal: AbortSignal): AsyncGenerator<RaceEvent>;
  /** Ends the running race and its server processes. */
  stop(): Promise<void>;
}

/** A changed setting ends one race and starts the next, and the new request may arrive before the old one has ended. */
const ENDING_MS = 1500;

export const openRaces = ({ dataFolder }: Pick<ExplorerTarget, 'dataFolder'>): Races => {
  const servers = openRaceServers(dataFolder);
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  async function* race(request: RaceRequest, signal: AbortSignal): AsyncGenerator<RaceEvent> {
    checkSweep(request);
    await Promise.race([running, sleep(ENDING_MS)]);
    if (running)
      throw new ExplorerError(409, 'Another race is running. Only one race runs at a time; stop it first.');
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

/** Emits a RaceFailure as an event; throws any other error. */
const runAndReport = async (
  servers: RaceServers,
  request: RaceRequest,
  emit: EmitRaceEvent,
  signal: AbortSignal,
): Promise<void> => {
  try {
    signal.throwIfAborted();
    emit({ kind: 'progress', text: 'Starting a server process for each protocol', share: 0 });
    await servers.use(signal, (processes) => runRace(processes, request, emit, signal));
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof RaceFailure)) throw error;
    const { message: reason, differences } = error;
    emit({ kind: 'failed', reason, ...(differences && { differences }) });
  }
};
