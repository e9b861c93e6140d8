/** Code with syntax colours and marked values; pointing at a value highlights it in every message. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Mark } from '../../api';
import { keyAt, useHighlight, useHighlightWithin } from './highlight';
import { type Language, type Token, tokensOf } from './syntax';

interface CodeProps {
  readonly text: string;
  readonly language: Language;
  readonly marks?: readonly Mark[];
  readonly label: string;
  /** Number of the first line; line numbers are shown if it is given. */
  readonly firstLine?: number;
}

interface Piece {
  readonly text: string;
  readonly kind?: string;
  readonly mark?: Mark;
}

/** Splits the text at every boundary of a token or a mark. */
const piecesOf = (text: string, tokens: readonly Token[], marks: readonly Mark[]): Piece[] => {
  const cuts = new Set([0, text.length]);
  for (const { start, end } of [...tokens, ...marks]) cuts.add(start).add(end);
  const sorted = [...cuts].sort((a, b) => a - b);
  let [token, mark] = [0, 0];
  return sorted.slice(0, -1).map((start, index) => {
    while ((tokens[token]?.end ?? Number.POSITIVE_INFINITY) <= start) token += 1;
    while ((marks[mark]?.end ?? Number.POSITIVE_INFINITY) <= start) mark += 1;
    const [inToken, inMark] = [tokens[token], marks[mark]];
    return {
      text: text.slice(start, sorted[index + 1]),
      ...(inToken && inToken.start <= start && { kind: inToken.kind }),
      ...(inMark && inMark.start <= start && { mark: inMark }),
    };
  });
};

const NO_MARKS: readonly Mark[] = [];

export const Code = ({ text, language, marks = NO_MARKS, label, firstLine }: CodeProps) => {
  const [tokens, setTokens] = useState<readonly Token[]>([]);
  const root = useRef<HTMLPreElement>(null);
  const { highlight } = useHighlight();
  useEffect(() => {
    let isCurrent = true;
    setTokens([]);
    tokensOf(text, language).then(
      (found) => isCurrent && setTokens(found),
      // If the grammar cannot be loaded, the text stays uncoloured.
      () => {},
    );
    return () => {
      isCurrent = false;
    };
  }, [text, language]);
  const pieces = useMemo(() => piecesOf(text, tokens, marks).map(shown), [text, tokens, marks]);
  useHighlightWithin(root, pieces);
  return (
    // A scrollable region must be reachable with the keyboard (WCAG 2.1.1).
    <pre
      ref={root}
      class="code"
      role="region"
      aria-label={label}
      tabIndex={0}
      onMouseOver={(event) => highlight(keyAt(event))}
      onMouseLeave={() => highlight(undefined)}
    >
      {firstLine !== undefined && (
        <span class="numbers" aria-hidden="true">
          {text.split('\n').map((_, index) => `${firstLine + index}\n`)}
        </span>
      )}
      <code>{pieces}</code>
    </pre>
  );
};

/** A piece is identified only by its position. */
const shown = ({ text, kind, mark }: Piece, index: number) =>
  mark || kind ? (
    <span key={index} class={[kind, mark && 'mark'].filter(Boolean).join(' ')} data-key={mark?.key}>
      {text}
    </span>
  ) : (
    text
  );
