/** A contract document in a common form: each field is a line such as `parentId?: text`, with the name from the model. */
import { OPERATION_NAMES, type Operation } from '../../../src/contract/skills-api';

/** `name: type`, `name?: type` if it may be absent, `[type]` for a list, `type | null` if null has a meaning of its own. */
export type Line = string;

export interface Contract {
  /** In the order of the document. */
  readonly operations: readonly string[];
  readonly types: Readonly<Record<string, readonly Line[]>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
  readonly inputs: Readonly<Record<Operation, readonly Line[]>>;
  /** A type, a list of a type, or `nothing`. */
  readonly outputs: Readonly<Record<Operation, string>>;
}

/** The types that all four documents describe. */
export const TYPE_NAMES = [
  'Category',
  'Demonstration',
  'Skill',
  'NewSkill',
  'SkillPatch',
  'CategoryPage',
  'SkillPage',
  'ProgressPage',
  'SkillBatch',
  'PathEdge',
  'LearningPath',
  'Progress',
] as const;

export const ENUM_NAMES = ['SkillLevel', 'ProgressStatus', 'SkillOrder'] as const;

export const line = (name: string, type: string, optional: boolean): Line =>
  `${name}${optional ? '?' : ''}: ${type}`;

export const perOperation = <T>(of: (operation: Operation) => T): Record<Operation, T> =>
  Object.fromEntries(OPERATION_NAMES.map((operation) => [operation, of(operation)])) as Record<Operation, T>;

export const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
export const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
