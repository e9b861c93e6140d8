/** Values in the messages: each value of the answers, listed once; the current one is highlighted in every message. */
import { useMemo } from 'preact/hooks';
import type { AskResult, Mark, ShownBody, ShownHeader, ShownMessage } from '../../api';
import { HighlightList } from './HighlightList';

interface KeyedText {
  readonly key: string;
  readonly text: string;
}

const inText = (text: string, marks: readonly Mark[] = []): KeyedText[] =>
  marks.map(({ key, start, end }) => ({ key, text: text.slice(start, end) }));

const inHeaders = (headers: readonly ShownHeader[]): KeyedText[] =>
  headers.flatMap(({ key, value }) => (key ? [{ key, text: value }] : []));

const inBody = (body: ShownBody): KeyedText[] => {
  if (body.kind === 'none') return [];
  if (body.kind === 'text') return body.sent.flatMap(({ text, marks }) => inText(text, marks));
  return body.fields.flatMap(({ key, value }) => (key && value !== undefined ? [{ key, text: value }] : []));
};

/** The body comes first, because it has the domain's order. */
const inMessage = ({ startLine, startLineMarks, headers, body, trailers }: ShownMessage): KeyedText[] => [
  ...inBody(body),
  ...inText(startLine, startLineMarks),
  ...inHeaders(headers),
  ...inHeaders(trailers),
];

const QUOTES = /^"(.*)"$/s;

/** In order of first occurrence, with each form in which a protocol writes the value. */
const valuesOf = ({ results }: AskResult): [string, Set<string>][] => {
  const found = new Map<string, Set<string>>();
  for (const { wire } of results) {
    for (const { key, text } of wire?.exchanges.flatMap(({ response }) => inMessage(response)) ?? []) {
      found.set(key, (found.get(key) ?? new Set()).add(text.replace(QUOTES, '$1')));
    }
  }
  return [...found];
};

export const Values = ({ answer }: { readonly answer: AskResult }) => {
  const items = useMemo(
    () =>
      valuesOf(answer).map(([key, texts]) => ({
        key,
        content: (
          <>
            <span class="name">{key}</span> <span class="value">{[...texts].join(' · ')}</span>
          </>
        ),
      })),
    [answer],
  );
  if (items.length === 0) return null;
  return (
    <section class="values">
      <h2>Values in the messages</h2>
      <p class="small muted">
        Point at a value, here or in a message, to highlight it in every message. If protocols write a value
        differently, each form is listed.
      </p>
      <HighlightList label="Values of the answer" items={items} />
    </section>
  );
};
