/** Provoke: errors, compared part by part across the four protocols. */

import { useRoute } from 'preact-iso';
import type { ExplorerInfo } from '../../api';
import { Empty, Failed, Loading } from '../shared/Notice';
import { getInfo } from '../shared/server';
import { useLoaded } from '../shared/use-loaded';
import { Choice } from './Choice';
import { Provocation } from './Provocation';
import './provoke.css';

export default function ProvokePage() {
  const info = useLoaded(getInfo, []);
  return (
    <div class="provoke">
      <h1>One error, four protocols</h1>
      <p class="muted">
        Each error is provoked by real calls to all four servers. None of them changes the catalogue.
      </p>
      {info.state === 'loading' && <Loading what="the list of errors" />}
      {info.state === 'failed' && <Failed {...info} />}
      {info.state === 'done' && <Chosen about={info.value} />}
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
      {!chosen && name !== undefined && <Empty>There is no error named {name} here. Choose another.</Empty>}
      {!chosen && (
        <p class="small muted left-out">
          An expired deadline is not listed: client and server stop at the same moment, so the response on the
          wire would vary from run to run. Its error is described in <code>docs/guards.md</code>, the reason
          in <a href="/decisions/0013-deadlines">decision 13</a>.
        </p>
      )}
    </>
  );
};
