/** One error: how it is provoked, the answers, and the messages of all protocols. */
import { useEffect } from 'preact/hooks';
import type { ProvocationInfo, ProvocationResult } from '../../api';
import { Wires } from '../shared/Answers';
import { Banner, verdictOf } from '../shared/Banner';
import { BytesTable } from '../shared/BytesTable';
import { Failed, Loading } from '../shared/Notice';
import { ErrorParts } from './ErrorParts';
import { useProvocation } from './use-provocation';

interface ProvocationProps {
  readonly provocation: ProvocationInfo;
  readonly makesTokens: boolean;
}

export const Provocation = ({ provocation, makesTokens }: ProvocationProps) => {
  const canProvoke = makesTokens || provocation.requiredIdentity === 'anonymous';
  const { isAsking, result, failure, runAgain: again } = useProvocation(provocation.name, canProvoke);
  const canRun = canProvoke && !isAsking;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (canRun && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) again();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
  return (
    <article>
      <h2>{provocation.title}</h2>
      <p>
        {provocation.description} <Decisions names={provocation.decisions} />
      </p>
      {canProvoke && (
        <div class="run">
          <button type="button" class="primary" disabled={!canRun} onClick={again}>
            Run again
          </button>
          <kbd class="small muted">Ctrl+Enter</kbd>
          {result && <CallMade {...result.question} />}
        </div>
      )}
      <p role="status" class="hidden">
        {isAsking ? 'Calling' : result ? verdictOf(result) : ''}
      </p>
      <div class="outcome" aria-busy={isAsking}>
        <div class="verdict">
          {!canProvoke && (
            <p class="notice">
              This error needs a token, and this explorer does not issue tokens: it is reachable from other
              machines, or another provider issues the tokens.
            </p>
          )}
          {failure !== undefined && <Failed message={failure} />}
          {result ? <Banner answer={result} /> : isAsking && <Loading what="the four responses" />}
        </div>
        <ErrorParts standards={provocation.standards} result={result} />
        {result && (
          <>
            <h2>On the wire</h2>
            <BytesTable result={result} />
            <Wires answer={result} />
          </>
        )}
      </div>
    </article>
  );
};

const Decisions = ({ names }: { readonly names: readonly string[] }) =>
  names.map((name) => (
    <a key={name} href={`/decisions/${name}`}>
      Decision {Number.parseInt(name, 10)}
    </a>
  ));

const TOKENS = {
  anonymous: '',
  learner: ', with a token without scopes',
  writer: ', with a token of scope skills:write',
};

const CallMade = ({ operation, input, as = 'anonymous' }: ProvocationResult['question']) => (
  <p class="call small">
    <span class="muted">Call: </span>
    <code>
      {operation} {JSON.stringify(input)}
    </code>
    <span class="muted">{TOKENS[as]}</span>
  </p>
);
