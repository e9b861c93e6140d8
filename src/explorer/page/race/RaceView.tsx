/** A race as it stands: the plot, its figures, and in the end what it says. */
import type { SweepOf } from '../../api';
import { Failed } from '../shared/Notice';
import type { Course } from './race-state';
import { Distributions } from './Distributions';
import { SweepPlot } from './SweepPlot';
import { StandingTable, SweepTable } from './Tables';
import { crossingText, outcomeText, QUANTITIES } from './result-text';

interface CourseViewProps {
  readonly course: Course | undefined;
  readonly drawn: number;
}

export const CourseView = ({ course, drawn }: CourseViewProps) => {
  const sweep = course?.request.sweep;
  const isShown = sweep && course.positions.length > 0;
  return (
    <div class="course">
      <h2>{sweep ? `Median time per call over the ${QUANTITIES[sweep].name}` : 'Time per call'}</h2>
      <Progress course={course} />
      <p role="status" class="outcome">
        {course?.state === 'done' && outcomeText(course)}
      </p>
      {course?.failure ? (
        <Failure {...course.failure} />
      ) : isShown ? (
        <Sweep course={course} sweep={sweep} drawn={drawn} />
      ) : (
        <>
          <Distributions course={course} drawn={drawn} />
          <StandingTable rows={course?.rows ?? []} />
        </>
      )}
    </div>
  );
};

interface SweepProps {
  readonly course: Course;
  readonly sweep: SweepOf;
  readonly drawn: number;
}

const Sweep = ({ course, sweep, drawn }: SweepProps) => (
  <>
    <SweepPlot course={course} sweep={sweep} drawn={drawn} />
    <ol class="crossings">
      {course.crossings.map((crossing) => (
        <li key={`${crossing.quicker} ${crossing.than} ${crossing.at}`}>{crossingText(crossing, sweep)}</li>
      ))}
    </ol>
    <SweepTable course={course} sweep={sweep} />
  </>
);

const Progress = ({ course }: { readonly course: Course | undefined }) => {
  const { request, state, share = 0, doing = '', equal } = course ?? {};
  const isRunning = state === 'running';
  return (
    <div class="progress">
      <progress max={1} value={isRunning ? share : state === 'done' ? 1 : 0} aria-label="The race" />
      <p class="muted small">
        {!state && 'Nothing is raced yet.'}
        {isRunning && `${doing} …`}
        {state === 'stopped' && 'Stopped before its end: what was measured until then.'}
        {state === 'failed' && 'There is no race.'}
        {state === 'done' &&
          `Over. All four gave the same answer${request?.sweep ? ' at every point' : sizeText(equal)}.`}
      </p>
    </div>
  );
};

const sizeText = (equal: Course['equal']): string => {
  if (equal?.items === undefined) return '';
  const of = equal.totalSize === undefined ? '' : ` of ${equal.totalSize}`;
  return `: ${equal.items}${of} ${equal.items === 1 && !of ? 'item' : 'items'}`;
};

const Failure = ({ reason, differences = [] }: NonNullable<Course['failure']>) => (
  <div class="failed">
    <Failed message={reason} />
    {differences.map((difference) => (
      // What scrolls must be reachable with the keyboard (WCAG 2.1.1).
      <pre key={difference} class="code" role="region" aria-label="Difference" tabIndex={0}>
        {difference}
      </pre>
    ))}
  </div>
);
