/** The input as JSON text, for inputs that the form cannot show. Only the JSON syntax is checked here. */
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
  const [applied, setApplied] = useState(input);
  // The input changed outside this field, by another address.
  useEffect(() => {
    if (input === applied) return;
    setText(jsonText(input));
    setApplied(input);
    setProblem(undefined);
  }, [input, applied, setProblem]);
  // A closed field must not leave its problem behind.
  useEffect(() => () => setProblem(undefined), [setProblem]);
  const type = (typed: string) => {
    setText(typed);
    try {
      const value: unknown = JSON.parse(typed);
      if (!isObject(value)) return setProblem('The input must be a JSON object: { … }');
      setProblem(undefined);
      setApplied(value);
      change(value);
    } catch (error) {
      setProblem(`The input is not valid JSON: ${(error as Error).message}`);
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
