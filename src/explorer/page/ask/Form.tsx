/** The form of a call: operation, input and authorization. */
import { useState } from 'preact/hooks';
import type { ExplorerInfo, Identity, OperationInfo } from '../../api';
import { exampleOf, operationInfo, type Question } from '../shared/question';
import { ObjectFields } from './fields';
import { fitsForm } from './fits-form';
import { FormContext, type Violation } from './form-context';
import { JsonField } from './JsonField';

interface FormProps {
  readonly info: ExplorerInfo;
  readonly question: Question;
  readonly token: string;
  readonly setToken: (token: string) => void;
  readonly change: (question: Question) => void;
  readonly violations: readonly Violation[];
  readonly problem: string | undefined;
  readonly setProblem: (problem: string | undefined) => void;
}

const KINDS = { read: 'Reads', write: 'Writes' } as const;

const Operations = ({ info, question, change }: Pick<FormProps, 'info' | 'question' | 'change'>) => {
  const found = operationInfo(info, question.operation);
  return (
    <div class="field">
      <label for="operation">Operation</label>
      <select
        id="operation"
        value={question.operation}
        aria-describedby="operation-does"
        onChange={({ currentTarget }) =>
          change(exampleOf(operationInfo(info, currentTarget.value as OperationInfo['name'])))
        }
      >
        {(['read', 'write'] as const).map((kind) => (
          <optgroup key={kind} label={KINDS[kind]}>
            {info.operations
              .filter((operation) => operation.kind === kind)
              .map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      <p class="small muted" id="operation-does">
        {found.summary}
      </p>
    </div>
  );
};

const IDENTITY_LABELS: Readonly<Record<Identity, string>> = {
  anonymous: 'anonymous, without a token',
  learner: 'learner',
  writer: 'writer, with scope skills:write',
};

type SignInProps = Pick<FormProps, 'info' | 'question' | 'change' | 'token' | 'setToken'>;

/** A pasted token is never part of the address. */
const SignIn = ({ info, question, change, token, setToken }: SignInProps) => {
  const { requiredIdentity } = operationInfo(info, question.operation);
  if (!info.makesTokens) {
    return (
      <div class="field">
        <label for="token">Token</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          value={token}
          aria-describedby="token-needs"
          onInput={({ currentTarget }) => setToken(currentTarget.value.trim())}
        />
        <p class="small muted" id="token-needs">
          {requiredIdentity === 'anonymous'
            ? 'This operation needs no token.'
            : `This operation needs the token of a ${IDENTITY_LABELS[requiredIdentity]}.`}
        </p>
      </div>
    );
  }
  return (
    <div class="field">
      <label for="as">Sign in as</label>
      <select
        id="as"
        value={question.as}
        onChange={({ currentTarget }) => change({ ...question, as: currentTarget.value as Identity })}
      >
        {(Object.keys(IDENTITY_LABELS) as Identity[]).map((who) => (
          <option key={who} value={who}>
            {IDENTITY_LABELS[who]}
          </option>
        ))}
      </select>
    </div>
  );
};

const InputFields = ({
  info,
  question,
  change,
  problem,
  setProblem,
}: Omit<FormProps, 'token' | 'setToken'>) => {
  const [wantsJson, setWantsJson] = useState(false);
  const { schema } = operationInfo(info, question.operation);
  const isJson = wantsJson || !fitsForm(schema, question.input);
  const changeInput = (input: Question['input'] = {}) => change({ ...question, input });
  return (
    <fieldset class="input">
      <legend>Input</legend>
      {isJson ? (
        <JsonField input={question.input} change={changeInput} {...{ problem, setProblem }} />
      ) : Object.keys(schema.properties ?? {}).length === 0 ? (
        <p class="muted">This operation has no input.</p>
      ) : (
        <ObjectFields
          key={question.operation}
          name=""
          path=""
          isRequired
          schema={schema}
          value={question.input}
          change={changeInput}
        />
      )}
      <label class="switch">
        <input
          type="checkbox"
          checked={isJson}
          disabled={isJson && !wantsJson}
          onChange={() => setWantsJson(!wantsJson)}
        />
        as JSON
        {isJson && !wantsJson && <span class="muted small">, because the form cannot show this input</span>}
      </label>
    </fieldset>
  );
};

export const Form = (props: FormProps) => {
  const { info, question, violations } = props;
  const { kind, requiredIdentity } = operationInfo(info, question.operation);
  return (
    <FormContext.Provider value={{ operation: question.operation, violations }}>
      <div class="question">
        <div class="what">
          <Operations {...props} />
          <SignIn {...props} />
        </div>
        <InputFields {...props} />
      </div>
      {kind === 'write' && (
        <p class="notice small">
          This changes {requiredIdentity === 'learner' ? 'the learner’s progress' : 'the catalogue'}. All four
          calls carry one idempotency key: the first call makes the change, and the others get its result.
        </p>
      )}
    </FormContext.Provider>
  );
};
