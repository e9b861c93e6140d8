/** Runs one race at a time and shows how it goes: drawn often enough to be seen growing, and not more. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RaceRequest } from '../../api';
import { race } from '../shared/server';
import { begin, type Course, take } from './race-state';

const DRAWN_EVERY_MS = 150;

export interface Racing {
  readonly course: Course | undefined;
  /** Grows with each drawing: the course itself is written on as it goes. */
  readonly drawn: number;
  readonly start: (request: RaceRequest) => void;
  readonly stop: () => void;
}

export const useRace = (): Racing => {
  const course = useRef<Course | undefined>(undefined);
  const given = useRef<AbortController | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [drawn, setDrawn] = useState(0);
  const draw = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    setDrawn((count) => count + 1);
  };
  const drawSoon = () => {
    timer.current ??= setTimeout(draw, DRAWN_EVERY_MS);
  };
  const end = (state: 'done' | 'stopped' | 'failed') => {
    given.current?.abort();
    if (course.current?.state === 'running') course.current.state = state;
    draw();
  };
  const start = async (request: RaceRequest) => {
    given.current?.abort();
    const own = new AbortController();
    given.current = own;
    const run = begin(request);
    course.current = run;
    draw();
    try {
      for await (const event of race(request, own.signal)) {
        take(run, event);
        drawSoon();
      }
      const isWhole = request.sweep ? run.points.length === run.positions.length : run.rows.length > 0;
      if (run.state === 'running' && !isWhole) throw new Error('The race ended before its end.');
      if (!own.signal.aborted) end('done');
    } catch (error) {
      if (own.signal.aborted) return;
      run.failure = { reason: (error as Error).message };
      end('failed');
    }
  };
  useEffect(
    () => () => {
      given.current?.abort();
      clearTimeout(timer.current);
    },
    [],
  );
  return {
    course: course.current,
    drawn,
    start: (request) => void start(request),
    stop: () => end('stopped'),
  };
};
