/** The graph, and the chosen skill or category beside it. */
import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useNarrow } from '../shared/Columns';
import { Empty, Failed, Loading } from '../shared/Notice';
import { type Loaded, useLoaded } from '../shared/use-loaded';
import type { AddressOf, MapState } from './address';
import { Breadcrumbs } from './Breadcrumbs';
import { CategoryCard } from './CategoryCard';
import { type Catalogue, type ChosenSkill, loadSkill } from './catalogue';
import { skillsIn } from './category-nodes';
import { type Drawing, drawAround, drawCategory, drawPath } from './drawing';
import { Graph } from './Graph';
import { SkillCard } from './SkillCard';
import { Steps } from './Steps';

/** The last loaded skill, so that nothing flickers during a load. */
const useLatest = (loaded: Loaded<ChosenSkill | undefined>): ChosenSkill | undefined => {
  const latest = useRef<ChosenSkill | undefined>(undefined);
  if (loaded.state === 'done') latest.current = loaded.value;
  return latest.current;
};

/** On a narrow page the chosen item appears below the list, so the page scrolls to it. */
const useScrollOnChange = (chosen: string): RefObject<HTMLDivElement | null> => {
  const place = useRef<HTMLDivElement>(null);
  const before = useRef(chosen);
  const isNarrow = useNarrow();
  useEffect(() => {
    if (isNarrow && before.current !== chosen) place.current?.scrollIntoView();
    before.current = chosen;
  }, [chosen, isNarrow]);
  return place;
};

interface MapViewProps {
  readonly catalogue: Catalogue;
  readonly state: MapState;
  readonly addressOf: AddressOf;
}

export const MapView = ({ catalogue: fetched, state, addressOf }: MapViewProps) => {
  const { skill, category, via, view } = state;
  const loaded = useLoaded(
    async (signal) => (skill ? loadSkill(via, skill, signal) : undefined),
    [via, skill],
  );
  const chosen = useLatest(loaded);
  /** The chosen skill may be loaded before the catalogue's page that contains it. */
  const catalogue = useMemo((): Catalogue => {
    if (!chosen || fetched.skills.has(chosen.skill.id)) return fetched;
    return { ...fetched, skills: new Map([...fetched.skills, [chosen.skill.id, chosen.skill]]) };
  }, [fetched, chosen]);
  const found = catalogue.categories.find(({ id }) => id === category);
  const members = useMemo(() => skillsIn(catalogue, category), [catalogue, category]);
  const path = chosen?.path;
  const drawing = useMemo((): Drawing | undefined => {
    if (!skill) return drawCategory(members, catalogue);
    if (view === 'around') return drawAround(skill, catalogue);
    return path && drawPath(path);
  }, [catalogue, members, skill, view, path]);
  const middle = useScrollOnChange(`${skill} ${category}`);
  const missing =
    skill && loaded.state === 'failed'
      ? loaded.message
      : !skill && category && !found && `There is no category "${category}".`;
  // If the whole catalogue is loaded, a skill that is not in it does not exist.
  const isUnknown = fetched.isComplete && skill !== undefined && !fetched.skills.has(skill);
  const retry = loaded.state === 'failed' && !isUnknown ? loaded.retry : undefined;
  if (missing) {
    return (
      <div class="map-middle" ref={middle}>
        <Failed message={missing} retry={retry} />
        <p>
          <a href={addressOf({ skill: undefined, category: found?.id })}>{found?.name ?? 'The whole map'}</a>
        </p>
      </div>
    );
  }
  const isLoading = loaded.state === 'loading';
  return (
    <>
      <div class="map-middle" ref={middle} aria-busy={isLoading && view === 'path'}>
        <Breadcrumbs {...{ catalogue, state, addressOf }} />
        {drawing ? (
          <Drawn {...{ catalogue, drawing, state, addressOf }} />
        ) : (
          <Loading what="the learning path" />
        )}
        {skill && view === 'path' && path && <Steps path={path} addressOf={addressOf} />}
      </div>
      <div class="map-side" aria-busy={isLoading}>
        {!skill && drawing && <CategoryCard category={found} {...{ drawing, catalogue, addressOf }} />}
        {skill &&
          (chosen ? <SkillCard {...{ chosen, catalogue, addressOf }} /> : <Loading what="the skill" />)}
      </div>
    </>
  );
};

interface DrawnProps {
  readonly catalogue: Catalogue;
  readonly drawing: Drawing;
  readonly state: MapState;
  readonly addressOf: AddressOf;
}

const Drawn = ({ drawing, catalogue, state, addressOf }: DrawnProps) =>
  drawing.nodes.length + drawing.framed.length === 0 ? (
    <Empty>There is nothing to draw.</Empty>
  ) : (
    <Graph
      drawing={drawing}
      label="Graph; the same information is beside it as text"
      caption={captionOf(drawing, catalogue, state)}
      addressOf={(id) => addressOf({ skill: id })}
    />
  );

const counted = (count: number, thing: string): string =>
  `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`;

const captionOf = (drawing: Drawing, catalogue: Catalogue, { skill, view }: MapState): string => {
  const { nodes, edges, framed, leftOut } = drawing;
  const drawn = nodes.length + framed.length;
  if (leftOut > 0) {
    return `${counted(drawn, 'skill')} drawn, ${leftOut.toLocaleString('en')} not drawn. Choose a smaller category, or find a skill.`;
  }
  if (skill && view === 'path') {
    return drawn === 1
      ? 'It requires nothing: this is a starting point.'
      : `${counted(drawn, 'step')}, numbered in learning order.`;
  }
  if (skill) {
    const requires = catalogue.skills.get(skill)?.requires.length ?? 0;
    const others = nodes.length - 1 - requires;
    return `Requires ${requires}, required by ${others}, related to ${catalogue.skills.get(skill)?.related.length ?? 0}.`;
  }
  const outside = nodes.filter(({ role }) => role === 'outside').length;
  const all = `${counted(drawn - outside, 'skill')}, ${counted(edges.length, 'prerequisite')}.`;
  return outside > 0 ? `${all} Dashed: required from outside this category.` : all;
};
