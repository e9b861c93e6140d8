/** Ask: one question, built from its schema, and what each protocol made of it. */
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
      <h1>One question, four wires</h1>
      <p class="muted">
        Ask the skill map through REST, GraphQL, gRPC and SOAP at once, and see what really went over each
        wire.
      </p>
      {info.state === 'loading' && <Loading what="the operations" />}
      {info.state === 'failed' && <Failed {...info} />}
      {info.state === 'done' && <Ask about={info.value} />}
    </div>
  );
};

interface Outcome {
  readonly isAsking: boolean;
  /** The last one stays until there is another, so that nothing jumps. */
  readonly answered?: { readonly question: Question; readonly answer: AskResult };
  readonly failure?: string;
}

const violationsIn = (answer: AskResult | undefined): readonly Violation[] => {
  const first = answer?.results[0]?.answer;
  return first && 'error' in first
    ? ((first.error.details as { violations?: readonly Violation[] }).violations ?? [])
    : [];
};

/** One question at a time: one that comes by its address takes the place of the last. */
const useOutcome = (token: string) => {
  const [outcome, setOutcome] = useState<Outcome>({ isAsking: false });
  const asking = useRef<AbortController | undefined>(undefined);
  const put = async (question: Question) => {
    asking.current?.abort();
    const controller = new AbortController();
    asking.current = controller;
    setOutcome(({ answered }) => ({ isAsking: true, ...(answered && { answered }) }));
    try {
      const answer = await ask({ ...question, ...(token && { token }) }, controller.signal);
      if (!controller.signal.aborted) setOutcome({ isAsking: false, answered: { question, answer } });
    } catch (error) {
      if (!controller.signal.aborted) setOutcome({ isAsking: false, failure: (error as Error).message });
    } finally {
      if (asking.current === controller) asking.current = undefined;
    }
  };
  useEffect(() => () => asking.current?.abort(), []);
  // A key that is pressed twice comes before anything is drawn.
  const isBusy = () => asking.current !== undefined;
  return { outcome, put, isBusy, forget: () => setOutcome({ isAsking: false }) };
};

const Ask = ({ about: info }: { readonly about: ExplorerInfo }) => {
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string | undefined>();
  const { outcome, put, isBusy, forget } = useOutcome(token);
  // A link must change nothing by being opened.
  const { question, latest, change, writeAddress, address } = useQuestion(info, (came) =>
    operationInfo(info, came.operation).kind === 'read' ? put(came) : forget(),
  );
  const { answered, failure, isAsking } = outcome;
  const run = () => {
    if (isBusy() || problem !== undefined) return;
    writeAddress();
    void put(latest.current);
  };
  const changed = (next: Question) => {
    if (next.operation !== latest.current.operation) forget();
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
          violations={violationsIn(answered?.answer)}
        />
        <div class="run">
          <button type="submit" class="primary" disabled={isAsking || problem !== undefined}>
            Run
          </button>
          <kbd class="small muted">Ctrl+Enter</kbd>
          <CopyButton text={location.origin + address} label="Copy a link to this question">
            Copy a link
          </CopyButton>
        </div>
      </form>
      <p role="status" class="hidden">
        {isAsking ? 'Asking' : answered ? verdictOf(answered.answer) : ''}
      </p>
      <div class="outcome" aria-busy={isAsking}>
        {failure !== undefined && <Failed message={failure} />}
        {answered && (
          <>
            <Answers answer={answered.answer} race={raceOf(info, answered.question)} />
            <p class="further">
              <a href={`/read/${answered.question.operation}`}>Read how each serves it</a>
              <a href={`/docs/${answered.question.operation}`}>Its contract in all four</a>
            </p>
          </>
        )}
        {!answered && failure === undefined && (
          <Empty>{isAsking ? 'Asking …' : 'Press Run to see what each of the four sends and gets.'}</Empty>
        )}
      </div>
    </>
  );
};

/** Reads that anybody may make can be raced. */
const raceOf = (info: ExplorerInfo, question: Question): string | undefined => {
  const { kind, requiredIdentity } = operationInfo(info, question.operation);
  return kind === 'read' && requiredIdentity === 'nobody' ? raceAddress(question) : undefined;
};
