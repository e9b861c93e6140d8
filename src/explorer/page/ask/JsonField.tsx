/** The input as text, for what the form cannot say. Whether it is right is the service's to judge; that it is JSON, ours. */
import { useEffect, useState } from 'preact/hooks';
import { isObject } from '../shared/question';

type Input = Readonly<Record<string, unknown>>;

interface JsonFieldProps {
  readonly input: Input;
  readonly change: (input: Input) => void;
  readonly problem: string | undefined;
  readonly setProblem: (problem: string | undefined) => void;
}

const jsonText = (input: Input): string => JSON.stringify(input, null, 2);

const LINES_MIN = 4;

export const JsonField = ({ input, change, problem, setProblem }: JsonFieldProps) => {
  const [text, setText] = useState(() => jsonText(input));
  const [said, setSaid] = useState(input);
  // Changed from elsewhere: by another address.
  useEffect(() => {
    if (input === said) return;
    setText(jsonText(input));
    setSaid(input);
    setProblem(undefined);
  }, [input, said, setProblem]);
  // A form that is closed has no problem.
  useEffect(() => () => setProblem(undefined), [setProblem]);
  const type = (typed: string) => {
    setText(typed);
    try {
      const value: unknown = JSON.parse(typed);
      if (!isObject(value)) return setProblem('The input is an object: { … }');
      setProblem(undefined);
      setSaid(value);
      change(value);
    } catch (error) {
      setProblem(`This is not JSON: ${(error as Error).message}`);
    }
  };
  return (
    <div class="field">
      <label for="input-json">Input as JSON</label>
      <textarea
        id="input-json"
        spellcheck={false}
        rows={Math.max(LINES_MIN, text.split('\n').length)}
        value={text}
        aria-invalid={problem !== undefined}
        aria-describedby="input-json-problem"
        onInput={({ currentTarget }) => type(currentTarget.value)}
      />
      <p class="violation small" id="input-json-problem" role="status">
        {problem}
      </p>
    </div>
  );
};
