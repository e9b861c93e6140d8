/** A learning path as a list: the text form of its graph. */
import type { LearningPath } from '../../api';
import type { AddressOf } from './address';
import type { Step } from './catalogue';

interface StepsProps {
  readonly path: LearningPath<Step>;
  readonly addressOf: AddressOf;
}

export const Steps = ({ path, addressOf }: StepsProps) => (
  <>
    <h2 class="map-steps-title">In learning order</h2>
    <ol class="map-steps" aria-label="Learning path">
      {path.skills.map(({ id, name, level }, index) => (
        <li key={id}>
          {index === path.skills.length - 1 ? (
            <strong>{name}</strong>
          ) : (
            <a href={addressOf({ skill: id })}>{name}</a>
          )}
          {level && <span class="small muted"> {level.toLowerCase()}</span>}
        </li>
      ))}
    </ol>
  </>
);
