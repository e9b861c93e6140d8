/** Lines of a file with their line numbers; an ellipsis stands for omitted lines. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Language, type Token, tokensOf } from '../shared/syntax';
import type { Stretch } from './slices';

interface ListingProps {
  readonly stretches: readonly Stretch[];
  readonly language: Language;
  readonly label: string;
  /** Lines to mark. */
  readonly marked?: (line: number) => boolean;
  /** Shows all lines; otherwise the listing scrolls. */
  readonly isWhole?: boolean;
}

interface Line {
  /** Absent for an ellipsis. */
  readonly number?: number;
  /** Range in the joined text. */
  readonly start: number;
  readonly end: number;
}

/** Stretches are tokenized as one text, so that the grammar sees matching brackets. */
const joined = (stretches: readonly Stretch[]): string => stretches.map(({ text }) => text).join('\n');

const linesOf = (stretches: readonly Stretch[]): Line[] => {
  let start = 0;
  return stretches.flatMap(({ firstLine, text }, index) => {
    const leftOut = { start, end: start };
    const lines = text.split('\n').map((content, offset): Line => {
      const line = { number: firstLine + offset, start, end: start + content.length };
      start = line.end + 1;
      return line;
    });
    return index === 0 ? lines : [leftOut, ...lines];
  });
};

/** The coloured pieces of a line; text between tokens has no colour. */
const contentOf = (text: string, { start, end }: Line, tokens: readonly Token[]) => {
  const content = [];
  let at = start;
  for (const token of tokens) {
    if (token.start > at) content.push(text.slice(at, token.start));
    content.push(
      <span key={token.start} class={token.kind}>
        {text.slice(token.start, token.end)}
      </span>,
    );
    at = token.end;
  }
  content.push(text.slice(at, end));
  return content;
};

/** Indentation, for the continuation of a wrapped line. */
const indentOf = (text: string, { start, end }: Line): number => text.slice(start, end).search(/\S|$/);

/** Both lists are sorted. Tokens without a class are dropped; adjacent tokens of the same class are merged. */
const tokensByLine = (lines: readonly Line[], tokens: readonly Token[]): Token[][] => {
  let next = 0;
  return lines.map(({ end }) => {
    const found: Token[] = [];
    for (; next < tokens.length && (tokens[next] as Token).end <= end; next += 1) {
      const token = tokens[next] as Token;
      const last = found.at(-1);
      if (last?.end === token.start && last.kind === token.kind) {
        found[found.length - 1] = { ...last, end: token.end };
      } else if (token.kind !== undefined) found.push(token);
    }
    return found;
  });
};

export const Listing = ({ stretches, language, label, marked, isWhole }: ListingProps) => {
  const [tokens, setTokens] = useState<readonly Token[]>([]);
  const text = useMemo(() => joined(stretches), [stretches]);
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
  const shown = useMemo(() => {
    const lines = linesOf(stretches);
    const ofLine = tokensByLine(lines, tokens);
    return lines.map((line, index) =>
      line.number === undefined ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: omitted lines have no number.
        <span key={`after ${index}`} class="left-out">
          …
        </span>
      ) : (
        <span
          key={line.number}
          class={marked?.(line.number) ? 'line marked' : 'line'}
          data-number={line.number}
          style={{ '--indent': `${indentOf(text, line)}ch` }}
        >
          {contentOf(text, line, ofLine[index] ?? [])}
        </span>
      ),
    );
  }, [stretches, text, tokens, marked]);
  return (
    // A scrollable region must be reachable with the keyboard (WCAG 2.1.1).
    <pre
      class={isWhole ? 'code listing whole' : 'code listing'}
      role="region"
      aria-label={label}
      tabIndex={isWhole ? undefined : 0}
    >
      <code>{shown}</code>
    </pre>
  );
};
