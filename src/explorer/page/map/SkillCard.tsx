/** A skill with all its fields; its lists are the text form of the graph around it. */
import type { Category } from '../../api';
import { TITLES } from '../shared/protocols';
import { askAddress } from '../shared/question';
import type { AddressOf } from './address';
import type { Catalogue, ChosenSkill } from './catalogue';
import { requiredBy } from './drawing';
import { bytesText, callsText } from './ProtocolChoice';

interface SkillCardProps {
  readonly chosen: ChosenSkill;
  readonly catalogue: Catalogue;
  readonly addressOf: AddressOf;
}

export const SkillCard = ({ chosen, catalogue, addressOf }: SkillCardProps) => {
  const { skill, via, cost } = chosen;
  const { id, name, level, summary, tags, aliases, categoryIds, requires, related, demonstrations } = skill;
  const categories = categoryIds
    .map((categoryId) => catalogue.categories.find((category) => category.id === categoryId))
    .filter((category): category is Category => category !== undefined);
  const noOther = catalogue.isComplete ? 'No other skill.' : 'None fetched so far.';
  const skills = (title: string, ids: readonly string[], none: string) => (
    <SkillList {...{ title, ids, none, catalogue, addressOf }} />
  );
  return (
    <article class="map-card" aria-labelledby="map-card-title">
      <h2 id="map-card-title">{name}</h2>
      <p class="map-facts small muted">
        <code>{id}</code>
        {level && <span>{level.toLowerCase()}</span>}
        {aliases.length > 0 && <span>also {aliases.join(', ')}</span>}
      </p>
      {summary && <p>{summary}</p>}
      <dl class="small">
        <dt>In</dt>
        <dd>
          {categories.map((category, index) => (
            <span key={category.id}>
              {index > 0 && ', '}
              <a href={addressOf({ skill: undefined, category: category.id })}>{category.name}</a>
            </span>
          ))}
        </dd>
        {tags.length > 0 && (
          <>
            <dt>Tags</dt>
            <dd>{tags.join(', ')}</dd>
          </>
        )}
      </dl>
      {skills('Requires', requires, 'Nothing: this is a starting point.')}
      {skills('Required by', requiredBy(id, catalogue), noOther)}
      {skills('Related', related, 'No other skill.')}
      <h3>In this repository</h3>
      {demonstrations.length === 0 ? (
        <p class="small muted">No example in this repository.</p>
      ) : (
        <ul class="map-demonstrations">
          {demonstrations.map(({ path, note }) => (
            <li key={path}>
              <a href={`/source/${path.split('/').map(encodeURIComponent).join('/')}`}>
                <code>{path}</code>
              </a>
              <span class="small">{note}</span>
            </li>
          ))}
        </ul>
      )}
      <p class="map-ask">
        <a href={askAddress({ operation: 'getSkill', input: { id } })}>Call getSkill for it</a>
      </p>
      <p class="small muted" data-cost>
        getSkill and getLearningPath through {TITLES[via]}: {callsText(cost)}, {bytesText(cost)}.
      </p>
    </article>
  );
};

interface SkillListProps {
  readonly title: string;
  readonly ids: readonly string[];
  readonly none: string;
  readonly catalogue: Catalogue;
  readonly addressOf: AddressOf;
}

const SkillList = ({ title, ids, none, catalogue, addressOf }: SkillListProps) => (
  <>
    <h3>{title}</h3>
    {ids.length === 0 ? (
      <p class="small muted">{none}</p>
    ) : (
      <ul class="map-links" aria-label={title}>
        {ids.map((id) => (
          <li key={id}>
            <a href={addressOf({ skill: id })}>{catalogue.skills.get(id)?.name ?? id}</a>
          </li>
        ))}
      </ul>
    )}
  </>
);
