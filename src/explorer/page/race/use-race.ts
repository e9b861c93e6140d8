/** Runs one race at a time, and renders its state at a limited rate. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RaceRequest } from '../../api';
import { streamRace } from '../shared/server';
import { applyEvent, initialState, type RaceState } from './race-state';

const DRAW_INTERVAL_MS = 150;

export interface RaceControl {
  readonly race: RaceState | undefined;
  /** Incremented with each rendering, because the race state is mutated. */
  readonly drawCount: number;
  readonly start: (request: RaceRequest) => void;
  readonly stop: () => void;
}

export const useRace = (): RaceControl => {
  const race = useRef<RaceState | undefined>(undefined);
  const controller = useRef<AbortController | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [drawCount, setDrawn] = useState(0);
  const draw = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    setDrawn((count) => count + 1);
  };
  const drawSoon = () => {
    timer.current ??= setTimeout(draw, DRAW_INTERVAL_MS);
  };
  const end = (state: 'done' | 'stopped' | 'failed') => {
    controller.current?.abort();
    if (race.current?.state === 'running') race.current.state = state;
    draw();
  };
  const start = async (request: RaceRequest) => {
    controller.current?.abort();
    const own = new AbortController();
    controller.current = own;
    const run = initialState(request);
    race.current = run;
    draw();
    try {
      for await (const event of streamRace(request, own.signal)) {
        applyEvent(run, event);
        drawSoon();
      }
      const isWhole = request.sweep ? run.points.length === run.positions.length : run.rows.length > 0;
      if (run.state === 'running' && !isWhole)
        throw new Error('The connection to the explorer ended before the race did.');
      if (!own.signal.aborted) end('done');
    } catch (error) {
      if (own.signal.aborted) return;
      run.failure = { reason: (error as Error).message };
      end('failed');
    }
  };
  useEffect(
    () => () => {
      controller.current?.abort();
      clearTimeout(timer.current);
    },
    [],
  );
  return {
    race: race.current,
    drawCount,
    start: (request) => void start(request),
    stop: () => end('stopped'),
  };
};
