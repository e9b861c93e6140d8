/** Race: the comparison for one question, seen as it goes. */
import { useEffect, useRef } from 'preact/hooks';
import type { About, SweepOf } from '../../api';
import { Empty, Failed, Loading } from '../shared/Notice';
import { aboutOperation } from '../shared/question';
import { getAbout } from '../shared/server';
import { useLoaded } from '../shared/use-loaded';
import { CourseView } from './RaceView';
import { Question } from './Question';
import { Sliders } from './Sliders';
import { isRaced, SECONDS, type Setting } from './setting';
import { useRace } from './use-race';
import { useSetting } from './use-setting';
import './race.css';

export default function RacePage() {
  const about = useLoaded(getAbout, []);
  return (
    <div class="race">
      <h1>One question, raced</h1>
      <p class="muted">
        Each protocol has a server process of its own on this catalogue. They take turns in random order, one
        call at a time on an open connection, and a call is timed until its answer is decoded; equal answers
        are proved first, and a warm-up is left out. As the page shares the machine with them, this is to look
        at: figures to quote come from <code>rosetta compare</code>.{' '}
        <a href="/source/docs/methodology.md">How it measures</a>
      </p>
      {about.state === 'loading' && <Loading what="the operations" />}
      {about.state === 'failed' && <Failed {...about} />}
      {about.state === 'done' && <Race about={about.value} />}
    </div>
  );
}

/** A slider passes many values on its way to the one that is meant. */
const RESTART_MS = 400;

const Race = ({ about }: { readonly about: About }) => {
  const { course, drawn, start, stop } = useRace();
  const { setting, change } = useSetting(about, stop);
  const restart = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(restart.current), []);
  const operation = aboutOperation(about, setting.operation);
  const canRace = isRaced(operation);
  const isRunning = course?.state === 'running';
  const run = (next: Setting, sweep?: SweepOf) => {
    clearTimeout(restart.current);
    start({ ...next, ...(sweep && { sweep }) });
  };
  const set = (next: Setting) => {
    change(next);
    clearTimeout(restart.current);
    if (!isRunning) return;
    if (next.operation !== setting.operation) return stop();
    restart.current = setTimeout(() => run(next, course.request.sweep), RESTART_MS);
  };
  const halt = () => {
    clearTimeout(restart.current);
    stop();
  };
  return (
    <div class="track">
      <div class="controls">
        <Question about={about} setting={setting} change={set} />
        {canRace ? (
          <>
            <Sliders
              setting={setting}
              operation={operation}
              change={set}
              sweep={(over) => run(setting, over)}
            />
            <div class="go">
              <label>
                For{' '}
                <select
                  value={String(setting.seconds)}
                  onChange={({ currentTarget }) => set({ ...setting, seconds: Number(currentTarget.value) })}
                >
                  {[...new Set([...SECONDS, setting.seconds])]
                    .sort((one, other) => one - other)
                    .map((seconds) => (
                      <option key={seconds} value={String(seconds)}>
                        {seconds} s
                      </option>
                    ))}
                </select>
              </label>
              <button type="button" class="primary" onClick={() => (isRunning ? halt() : run(setting))}>
                {isRunning ? 'Stop' : 'Start'}
              </button>
            </div>
          </>
        ) : (
          <Empty>
            {operation.kind === 'write'
              ? 'Only reads race: a write asked a thousand times changes the catalogue.'
              : 'Only what anybody may read races: no token is sent.'}{' '}
            Choose another question.
          </Empty>
        )}
      </div>
      <CourseView course={course} drawn={drawn} />
    </div>
  );
};
