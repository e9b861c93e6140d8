/** The verdict: whether all answers are equal; if not, a unified diff. */
import type { AskResult } from '../../api';
import { Code } from './Code';
import { PROTOCOLS, TITLES } from './protocols';

const COUNTS = ['none', 'one', 'both', 'all three', 'all four'] as const;

/** One sentence, also announced to screen readers. */
export const verdictOf = ({ agree, results }: AskResult): string => {
  const through =
    results.length === PROTOCOLS.length
      ? COUNTS[results.length]
      : results.map(({ protocol }) => TITLES[protocol]).join(', ');
  const answer = results[0]?.answer;
  if (!agree) return 'The answers differ.';
  if (answer && 'error' in answer) return `The same error through ${through}: ${answer.error.code}.`;
  return `The same answer through ${through}.`;
};

export const Banner = ({ answer }: { readonly answer: AskResult }) => {
  const first = answer.results[0]?.answer;
  const error = answer.agree && first && 'error' in first ? first.error : undefined;
  return (
    <div class={`notice banner ${answer.agree ? 'good' : 'bad'}`}>
      <p>
        <strong>{verdictOf(answer)}</strong>
        {error && (
          <span>
            {' '}
            {error.message} <code class="muted">{error.reason}</code>
          </span>
        )}
      </p>
      {answer.differences.map((difference, index) => (
        <Code key={difference} text={difference} language="text" label={`Difference ${index + 1}`} />
      ))}
    </div>
  );
};
