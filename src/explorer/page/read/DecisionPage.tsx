/** The decision records: their list, and each record. */
import { useRoute } from 'preact-iso';
import { Failed, Loading } from '../shared/Notice';
import { getData } from '../shared/server';
import { useLoaded } from '../shared/use-loaded';
import type { Decision, DecisionTitle } from './slices';
import { TextWithCode } from './TextWithCode';
import { useTitle } from './use-title';
import './read.css';

export default function DecisionPage() {
  const { name } = useRoute().params;
  const loaded = useLoaded((signal) => getData<DecisionTitle[]>('decisions/index', signal), []);
  if (loaded.state === 'loading') return <Loading what="the decisions" />;
  if (loaded.state === 'failed') return <Failed {...loaded} />;
  if (!name) return <Contents titles={loaded.value} />;
  if (loaded.value.some((one) => one.name === name)) return <Record name={name} titles={loaded.value} />;
  return (
    <>
      <h1>There is no such decision</h1>
      <p>
        See <a href="/decisions">all decisions</a>.
      </p>
    </>
  );
}

const Contents = ({ titles }: { readonly titles: readonly DecisionTitle[] }) => {
  useTitle('Decisions');
  return (
    <>
      <h1>Decisions</h1>
      <p class="muted">Design decisions and their reasons.</p>
      <ol class="read-decisions">
        {titles.map(({ name, number, title }) => (
          <li key={name} value={number}>
            <a href={`/decisions/${name}`}>
              <TextWithCode text={title} />
            </a>
          </li>
        ))}
      </ol>
    </>
  );
};

const Record = ({ name, titles }: { readonly name: string; readonly titles: readonly DecisionTitle[] }) => {
  const loaded = useLoaded((signal) => getData<Decision>(`decisions/${name}`, signal), [name]);
  const at = titles.findIndex((one) => one.name === name);
  useTitle((titles[at]?.title ?? name).replaceAll('`', ''));
  const [before, after] = [titles[at - 1], titles[at + 1]];
  return (
    <article class="read-decision">
      <p class="small">
        <a href="/decisions">All decisions</a>
      </p>
      <h1>
        {titles[at]?.number}. <TextWithCode text={titles[at]?.title ?? ''} />
      </h1>
      {loaded.state === 'loading' && <Loading what="the record" />}
      {loaded.state === 'failed' && <Failed {...loaded} />}
      {loaded.state === 'done' && (
        // biome-ignore lint/security/noDangerouslySetInnerHtml: made of our own Markdown, without HTML, when the page was built.
        <div dangerouslySetInnerHTML={{ __html: loaded.value.html }} />
      )}
      <nav aria-label="Other decisions" class="small">
        {before && (
          <a href={`/decisions/${before.name}`}>
            ← <TextWithCode text={before.title} />
          </a>
        )}
        {after && (
          <a href={`/decisions/${after.name}`}>
            <TextWithCode text={after.title} /> →
          </a>
        )}
      </nav>
    </article>
  );
};
