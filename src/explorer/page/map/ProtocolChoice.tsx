/** The choice of the protocol, each with the cost of the catalogue through it. */
import type { ProtocolName } from '../../api';
import { PROTOCOLS, TITLES } from '../shared/protocols';
import type { Catalogue, Cost } from './catalogue';

const grouped = (value: number): string => value.toLocaleString('en');

export const bytesText = ({ up, down }: Cost): string => `${grouped(up)} B up, ${grouped(down)} B down`;
export const callsText = ({ calls }: Cost): string => (calls === 1 ? '1 call' : `${grouped(calls)} calls`);

interface ProtocolChoiceProps {
  readonly via: ProtocolName;
  readonly fetched: Partial<Record<ProtocolName, Catalogue>>;
  readonly onChoose: (via: ProtocolName) => void;
}

export const ProtocolChoice = ({ via, fetched, onChoose }: ProtocolChoiceProps) => (
  <fieldset class="map-via">
    <legend>Fetch the catalogue through</legend>
    {PROTOCOLS.map((name) => {
      const catalogue = fetched[name];
      const hasCost = catalogue && (catalogue.isComplete || name === via);
      return (
        <label key={name} class={name}>
          <input
            type="radio"
            name="via"
            value={name}
            checked={name === via}
            onChange={() => onChoose(name)}
          />
          <span class="map-via-name">{TITLES[name]}</span>
          <span class="map-cost">{hasCost ? callsText(catalogue.cost) : 'not fetched yet'}</span>
          <span class="map-cost">{hasCost ? bytesText(catalogue.cost) : ' '}</span>
        </label>
      );
    })}
  </fieldset>
);

const NOTHING = { skills: new Map<string, never>(), categories: [], totalSize: 1 };

interface ProgressProps {
  readonly via: ProtocolName;
  readonly catalogue: Catalogue | undefined;
}

/** Progress of the load; announced to screen readers only when it is complete. */
export const Progress = ({ via, catalogue }: ProgressProps) => {
  const isComplete = catalogue?.isComplete ?? false;
  const { skills, categories, totalSize } = catalogue ?? NOTHING;
  return (
    <div class="map-progress small muted">
      <p role="status">
        {isComplete &&
          `${grouped(skills.size)} skills, ${grouped(categories.length)} categories, through ${TITLES[via]}.`}
      </p>
      {!isComplete && (
        <>
          <progress aria-label="Skills fetched" value={skills.size} max={totalSize} />
          <span>
            {grouped(skills.size)} of {totalSize === 1 ? '…' : grouped(totalSize)} skills
          </span>
        </>
      )}
      <p>Bytes are all bytes on the socket; each call has its own connection.</p>
    </div>
  );
};
