/** A text as code: coloured when the grammar has come, with its values marked, so that pointing at one lights up its twins. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Mark } from '../../api';
import { type Language, type Token, tokensOf } from './highlighter';
import { useLit } from './lit';

interface CodeProps {
  readonly text: string;
  readonly language: Language;
  readonly marks?: readonly Mark[];
  readonly label: string;
  /** Of its first line, to show numbers. */
  readonly firstLine?: number;
}

interface Piece {
  readonly text: string;
  readonly kind?: string;
  readonly mark?: Mark;
}

/** Every boundary of a token or a mark begins a new piece. */
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
  const { lit, light } = useLit();
  useEffect(() => {
    let isCurrent = true;
    setTokens([]);
    tokensOf(text, language).then(
      (found) => isCurrent && setTokens(found),
      // Without its grammar a text is readable still.
      () => {},
    );
    return () => {
      isCurrent = false;
    };
  }, [text, language]);
  const pieces = useMemo(() => piecesOf(text, tokens, marks), [text, tokens, marks]);
  const over = ({ target }: Event) =>
    light((target as HTMLElement).closest<HTMLElement>('[data-key]')?.dataset.key);
  return (
    // What scrolls must be reachable with the keyboard (WCAG 2.1.1).
    <pre
      class="code"
      role="region"
      aria-label={label}
      tabIndex={0}
      onMouseOver={over}
      onMouseLeave={() => light(undefined)}
    >
      {firstLine !== undefined && (
        <span class="numbers" aria-hidden="true">
          {text.split('\n').map((_, index) => `${firstLine + index}\n`)}
        </span>
      )}
      <code>
        {pieces.map(({ text: content, kind, mark }, index) =>
          mark || kind ? (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place.
              key={index}
              class={[kind, mark && 'mark', mark && mark.key === lit && 'lit'].filter(Boolean).join(' ')}
              data-key={mark?.key}
            >
              {content}
            </span>
          ) : (
            content
          ),
        )}
      </code>
    </pre>
  );
};
