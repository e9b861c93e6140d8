/** Read: the source code of one operation in the four adapters, file beside file. */

import { useEffect, useId, useRef } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import type { Operation, ProtocolName } from '../../api';
import { Tabs, useNarrow } from '../shared/Columns';
import { Failed, Loading } from '../shared/Notice';
import { PROTOCOLS, TITLES } from '../shared/protocols';
import { getData, getInfo } from '../shared/server';
import { useLoaded } from '../shared/use-loaded';
import { useReadState } from './address';
import { linesIn, RowOfFiles } from './RowOfFiles';
import type { OperationSlices, Row } from './slices';
import './read.css';

export default function ReadPage() {
  const { operation = 'getSkill' } = useRoute().params;
  const info = useLoaded(getInfo, []);
  const names = info.state === 'done' ? info.value.operations.map(({ name }) => name) : [];
  const known = names.find((name) => name === operation);
  return (
    <>
      <h1>Read</h1>
      <p class="muted">
        The source code of one operation in each protocol: its lines in every file, and the lines that they
        call. Select a file name to see the whole file.
      </p>
      {info.state === 'loading' && <Loading what="the operations" />}
      {info.state === 'failed' && <Failed {...info} />}
      {info.state === 'done' && <Choice names={names} chosen={known} />}
      {info.state === 'done' && !known && (
        <p class="notice bad" role="alert">
          There is no operation {operation}. Choose one above.
        </p>
      )}
      {known && <Slices operation={known} />}
    </>
  );
}

interface ChoiceProps {
  readonly names: readonly Operation[];
  readonly chosen: Operation | undefined;
}

const Choice = ({ names, chosen }: ChoiceProps) => {
  const { shown, show, read } = useReadState();
  const isNarrow = useNarrow();
  const id = useId();
  const toggle = (protocol: ProtocolName) =>
    show(PROTOCOLS.filter((one) => shown.includes(one) !== (one === protocol)));
  return (
    <div class="read-choice">
      <span>
        <label for={id}>Operation</label>
        <select id={id} value={chosen ?? ''} onChange={({ currentTarget }) => read(currentTarget.value)}>
          {!chosen && <option value="">Choose …</option>}
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </span>
      {!isNarrow && (
        <fieldset>
          <legend class="hidden">Side by side</legend>
          {PROTOCOLS.map((protocol) => (
            <label key={protocol}>
              <input
                type="checkbox"
                checked={shown.includes(protocol)}
                disabled={shown.length === 1 && shown.includes(protocol)}
                onChange={() => toggle(protocol)}
              />
              {TITLES[protocol]}
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
};

/** The last defined value, so that the layout does not jump during a load. */
const useLast = <T,>(value: T | undefined): T | undefined => {
  const last = useRef(value);
  if (value !== undefined) last.current = value;
  return last.current;
};

const Slices = ({ operation }: { readonly operation: Operation }) => {
  const loaded = useLoaded((signal) => getData<OperationSlices>(`slices/${operation}`, signal), [operation]);
  const slices = useLast(loaded.state === 'done' ? loaded.value : undefined);
  const { shown, open, show, setOpen } = useReadState();
  const isNarrow = useNarrow();
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const columns = isNarrow ? shown.slice(0, 1) : shown;
  useEffect(() => {
    root.current?.style.setProperty('--shown', String(columns.length));
  });
  if (loaded.state === 'failed') return <Failed {...loaded} />;
  if (!slices) return <Loading what={`the sources of ${operation}`} />;
  const rows = slices.rows.map(({ row }) => row);
  const toggle = (row: Row) => setOpen(rows.filter((one) => open.includes(one) !== (one === row)));
  const total = (protocol: ProtocolName, counted: (row: Row) => boolean): number =>
    slices.rows
      .filter(({ row }) => counted(row))
      .reduce((sum, { files }) => sum + linesIn(files[protocol]), 0);
  const [chosen = 'rest'] = columns;
  return (
    <div class="read" ref={root} aria-busy={loaded.state === 'loading'}>
      {isNarrow && <Tabs label="Protocols" id={id} chosen={chosen} choose={(one) => show([one])} />}
      <div
        id={`${id}-panel`}
        {...(isNarrow && { role: 'tabpanel', 'aria-labelledby': `${id}-tab-${chosen}` })}
      >
        {!isNarrow && (
          <div class="read-cells read-titles" aria-hidden="true">
            {columns.map((protocol) => (
              <p key={protocol} class={`column-title ${protocol}`}>
                {TITLES[protocol]}
              </p>
            ))}
          </div>
        )}
        <section class="read-row" aria-labelledby={`${id}-total`}>
          <header>
            <h2 id={`${id}-total`}>total</h2>
            <p class="muted">lines that serve {slices.operation}</p>
            <p class="read-all">
              <button
                type="button"
                onClick={() => setOpen(rows)}
                disabled={rows.every((row) => open.includes(row))}
              >
                Open all
              </button>
              <button type="button" onClick={() => setOpen([])} disabled={open.length === 0}>
                Close all
              </button>
            </p>
          </header>
          <div class="read-cells">
            {columns.map((protocol) => (
              <p key={protocol} class={`column ${protocol}`}>
                <span class="hidden">{TITLES[protocol]}: </span>
                <b>{total(protocol, () => true)}</b>
                <span class="muted small">
                  {' '}
                  {total(protocol, (row) => row === 'contract')} of contract,{' '}
                  {total(protocol, (row) => row !== 'contract')} of code
                </span>
              </p>
            ))}
          </div>
        </section>
        {slices.rows.map((row) => (
          <RowOfFiles
            key={row.row}
            slices={row}
            operation={slices.operation}
            shown={columns}
            isOpen={open.includes(row.row)}
            toggle={() => toggle(row.row)}
          />
        ))}
      </div>
    </div>
  );
};
