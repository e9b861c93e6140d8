/** A category and its skills with their prerequisites: the text form of its graph. */
import type { Category } from '../../api';
import type { AddressOf } from './address';
import type { Catalogue } from './catalogue';
import type { Drawing } from './drawing';

interface CategoryCardProps {
  /** Undefined for the whole catalogue. */
  readonly category: Category | undefined;
  readonly drawing: Drawing;
  readonly catalogue: Catalogue;
  readonly addressOf: AddressOf;
}

export const CategoryCard = ({ category, drawing, catalogue, addressOf }: CategoryCardProps) => {
  const own = new Set(
    [...drawing.nodes, ...drawing.framed].filter(({ role }) => role === 'plain').map(({ id }) => id),
  );
  const skills = [...catalogue.skills.values()].filter(({ id }) => own.has(id));
  return (
    <article class="map-card" aria-labelledby="map-card-title">
      <h2 id="map-card-title">{category?.name ?? 'All skills'}</h2>
      {category?.summary && <p>{category.summary}</p>}
      {skills.length === 0 && <p class="muted">This category has no skills.</p>}
      <ul class="map-skills" aria-label="Skills">
        {skills.map(({ id, name, requires }) => (
          <li key={id}>
            <a href={addressOf({ skill: id })}>{name}</a>
            {requires.length > 0 && (
              <span class="small muted">
                {' '}
                requires {requires.map((other) => catalogue.skills.get(other)?.name ?? other).join(', ')}
              </span>
            )}
          </li>
        ))}
      </ul>
    </article>
  );
};
