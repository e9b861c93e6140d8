/** Map: the skill catalogue as a graph, fetched through the chosen protocol. */
import './map.css';
import { useMemo } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { Failed, Loading } from '../shared/Notice';
import { type AddressOf, mapAddress, readState } from './address';
import { ALL, CategoryTree } from './CategoryTree';
import type { Catalogue } from './catalogue';
import { ancestorsOf, categoryNodes } from './category-nodes';
import { MapView } from './MapView';
import { Progress, ProtocolChoice } from './ProtocolChoice';
import { Search } from './Search';
import { useCatalogue } from './use-catalogue';

export default function MapPage() {
  const { query, route } = useLocation();
  const state = readState(useRoute().params.skill, query);
  const { via, category } = state;
  const { fetched, shown, failed, retry } = useCatalogue(via);
  const addressOf: AddressOf = (change) => mapAddress({ ...state, ...change });
  return (
    <div class="map">
      <h1>The map</h1>
      <p class="muted">
        The skill catalogue as a graph: an arrow leads from a prerequisite to the skill that requires it. Each
        protocol gives the same answer at a different cost.
      </p>
      <ProtocolChoice
        via={via}
        fetched={fetched}
        onChoose={(name) => route(addressOf({ via: name }), true)}
      />
      {failed ? <Failed message={failed} retry={retry} /> : <Progress via={via} catalogue={fetched[via]} />}
      {shown && (
        <div class="map-parts">
          <div class="map-find">
            <Search via={via} addressOf={(skill) => addressOf({ skill })} />
            <Tree
              catalogue={shown}
              chosen={category ?? (state.skill ? undefined : ALL)}
              onChoose={(id) => route(addressOf({ skill: undefined, category: id }))}
            />
          </div>
          <MapView catalogue={shown} state={state} addressOf={addressOf} />
        </div>
      )}
      {!shown && !failed && (
        <div class="map-waiting">
          <Loading what="the catalogue" />
        </div>
      )}
    </div>
  );
}

interface TreeProps {
  readonly catalogue: Catalogue;
  readonly chosen: string | undefined;
  readonly onChoose: (category: string | undefined) => void;
}

const Tree = ({ catalogue, chosen, onChoose }: TreeProps) => {
  const nodes = useMemo(() => categoryNodes(catalogue), [catalogue]);
  const above = new Set(ancestorsOf(catalogue.categories, chosen).map(({ id }) => id));
  return <CategoryTree nodes={nodes} total={catalogue.skills.size} {...{ chosen, above, onChoose }} />;
};
