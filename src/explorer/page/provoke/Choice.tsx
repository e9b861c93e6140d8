/** The list of errors by group; if one is chosen, without descriptions. */

import { useId } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { ProvocationInfo } from '../../api';
import { useNarrow } from '../shared/Columns';

interface ChoiceProps {
  readonly provocations: readonly ProvocationInfo[];
  readonly chosen: ProvocationInfo | undefined;
}

type Group = readonly [name: string, provocations: readonly ProvocationInfo[]];

const addressOf = (name: string): string => `/provoke/${name}`;

/** In order of first occurrence. */
const groupsOf = (provocations: readonly ProvocationInfo[]): readonly Group[] =>
  [...new Set(provocations.map(({ group }) => group))].map((group) => [
    group,
    provocations.filter((provocation) => provocation.group === group),
  ]);

export const Choice = ({ provocations, chosen }: ChoiceProps) => {
  const isNarrow = useNarrow();
  const groups = groupsOf(provocations);
  if (isNarrow && chosen) return <Menu groups={groups} chosen={chosen} />;
  return (
    <nav class="choice" aria-label="Errors to provoke">
      {groups.map(([group, members]) => (
        <section key={group}>
          <h2>{group}</h2>
          <ul>
            {members.map(({ name, title, description }) => (
              <li key={name}>
                <a href={addressOf(name)} aria-current={name === chosen?.name ? 'page' : undefined}>
                  {title}
                </a>
                {!chosen && <p class="small muted">{description}</p>}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
};

/** A select box instead of the list, for narrow pages. */
const Menu = ({ groups, chosen }: { groups: readonly Group[]; chosen: ProvocationInfo }) => {
  const { route } = useLocation();
  const id = useId();
  return (
    <p class="menu">
      <label for={id}>Error</label>
      <select
        id={id}
        value={chosen.name}
        onChange={({ currentTarget }) => route(addressOf(currentTarget.value))}
      >
        {groups.map(([group, members]) => (
          <optgroup key={group} label={group}>
            {members.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </p>
  );
};
