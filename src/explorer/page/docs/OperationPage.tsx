/** One operation: its contract in four protocols, and a live sample. */

import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { AskResult, OperationInfo } from '../../api';
import type { FileSlice, OperationSlices } from '../read/slices';
import { Answers } from '../shared/Answers';
import { Code } from '../shared/Code';
import { Columns } from '../shared/Columns';
import { Failed, Loading } from '../shared/Notice';
import { askAddress, raceAddress } from '../shared/question';
import { ask, getData } from '../shared/server';
import { useLoaded } from '../shared/use-loaded';

interface OperationPageProps {
  readonly operation: OperationInfo;
  readonly operations: readonly OperationInfo[];
}

export const OperationPage = ({ operation, operations }: OperationPageProps) => {
  const { route } = useLocation();
  const { name, kind, requiredIdentity, example } = operation;
  const question = { operation: name, input: example };
  const slices = useLoaded((signal) => getData<OperationSlices>(`slices/${name}`, signal), [name]);
  const contract =
    slices.state === 'done' ? slices.value.rows.find(({ row }) => row === 'contract') : undefined;
  return (
    <>
      <p class="small">
        <a href="/docs">Docs</a>
      </p>
      <h1>{name}</h1>
      <p>
        <label for="operation">Operation </label>
        <select
          id="operation"
          value={name}
          onChange={({ currentTarget }) => route(`/docs/${currentTarget.value}`)}
        >
          {operations.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name}
            </option>
          ))}
        </select>
      </p>
      <h2>The contract</h2>
      {slices.state === 'loading' && <Loading what="the contracts" />}
      {slices.state === 'failed' && <Failed {...slices} />}
      {contract && (
        <Columns label="The contract by protocol">
          {(protocol) => <Excerpt {...contract.files[protocol]} />}
        </Columns>
      )}
      <p class="links">
        <a href={`/read/${name}`}>Read its source code</a>
        {kind === 'read' && requiredIdentity === 'anonymous' && <a href={raceAddress(question)}>Race it</a>}
        <a href={askAddress(question)}>Edit this call in Ask</a>
      </p>
      <h2>Live sample</h2>
      <Sample {...operation} />
    </>
  );
};

const Excerpt = ({ path, sentence, language, lines, stretches }: FileSlice) => (
  <>
    <p class="small muted">
      <a href={`/source/${path}`}>{path}</a>,{' '}
      {stretches.reduce((sum, { text }) => sum + text.split('\n').length, 0)} of {lines} lines
    </p>
    {sentence && <p class="small">{sentence}</p>}
    <div class="excerpt" role="region" aria-label={`${path}, the lines of this operation`} tabIndex={0}>
      {stretches.map(({ firstLine, text }) => (
        <Code
          key={firstLine}
          text={text}
          language={language}
          firstLine={firstLine}
          label={`${path} from line ${firstLine}`}
        />
      ))}
    </div>
  </>
);

type SampleState =
  | { readonly state: 'idle' | 'asking' }
  | { readonly answer: AskResult }
  | { readonly message: string };

const Sample = ({ name, kind, requiredIdentity, example }: OperationInfo) => {
  const [sample, setSampled] = useState<SampleState>({ state: 'idle' });
  const run = () => {
    setSampled({ state: 'asking' });
    ask({ operation: name, input: example, as: requiredIdentity }).then(
      (answer) => setSampled({ answer }),
      ({ message }: Error) => setSampled({ message }),
    );
  };
  const isAsking = 'state' in sample && sample.state === 'asking';
  return (
    <>
      <Code text={JSON.stringify(example, null, 2)} language="json" label="Input of the sample" />
      {kind === 'write' && (
        <p class="small">
          This changes the catalogue. All four calls carry one idempotency key, so the change is made once.
        </p>
      )}
      <p>
        <button type="button" class="primary" onClick={run} disabled={isAsking}>
          Call all four
        </button>
      </p>
      <div aria-live="polite">
        {isAsking && <Loading what="the responses" />}
        {'message' in sample && <Failed message={sample.message} retry={run} />}
        {'answer' in sample && <Answers result={sample.answer} />}
      </div>
    </>
  );
};
