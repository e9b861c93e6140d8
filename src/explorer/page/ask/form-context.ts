/** Context for the fields of the form, at any depth. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { JsonSchema, Operation, SuggestionKind } from '../../api';

export interface Violation {
  readonly field: string;
  readonly description: string;
}

export interface FormState {
  readonly operation: Operation;
  readonly violations: readonly Violation[];
}

export const FormContext = createContext<FormState>({ operation: 'getSkill', violations: [] });

const useForm = (): FormState => useContext(FormContext);

export interface FieldProps<T> {
  readonly name: string;
  /** Path in the input: `skill.requires`. */
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  readonly value: T | undefined;
  /** Undefined omits the value. */
  readonly change: (value: T | undefined) => void;
}

/** The service's violations for a field and its items. */
export const useViolation = (path: string): string | undefined =>
  useForm()
    .violations.filter(({ field }) => field === path || field.startsWith(`${path}[`))
    .map(({ field, description }) => `${field.slice(path.length)} ${description}`.trim())
    .join('; ') || undefined;

const SUGGESTION_KINDS: Readonly<Record<string, SuggestionKind>> = {
  id: 'skills',
  ids: 'skills',
  skillId: 'skills',
  requires: 'skills',
  related: 'skills',
  category: 'categories',
  categoryIds: 'categories',
  tag: 'tags',
  tags: 'tags',
};

/** The kind of suggestions for a field; none for the id of a new skill. */
export const useSuggestions = (name: string, path: string): SuggestionKind | undefined => {
  const { operation } = useForm();
  if (path === 'skill.id') return undefined;
  return operation === 'getCategory' && name === 'id' ? 'categories' : SUGGESTION_KINDS[name];
};
