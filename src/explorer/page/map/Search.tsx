/** Finds skills with the service's text search, through the chosen protocol. */
import { useEffect, useState } from 'preact/hooks';
import type { Page, ProtocolName } from '../../api';
import { type Loaded, useLoaded } from '../shared/use-loaded';
import { callThrough, type Step } from './catalogue';

const COUNT_MAX = 12;
const CHARS_MAX = 200;
/** Delay after a key press, so that not every letter causes a request. */
const DELAY_MS = 200;

interface SearchProps {
  readonly via: ProtocolName;
  readonly addressOf: (skill: string) => string;
}

export const Search = ({ via, addressOf }: SearchProps) => {
  const [typed, setTyped] = useState('');
  const [text, setText] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setText(typed.trim()), DELAY_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const found = useLoaded(
    async (signal) => {
      if (text === '') return undefined;
      const input = { text, pageSize: COUNT_MAX, fields: ['id', 'name'] };
      return (await callThrough<Page<Step>>(via, 'listSkills', input, signal)).value;
    },
    [text, via],
  );
  const page = found.state === 'done' ? found.value : undefined;
  return (
    <search class="map-search">
      <label for="map-search">Find a skill</label>
      <input
        id="map-search"
        type="search"
        value={typed}
        maxLength={CHARS_MAX}
        autocomplete="off"
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <p class="small muted" role="status">
        {text !== '' && resultText(found)}
      </p>
      {page && page.items.length > 0 && (
        <ul aria-label="Found">
          {page.items.map(({ id, name }) => (
            <li key={id}>
              <a href={addressOf(id)}>{name}</a>
            </li>
          ))}
        </ul>
      )}
    </search>
  );
};

const resultText = (found: Loaded<Page<Step> | undefined>): string => {
  if (found.state === 'failed') return found.message;
  if (found.state === 'loading' || !found.value) return 'Searching …';
  const { items, totalSize } = found.value;
  if (totalSize === 0) return 'No skill matches.';
  const all = totalSize.toLocaleString('en');
  return items.length < totalSize ? `The first ${items.length} of ${all}.` : `${all} found.`;
};
