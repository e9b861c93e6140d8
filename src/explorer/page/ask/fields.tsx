/** Form fields by kind of schema. Empty fields are omitted from the input. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { JsonSchema } from '../../api';
import { Combobox } from './Combobox';
import { type FieldProps, useSuggestions, useViolation } from './form-context';

/** A field with its label and its violation. */
const Labelled = ({
  name,
  path,
  isRequired,
  note,
  children,
}: Pick<FieldProps<unknown>, 'name' | 'path' | 'isRequired'> & {
  note?: string;
  children: ComponentChildren;
}) => {
  const violation = useViolation(path);
  return (
    <div class="field">
      <label for={`field-${path}`}>
        {name}
        <span class="muted small">{note ?? (isRequired ? ' required' : '')}</span>
      </label>
      {children}
      {violation && (
        <p class="violation small" id={`violation-${path}`}>
          {violation}
        </p>
      )}
    </div>
  );
};

const useViolationId = (path: string): string | undefined =>
  useViolation(path) === undefined ? undefined : `violation-${path}`;

const TextField = (props: FieldProps<string>) => {
  const { name, path, value = '', change } = props;
  const kind = useSuggestions(name, path);
  const violationId = useViolationId(path);
  return (
    <Labelled {...props}>
      <Combobox
        id={`field-${path}`}
        value={value}
        change={(text) => change(text || undefined)}
        {...{ kind, violationId }}
      />
    </Labelled>
  );
};

const NumberField = (props: FieldProps<number>) => {
  const { path, value, change } = props;
  const violationId = useViolationId(path);
  return (
    <Labelled {...props}>
      <input
        id={`field-${path}`}
        type="number"
        value={value ?? ''}
        aria-invalid={violationId !== undefined}
        aria-describedby={violationId}
        onInput={({ currentTarget }) =>
          change(currentTarget.value === '' ? undefined : currentTarget.valueAsNumber)
        }
      />
    </Labelled>
  );
};

/** A choice of an enum's values. Members of a patch may also be null, which removes the value. */
const ChoiceField = (props: FieldProps<string | null> & { readonly names: readonly string[] }) => {
  const { path, schema, value, change, names } = props;
  const violationId = useViolationId(path);
  return (
    <Labelled {...props}>
      <select
        id={`field-${path}`}
        value={value === null ? 'null' : (value ?? '')}
        aria-invalid={violationId !== undefined}
        aria-describedby={violationId}
        onChange={({ currentTarget: { value: chosen } }) =>
          change(chosen === 'null' ? null : chosen || undefined)
        }
      >
        <option value="">(omitted)</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        {schema.anyOf && <option value="null">null (removes the value)</option>}
      </select>
    </Labelled>
  );
};

/** Removable items and a field for the next one, which is added by Enter, a comma, or leaving the field. */
const ListField = (props: FieldProps<readonly string[]>) => {
  const { name, path, value = [], change } = props;
  const [text, setText] = useState('');
  const kind = useSuggestions(name, path);
  const violationId = useViolationId(path);
  const set = (items: readonly string[]) => change(items.length > 0 ? items : undefined);
  const add = (item: string) => {
    setText('');
    if (item.trim()) set([...value, item.trim()]);
  };
  const press = (event: KeyboardEvent) => {
    if ((event.key !== 'Enter' && event.key !== ',') || !text.trim()) return;
    // Ctrl+Enter also runs the call.
    if (!event.ctrlKey && !event.metaKey) event.preventDefault();
    add(text);
  };
  return (
    <Labelled {...props} note={props.isRequired ? ' a list, required' : ' a list'}>
      <div class="chips">
        {value.length > 0 && (
          <ul>
            {value.map((item, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an item may occur twice; the service reports it.
              <li key={index}>
                {item}
                <button
                  type="button"
                  aria-label={`Remove ${item}`}
                  onClick={() => set(value.filter((_, other) => other !== index))}
                >
                  ×
                </button>
              </li>
            ))}
          </ul>
        )}
        <Combobox
          id={`field-${path}`}
          value={text}
          change={setText}
          choose={add}
          onKeyDown={press}
          onBlur={() => add(text)}
          {...{ kind, violationId }}
        />
      </div>
    </Labelled>
  );
};

/** A selection of enum values: `fields`. */
const ChecksField = ({ name, path, schema, value = [], change }: FieldProps<readonly string[]>) => {
  const violation = useViolation(path);
  const names = schema.items?.enum ?? [];
  const turn = (one: string) => {
    const items = names.filter((other) => (other === one) !== value.includes(other));
    change(items.length > 0 ? items : undefined);
  };
  return (
    <fieldset class="checks">
      <legend>
        {name} <span class="muted small">all fields if none is selected</span>
      </legend>
      {names.map((one) => (
        <label key={one}>
          <input type="checkbox" checked={value.includes(one)} onChange={() => turn(one)} />
          {one}
        </label>
      ))}
      {violation && <p class="violation small">{violation}</p>}
    </fieldset>
  );
};

export const ObjectFields = ({ schema, path, value = {}, change }: FieldProps<Record<string, unknown>>) => {
  const { properties = {}, required = [] } = schema;
  const set = (name: string, member: unknown) => {
    const { [name]: _, ...others } = value;
    const all = member === undefined ? others : { ...others, [name]: member };
    // Members keep the schema's order, so that equal inputs have equal addresses.
    const names = Object.keys(properties).filter((one) => Object.hasOwn(all, one));
    change(Object.fromEntries(names.map((one) => [one, all[one]])));
  };
  return (
    <div class="fields">
      {Object.entries(properties).map(([name, member]) => (
        <Field
          key={name}
          name={name}
          path={path ? `${path}.${name}` : name}
          schema={member}
          isRequired={required.includes(name)}
          value={value[name]}
          change={(changed) => set(name, changed)}
        />
      ))}
    </div>
  );
};

/** The field for a schema; the casts hold because the form is shown only if `fitsForm`. */
const Field = (props: FieldProps<unknown>) => {
  const { schema, name } = props;
  const names = schema.enum ?? schema.anyOf?.find((one: JsonSchema) => one.enum)?.enum;
  if (names) return <ChoiceField {...(props as FieldProps<string | null>)} names={names} />;
  if (schema.type === 'integer') return <NumberField {...(props as FieldProps<number>)} />;
  if (schema.type === 'string') return <TextField {...(props as FieldProps<string>)} />;
  if (schema.type === 'object') {
    return (
      <fieldset class="nested">
        <legend>{name}</legend>
        <ObjectFields {...(props as FieldProps<Record<string, unknown>>)} />
      </fieldset>
    );
  }
  if (schema.items?.enum) return <ChecksField {...(props as FieldProps<readonly string[]>)} />;
  if (schema.items?.type === 'string') return <ListField {...(props as FieldProps<readonly string[]>)} />;
  return null;
};
