/** A protobuf message: its bytes and its decoded fields; pointing at one highlights the other. */
import { useMemo, useRef, useState } from 'preact/hooks';
import type { ProtobufField, ShownBody } from '../../api';
import { HighlightList } from './HighlightList';
import { keyAt, useHighlight, useHighlightWithin } from './highlight';

const PER_LINE = 8;
/** Lines drawn before "Show all"; more than a screen shows. */
const LINES_FIRST = 128;
/** gRPC's frame: one byte for compression, four for the length (gRPC over HTTP/2, "Length-Prefixed-Message"). */
const FRAME_BYTES = 5;
const HUES = 6;

interface ProtobufProps {
  readonly body: Extract<ShownBody, { kind: 'protobuf' }>;
  readonly label: string;
}

/** A field without a domain key is highlighted only in this message. */
const keyOf = ({ key, start }: ProtobufField, label: string): string => key ?? `${label}:${start}`;

interface Stretch {
  readonly hex: string;
  readonly field: number | undefined;
}

/** Lines of eight bytes; adjacent bytes of the same field form one stretch. */
const linesOf = (hex: string, fields: readonly ProtobufField[]): Stretch[][] => {
  const owners: (number | undefined)[] = [];
  fields.forEach(({ start, end }, index) => {
    for (let at = start; at < end; at += 1) owners[at] = index;
  });
  const lines: Stretch[][] = [];
  for (let at = 0; at < hex.length / 2; at += 1) {
    if (at % PER_LINE === 0) lines.push([]);
    const line = lines.at(-1) as Stretch[];
    const byte = hex.slice(at * 2, at * 2 + 2);
    const last = line.at(-1);
    if (last && last.field === owners[at]) line.splice(-1, 1, { ...last, hex: `${last.hex} ${byte}` });
    else line.push({ hex: byte, field: owners[at] });
  }
  return lines;
};

const bytesText = ({ start, end }: ProtobufField): string =>
  end - start > 1 ? `${start}–${end - 1}` : `${start}`;

export const Protobuf = ({ body: { type, hex, fields }, label }: ProtobufProps) => {
  const [isWhole, showWhole] = useState(false);
  const { highlight } = useHighlight();
  const root = useRef<HTMLPreElement>(null);
  const all = useMemo(() => linesOf(hex, fields), [hex, fields]);
  const drawn = useMemo(
    () =>
      (isWhole ? all : all.slice(0, LINES_FIRST)).map((line, index) => lineOf(line, index, fields, label)),
    [all, isWhole, fields, label],
  );
  const items = useMemo(
    () =>
      fields.map((field, index) => ({ key: keyOf(field, label), content: <Field {...{ field, index }} /> })),
    [fields, label],
  );
  useHighlightWithin(root, drawn);
  return (
    <div class="protobuf">
      <p class="small type">
        <code>{type}</code>
      </p>
      <pre
        ref={root}
        class="code hex"
        role="region"
        aria-label={`${label}, bytes`}
        tabIndex={0}
        onMouseOver={(event) => highlight(keyAt(event))}
        onMouseLeave={() => highlight(undefined)}
      >
        <code>{drawn}</code>
      </pre>
      {drawn.length < all.length && (
        <button type="button" class="small" onClick={() => showWhole(true)}>
          Show all {(hex.length / 2).toLocaleString('en')} bytes
        </button>
      )}
      {fields.length > 0 && (
        <p class="legend small muted" aria-hidden="true">
          <span>field, number, value</span>
          <span>bytes</span>
        </p>
      )}
      {fields.length > 0 ? (
        <HighlightList label={`${label}, fields`} items={items} />
      ) : (
        <p class="small muted">The message is empty: only the frame of {FRAME_BYTES} bytes was sent.</p>
      )}
    </div>
  );
};

const lineOf = (line: readonly Stretch[], at: number, fields: readonly ProtobufField[], label: string) => (
  <span key={at} class="line">
    <span class="offset">{(at * PER_LINE).toString().padStart(4, '0')} </span>
    {line.map(({ hex, field }, index) => {
      const found = field === undefined ? undefined : fields[field];
      return [
        ' ',
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a stretch is identified only by its position.
          key={index}
          class={found ? `mark hue-${(field as number) % HUES}` : 'frame'}
          data-key={found && keyOf(found, label)}
          title={found ? `${found.name}${found.value === undefined ? '' : `: ${found.value}`}` : 'frame'}
        >
          {hex}
        </span>,
      ];
    })}
    {'\n'}
  </span>
);

const Field = ({ field, index }: { readonly field: ProtobufField; readonly index: number }) => (
  <span class="field" style={{ paddingLeft: `${field.depth * 0.75}rem` }}>
    <span class="content">
      <span class={`name hue-${index % HUES}`}>{field.name}</span> <span class="tag">{field.number}</span>{' '}
      {field.value !== undefined && <span class="value">{field.value}</span>}
    </span>{' '}
    <span class="range">
      <span class="hidden">bytes </span>
      {bytesText(field)}
    </span>
  </span>
);
