/** Race: the comparison for one call, shown while it runs. */
import { useEffect, useRef } from 'preact/hooks';
import type { ExplorerInfo, SweptQuantity } from '../../api';
import { Empty, Failed, Loading } from '../shared/Notice';
import { operationInfo } from '../shared/question';
import { getInfo } from '../shared/server';
import { useLoaded } from '../shared/use-loaded';
import { Question } from './Question';
import { RaceView } from './RaceView';
import { Sliders } from './Sliders';
import { canBeRaced, SECONDS, type Setting } from './setting';
import { useRace } from './use-race';
import { useSetting } from './use-setting';
import './race.css';

export default function RacePage() {
  const info = useLoaded(getInfo, []);
  return (
    <div class="race">
      <h1>One call, raced</h1>
      <p class="muted">
        Each protocol has its own server process with this catalogue. The protocols take turns in random
        order, one call at a time on an open connection, timed until the response is decoded. Equal answers
        are checked first, and the warm-up is not counted. This page shares the machine with the servers, so
        quote figures from <code>rosetta compare</code> instead.{' '}
        <a href="/source/docs/methodology.md">Methodology</a>
      </p>
      {info.state === 'loading' && <Loading what="the operations" />}
      {info.state === 'failed' && <Failed {...info} />}
      {info.state === 'done' && <Race info={info.value} />}
    </div>
  );
}

/** Delay before a restart, since a slider passes many values on its way. */
const RESTART_MS = 400;

const Race = ({ info }: { readonly info: ExplorerInfo }) => {
  const { race, drawCount, start, stop } = useRace();
  const { setting, change } = useSetting(info, stop);
  const restart = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(restart.current), []);
  const operation = operationInfo(info, setting.operation);
  const canRace = canBeRaced(operation);
  const isRunning = race?.state === 'running';
  const run = (next: Setting, sweep?: SweptQuantity) => {
    clearTimeout(restart.current);
    start({ ...next, ...(sweep && { sweep }) });
  };
  const set = (next: Setting) => {
    change(next);
    clearTimeout(restart.current);
    if (!isRunning) return;
    if (next.operation !== setting.operation) return stop();
    restart.current = setTimeout(() => run(next, race.request.sweep), RESTART_MS);
  };
  const halt = () => {
    clearTimeout(restart.current);
    stop();
  };
  return (
    <div class="track">
      <div class="controls">
        <Question info={info} setting={setting} change={set} />
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
              ? 'Only reads can be raced: repeating a write would change the catalogue.'
              : 'Only operations without a token can be raced: races send no token.'}{' '}
            Choose another question.
          </Empty>
        )}
      </div>
      <RaceView race={race} drawCount={drawCount} />
    </div>
  );
};
