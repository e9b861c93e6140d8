/** The view of a race: its plot, its figures, and the outcome. */
import type { SweptQuantity } from '../../api';
import { Failed } from '../shared/Notice';
import { Distributions } from './Distributions';
import type { RaceState } from './race-state';
import { crossingText, outcomeText, QUANTITIES } from './result-text';
import { SweepPlot } from './SweepPlot';
import { StandingTable, SweepTable } from './Tables';

interface RaceViewProps {
  readonly race: RaceState | undefined;
  readonly drawCount: number;
}

export const RaceView = ({ race, drawCount }: RaceViewProps) => {
  const sweep = race?.request.sweep;
  const isShown = sweep && race.positions.length > 0;
  return (
    <div class="course">
      <h2>{sweep ? `Median time per call over the ${QUANTITIES[sweep].name}` : 'Time per call'}</h2>
      <Progress course={race} />
      <p role="status" class="outcome">
        {race?.state === 'done' && outcomeText(race)}
      </p>
      {race?.failure ? (
        <Failure {...race.failure} />
      ) : isShown ? (
        <Sweep race={race} sweep={sweep} drawCount={drawCount} />
      ) : (
        <>
          <Distributions race={race} drawCount={drawCount} />
          <StandingTable rows={race?.rows ?? []} />
        </>
      )}
    </div>
  );
};

interface SweepProps {
  readonly race: RaceState;
  readonly sweep: SweptQuantity;
  readonly drawCount: number;
}

const Sweep = ({ race, sweep, drawCount }: SweepProps) => (
  <>
    <SweepPlot race={race} sweep={sweep} drawCount={drawCount} />
    <ol class="crossings">
      {race.crossings.map((crossing) => (
        <li key={`${crossing.quicker} ${crossing.slower} ${crossing.at}`}>{crossingText(crossing, sweep)}</li>
      ))}
    </ol>
    <SweepTable race={race} sweep={sweep} />
  </>
);

const Progress = ({ course: race }: { readonly course: RaceState | undefined }) => {
  const { request, state, share = 0, activity = '', equal } = race ?? {};
  const isRunning = state === 'running';
  return (
    <div class="progress">
      <progress max={1} value={isRunning ? share : state === 'done' ? 1 : 0} aria-label="The race" />
      <p class="muted small">
        {!state && 'No race has been run yet.'}
        {isRunning && `${activity} …`}
        {state === 'stopped' && 'Stopped early: results so far.'}
        {state === 'failed' && 'The race failed.'}
        {state === 'done' &&
          `Finished. All four gave the same answer${request?.sweep ? ' at every point' : sizeText(equal)}.`}
      </p>
    </div>
  );
};

const sizeText = (equal: RaceState['equal']): string => {
  if (equal?.items === undefined) return '';
  const of = equal.totalSize === undefined ? '' : ` of ${equal.totalSize}`;
  return `: ${equal.items}${of} ${equal.items === 1 && !of ? 'item' : 'items'}`;
};

const Failure = ({ reason, differences = [] }: NonNullable<RaceState['failure']>) => (
  <div class="failed">
    <Failed message={reason} />
    {differences.map((difference) => (
      // A scrollable region must be reachable with the keyboard (WCAG 2.1.1).
      <pre key={difference} class="code" role="region" aria-label="Difference" tabIndex={0}>
        {difference}
      </pre>
    ))}
  </div>
);
