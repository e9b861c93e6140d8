/** What every field of the form may want to know, however deep it stands. */
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

export const useForm = (): FormState => useContext(FormContext);

export interface FieldProps<T> {
  readonly name: string;
  /** From the input: `skill.requires`. */
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  readonly value: T | undefined;
  /** Undefined leaves it out. */
  readonly change: (value: T | undefined) => void;
}

/** What the service said of a field, or of an item in it. */
export const useViolation = (path: string): string | undefined =>
  useForm()
    .violations.filter(({ field }) => field === path || field.startsWith(`${path}[`))
    .map(({ field, description }) => `${field.slice(path.length)} ${description}`.trim())
    .join('; ') || undefined;

const KINDS: Readonly<Record<string, SuggestionKind>> = {
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

/** Which words of the catalogue a field may hold; none for the id of what is new. */
export const useSuggestions = (name: string, path: string): SuggestionKind | undefined => {
  const { operation } = useForm();
  if (path === 'skill.id') return undefined;
  return operation === 'getCategory' && name === 'id' ? 'categories' : KINDS[name];
};
