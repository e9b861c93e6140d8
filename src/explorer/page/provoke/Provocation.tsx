/** One provocation: what is done, what the four said, and their wires. */
import { useEffect } from 'preact/hooks';
import type { ProvocationAbout, Provoked } from '../../api';
import { Wires } from '../shared/Answers';
import { Banner, verdictOf } from '../shared/Banner';
import { BytesTable } from '../shared/BytesTable';
import { Failed, Loading } from '../shared/Notice';
import { ByMeaning } from './ErrorParts';
import { useProvoked } from './use-provocation';

interface ProvocationProps {
  readonly about: ProvocationAbout;
  readonly makesTokens: boolean;
}

export const Provocation = ({ about, makesTokens }: ProvocationProps) => {
  const mayBe = makesTokens || about.needs === 'nobody';
  const { isAsking, provoked, failure, again } = useProvoked(about.name, mayBe);
  const canRun = mayBe && !isAsking;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (canRun && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) again();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
  return (
    <article>
      <h2>{about.title}</h2>
      <p>
        {about.about} <Decisions names={about.decisions} />
      </p>
      {mayBe && (
        <div class="run">
          <button type="button" class="primary" disabled={!canRun} onClick={again}>
            Run again
          </button>
          <kbd class="small muted">Ctrl+Enter</kbd>
          {provoked && <Asked {...provoked.question} />}
        </div>
      )}
      <p role="status" class="hidden">
        {isAsking ? 'Asking' : provoked ? verdictOf(provoked) : ''}
      </p>
      <div class="outcome" aria-busy={isAsking}>
        <div class="verdict">
          {!mayBe && (
            <p class="notice">
              It needs a token, and this explorer makes none: it can be reached from other machines, or the
              tokens are another provider's.
            </p>
          )}
          {failure !== undefined && <Failed message={failure} />}
          {provoked ? <Banner answer={provoked} /> : isAsking && <Loading what="the four answers" />}
        </div>
        <ByMeaning standards={about.standards} provoked={provoked} />
        {provoked && (
          <>
            <h2>On the wire</h2>
            <BytesTable answer={provoked} />
            <Wires answer={provoked} />
          </>
        )}
      </div>
    </article>
  );
};

const Decisions = ({ names }: { readonly names: readonly string[] }) =>
  names.map((name) => (
    <a key={name} href={`/decisions/${name}`}>
      Why: decision {Number.parseInt(name, 10)}
    </a>
  ));

const BEARERS = {
  nobody: '',
  learner: ', with a token that may read',
  writer: ', with a token that may write',
};

const Asked = ({ operation, input, as = 'nobody' }: Provoked['question']) => (
  <p class="asked small">
    <span class="muted">Asked: </span>
    <code>
      {operation} {JSON.stringify(input)}
    </code>
    <span class="muted">{BEARERS[as]}</span>
  </p>
);
