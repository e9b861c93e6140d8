/** Provoke: errors and guards, each in four forms that are laid side by side by what they mean. */

import { useRoute } from 'preact-iso';
import type { ExplorerInfo } from '../../api';
import { Empty, Failed, Loading } from '../shared/Notice';
import { getInfo } from '../shared/server';
import { useLoaded } from '../shared/use-loaded';
import { Choice } from './Choice';
import { Provocation } from './Provocation';
import './provoke.css';

export default function ProvokePage() {
  const about = useLoaded(getInfo, []);
  return (
    <div class="provoke">
      <h1>One error, four forms</h1>
      <p class="muted">
        Each of these is really provoked, at all four endpoints. None of them changes the catalogue.
      </p>
      {about.state === 'loading' && <Loading what="what there is to provoke" />}
      {about.state === 'failed' && <Failed {...about} />}
      {about.state === 'done' && <Chosen about={about.value} />}
    </div>
  );
}

const Chosen = ({ about: { provocations, makesTokens } }: { readonly about: ExplorerInfo }) => {
  const { name } = useRoute().params;
  const chosen = provocations.find((provocation) => provocation.name === name);
  return (
    <>
      <Choice provocations={provocations} chosen={chosen} />
      {chosen && <Provocation key={chosen.name} provocation={chosen} makesTokens={makesTokens} />}
      {!chosen && name !== undefined && <Empty>There is no provocation called {name}. Choose another.</Empty>}
      {!chosen && (
        <p class="small muted left-out">
          A deadline that passes is not among them: a client gives up at the same moment as the service, so
          that what crosses the wire would be a matter of luck. What the service says then is in{' '}
          <code>docs/guards.md</code>, and why in <a href="/decisions/0013-deadlines">decision 13</a>.
        </p>
      )}
    </>
  );
};
