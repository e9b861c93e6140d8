/** Breadcrumbs to the chosen category or skill, and for a skill the choice of its view. */
import type { AddressOf, MapState, View } from './address';
import { VIEWS } from './address';
import type { Catalogue } from './catalogue';
import { ancestorsOf } from './category-nodes';

interface BreadcrumbsProps {
  readonly catalogue: Catalogue;
  readonly state: MapState;
  readonly addressOf: AddressOf;
}

const TITLES = { around: 'Neighbours', path: 'Learning path' } as const satisfies Record<View, string>;

export const Breadcrumbs = ({ catalogue, state, addressOf }: BreadcrumbsProps) => {
  const { skill, category, view } = state;
  const { categories, skills } = catalogue;
  const own = skill ? (skills.get(skill)?.categoryIds ?? []) : [category];
  const chains = own.map((id) => ancestorsOf(categories, id));
  // Prefers the chosen category if the skill belongs to it.
  const chain = chains.find((one) => one.some(({ id }) => id === category)) ?? chains[0] ?? [];
  const above = chain.map(({ id, name }) => ({ name, href: addressOf({ skill: undefined, category: id }) }));
  const all = { name: 'All skills', href: addressOf({ skill: undefined, category: undefined }) };
  const steps = [all, ...above, ...(skill ? [{ name: skills.get(skill)?.name ?? skill, href: '' }] : [])];
  return (
    <div class="map-head">
      <nav class="map-trail" aria-label="Breadcrumbs">
        <ol>
          {steps.map(({ name, href }, index) => (
            <li key={href}>
              {index === steps.length - 1 ? (
                <span aria-current="page">{name}</span>
              ) : (
                <a href={href}>{name}</a>
              )}
            </li>
          ))}
        </ol>
      </nav>
      {skill && (
        <div class="map-views" role="group" aria-label="View">
          {VIEWS.map((name) => (
            <a key={name} href={addressOf({ view: name })} aria-current={name === view ? 'true' : undefined}>
              {TITLES[name]}
            </a>
          ))}
        </div>
      )}
    </div>
  );
};
