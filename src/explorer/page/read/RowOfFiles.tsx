/** One row: the same file of each protocol, with the lines that serve the operation. */
import { useId } from 'preact/hooks';
import type { Operation, ProtocolName } from '../../api';
import { TITLES } from '../shared/protocols';
import { sourceAddress } from './address';
import { Listing } from './Listing';
import type { FileSlice, Row, RowSlices } from './slices';
import { TextWithCode } from './TextWithCode';

const DESCRIPTIONS: Readonly<Record<Row, string>> = {
  contract: 'the contract document',
  schema: 'loads the contract; names paths and operations',
  requests: 'encodes and decodes the input of each operation',
  responses: 'encodes and decodes the output of each operation',
  errors: 'maps error codes, both ways',
  context: 'token, idempotency key and deadline of a call',
  server: 'dispatches a request to its operation; code shared by all operations is in the whole file',
  client: 'calls the operation from outside',
  index: 'what the adapter exports',
};

export const linesIn = ({ stretches }: FileSlice): number =>
  stretches.reduce((sum, { text }) => sum + text.split('\n').length, 0);

interface RowProps {
  readonly slices: RowSlices;
  readonly operation: Operation;
  readonly shown: readonly ProtocolName[];
  readonly isOpen: boolean;
  readonly toggle: () => void;
}

export const RowOfFiles = ({ slices, operation, shown, isOpen, toggle }: RowProps) => {
  const { row, files, decisions } = slices;
  const id = useId();
  return (
    <section class="read-row" aria-labelledby={id}>
      <header>
        <h2 id={id}>
          <button type="button" class="quiet" aria-expanded={isOpen} onClick={toggle}>
            {row}
          </button>
        </h2>
        <p class="muted">{DESCRIPTIONS[row]}</p>
      </header>
      <div class="read-cells">
        {shown.map((protocol) => (
          <Cell
            key={protocol}
            protocol={protocol}
            file={files[protocol]}
            operation={operation}
            isOpen={isOpen}
          />
        ))}
      </div>
      {decisions.length > 0 && (
        <ul class="read-decided small" aria-label={`Decisions on ${row}`}>
          {decisions.map(({ name, number, title }) => (
            <li key={name}>
              <a href={`/decisions/${name}`}>
                Decision {number}: <TextWithCode text={title} />
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};

interface CellProps {
  readonly protocol: ProtocolName;
  readonly file: FileSlice;
  readonly operation: Operation;
  readonly isOpen: boolean;
}

const Cell = ({ protocol, file, operation, isOpen }: CellProps) => {
  const { path, sentence, language, lines, stretches } = file;
  const ranges = stretches.map(
    ({ firstLine, text }) => [firstLine, firstLine + text.split('\n').length - 1] as const,
  );
  return (
    <div class={`column ${protocol}`}>
      <h3>
        <span class="hidden">{TITLES[protocol]}: </span>
        <a href={sourceAddress(path, ranges, operation)}>{path.replace('src/adapters/', '')}</a>
      </h3>
      <p class="muted small">
        {linesIn(file)} of {lines} lines
      </p>
      <p class="small">
        <TextWithCode text={sentence} />
      </p>
      {isOpen && <Listing stretches={stretches} language={language} label={`${path}, of ${operation}`} />}
    </div>
  );
};
