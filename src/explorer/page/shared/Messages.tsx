/** One message: its start line, headers, body and trailers. */
import { useRef } from 'preact/hooks';
import type { Mark, ShownBody, ShownHeader, ShownMessage } from '../../api';
import { Code } from './Code';
import { keyAt, useHighlight, useHighlightWithin } from './highlight';
import { Protobuf } from './Protobuf';

export interface MessageView {
  readonly isPretty: boolean;
  readonly showsHeaders: boolean;
}

interface MessageProps extends MessageView {
  /** `REST request` */
  readonly title: string;
  readonly message: ShownMessage;
}

/** Removes the hex column from a decoded rich error, because a page column is narrow. */
const withoutHex = (decoded: string): string => {
  const lines = decoded.split('\n');
  const width = Math.max(...lines.map((line) => /^[\da-f]{2}( [\da-f]{2})*/.exec(line)?.[0].length ?? 0));
  const names = lines.map((line) => line.slice(width)).filter(Boolean);
  const indent = Math.min(...names.map((line) => line.search(/\S/)));
  return names.map((line) => line.slice(indent)).join('\n');
};

const HeaderList = ({ headers, title }: { headers: readonly ShownHeader[]; title: string }) => (
  <ul class="headers">
    {headers.map(({ name, value, decoded, key }, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a header name may occur twice.
      <li key={index}>
        <span class="tok-name">{name}</span>:{' '}
        <span class={key && 'mark'} data-key={key}>
          {value}
        </span>
        {decoded !== undefined && (
          <Code text={withoutHex(decoded)} language="text" label={`${title}, ${name} decoded`} />
        )}
      </li>
    ))}
  </ul>
);

/** A start line with its values marked. */
const Marked = ({ text, marks }: { readonly text: string; readonly marks: readonly Mark[] }) => {
  const ends = [0, ...marks.map(({ end }) => end)];
  return (
    <code>
      {marks.map(({ start, end, key }, index) => [
        text.slice(ends[index], start),
        <span key={start} class="mark" data-key={key}>
          {text.slice(start, end)}
        </span>,
      ])}
      {text.slice(ends.at(-1))}
    </code>
  );
};

const Body = ({ body, title, isPretty }: { body: ShownBody; title: string; isPretty: boolean }) => {
  if (body.kind === 'none') return <p class="small muted">No body.</p>;
  if (body.kind === 'protobuf') return <Protobuf body={body} label={title} />;
  const parts = isPretty && body.pretty.length > 0 ? body.pretty : body.sent;
  return (
    <>
      {parts.map(({ text, language, marks }, index) => (
        <Code
          // biome-ignore lint/suspicious/noArrayIndexKey: a query, then its variables.
          key={index}
          text={text}
          language={language}
          marks={marks}
          label={parts.length > 1 ? `${title}, ${language}` : title}
        />
      ))}
    </>
  );
};

export const Message = ({ title, message, isPretty, showsHeaders }: MessageProps) => {
  const { startLine, startLineMarks = [], headers, body, trailers } = message;
  const root = useRef<HTMLDivElement>(null);
  const { highlight } = useHighlight();
  useHighlightWithin(root, message);
  return (
    <div
      ref={root}
      class="message"
      onMouseOver={(event) => highlight(keyAt(event))}
      onMouseLeave={() => highlight(undefined)}
    >
      <p class="start-line">
        <Marked text={startLine} marks={startLineMarks} />
      </p>
      {headers.length > 0 && (
        // Without a body, the headers are the whole message.
        <details open={showsHeaders || body.kind === 'none'}>
          <summary class="small">
            {headers.length === 1 ? '1 header' : `${headers.length} headers`}
            <span class="hidden"> of the {title}</span>
          </summary>
          <HeaderList headers={headers} title={title} />
        </details>
      )}
      <Body body={body} title={title} isPretty={isPretty} />
      {trailers.length > 0 && (
        <>
          <p class="small muted trailers">Trailers</p>
          <HeaderList headers={trailers} title={title} />
        </>
      )}
    </div>
  );
};
