/** Ask: a form for one call, built from the input's schema, and the result of each protocol. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AskResult, ExplorerInfo } from '../../api';
import { Answers } from '../shared/Answers';
import { verdictOf } from '../shared/Banner';
import { CopyButton } from '../shared/CopyButton';
import { Empty, Failed, Loading } from '../shared/Notice';
import { operationInfo, type Question, raceAddress } from '../shared/question';
import { ask, getInfo } from '../shared/server';
import { useLoaded } from '../shared/use-loaded';
import './ask.css';
import { Form } from './Form';
import type { Violation } from './form-context';
import { useQuestion } from './use-question';

export const AskPage = () => {
  const info = useLoaded(getInfo, []);
  return (
    <div class="ask">
      <h1>One call, four protocols</h1>
      <p class="muted">
        Call the skill map through REST, GraphQL, gRPC and SOAP, and see the bytes that each protocol sent.
      </p>
      {info.state === 'loading' && <Loading what="the operations" />}
      {info.state === 'failed' && <Failed {...info} />}
      {info.state === 'done' && <Ask info={info.value} />}
    </div>
  );
};

interface Outcome {
  readonly isAsking: boolean;
  /** The previous result stays until the next one arrives, so the layout does not jump. */
  readonly completed?: { readonly question: Question; readonly answer: AskResult };
  readonly failure?: string;
}

const violationsIn = (answer: AskResult | undefined): readonly Violation[] => {
  const first = answer?.results[0]?.answer;
  return first && 'error' in first
    ? ((first.error.details as { violations?: readonly Violation[] }).violations ?? [])
    : [];
};

/** Runs one call at a time; a new call aborts the previous one. */
const useOutcome = (token: string) => {
  const [outcome, setOutcome] = useState<Outcome>({ isAsking: false });
  const asking = useRef<AbortController | undefined>(undefined);
  const start = async (question: Question) => {
    asking.current?.abort();
    const controller = new AbortController();
    asking.current = controller;
    setOutcome(({ completed }) => ({ isAsking: true, ...(completed && { completed }) }));
    try {
      const answer = await ask({ ...question, ...(token && { token }) }, controller.signal);
      if (!controller.signal.aborted) setOutcome({ isAsking: false, completed: { question, answer } });
    } catch (error) {
      if (!controller.signal.aborted) setOutcome({ isAsking: false, failure: (error as Error).message });
    } finally {
      if (asking.current === controller) asking.current = undefined;
    }
  };
  useEffect(() => () => asking.current?.abort(), []);
  // A second key press can arrive before the first has been rendered.
  const isBusy = () => asking.current !== undefined;
  return { outcome, start, isBusy, clear: () => setOutcome({ isAsking: false }) };
};

const Ask = ({ info }: { readonly info: ExplorerInfo }) => {
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string | undefined>();
  const { outcome, start, isBusy, clear } = useOutcome(token);
  // Opening a link must not run a write.
  const { question, latest, change, writeAddress, address } = useQuestion(info, (opened) =>
    operationInfo(info, opened.operation).kind === 'read' ? start(opened) : clear(),
  );
  const { completed, failure, isAsking } = outcome;
  const run = () => {
    if (isBusy() || problem !== undefined) return;
    writeAddress();
    void start(latest.current);
  };
  const changed = (next: Question) => {
    if (next.operation !== latest.current.operation) clear();
    change(next);
  };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
  return (
    <>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <Form
          {...{ info, question, token, setToken, problem, setProblem }}
          change={changed}
          violations={violationsIn(completed?.answer)}
        />
        <div class="run">
          <button type="submit" class="primary" disabled={isAsking || problem !== undefined}>
            Run
          </button>
          <kbd class="small muted">Ctrl+Enter</kbd>
          <CopyButton text={location.origin + address} label="Copy a link to this call">
            Copy a link
          </CopyButton>
        </div>
      </form>
      <p role="status" class="hidden">
        {isAsking ? 'Calling' : completed ? verdictOf(completed.answer) : ''}
      </p>
      <div class="outcome" aria-busy={isAsking}>
        {failure !== undefined && <Failed message={failure} />}
        {completed && (
          <>
            <Answers result={completed.answer} race={raceOf(info, completed.question)} />
            <p class="further">
              <a href={`/read/${completed.question.operation}`}>Read the source code of this operation</a>
              <a href={`/docs/${completed.question.operation}`}>Its contract in all four protocols</a>
            </p>
          </>
        )}
        {!completed && failure === undefined && (
          <Empty>
            {isAsking ? 'Calling …' : 'Press Run to see the request and the response of each protocol.'}
          </Empty>
        )}
      </div>
    </>
  );
};

/** Only reads that need no token can be raced. */
const raceOf = (info: ExplorerInfo, question: Question): string | undefined => {
  const { kind, requiredIdentity } = operationInfo(info, question.operation);
  return kind === 'read' && requiredIdentity === 'anonymous' ? raceAddress(question) : undefined;
};
