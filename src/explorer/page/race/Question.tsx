/** The raced call: its operation and its input. */
import { useId } from 'preact/hooks';
import type { ExplorerInfo, Operation } from '../../api';
import { Code } from '../shared/Code';
import { askAddress, exampleOf, operationInfo } from '../shared/question';
import { canBeRaced, type Setting } from './setting';

interface QuestionProps {
  readonly info: ExplorerInfo;
  readonly setting: Setting;
  readonly change: (setting: Setting) => void;
}

export const Question = ({ info, setting, change }: QuestionProps) => {
  const id = useId();
  const { operation, input } = setting;
  const choose = (name: Operation) => {
    const { input: example } = exampleOf(operationInfo(info, name));
    change({ ...setting, operation: name, input: example });
  };
  return (
    <div class="raced">
      <label for={id}>Operation</label>
      <select
        id={id}
        value={operation}
        onChange={({ currentTarget }) => choose(currentTarget.value as Operation)}
      >
        {info.operations
          .filter((one) => canBeRaced(one) || one.name === operation)
          .map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
      </select>
      <Code
        text={JSON.stringify(input, null, 1).replace(/\n */g, ' ')}
        language="json"
        label="Input of the call"
      />
      <a href={askAddress({ operation, input })}>Edit this call in Ask</a>
    </div>
  );
};
