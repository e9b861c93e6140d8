/** A question as an address, so that a link shares it. */
import type { AskRequest, ExplorerInfo, Operation, OperationInfo } from '../../api';

export type Question = Required<Pick<AskRequest, 'operation' | 'input' | 'as'>>;

const IDENTITIES = ['nobody', 'learner', 'writer'] as const;

export const operationInfo = (info: ExplorerInfo, operation: Operation): OperationInfo =>
  info.operations.find(({ name }) => name === operation) as OperationInfo;

export const exampleOf = ({ name, example, requiredIdentity }: OperationInfo): Question => ({
  operation: name,
  input: example,
  as: requiredIdentity,
});

const addressOf = (path: string, query: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(query)}`;

/** Where a question is asked: `/?operation=getSkill&input={"id":"git"}`, and `as` where it is not what it needs. */
export const askAddress = ({ operation, input, as }: Omit<Question, 'as'> & Partial<Question>): string =>
  addressOf('/', { operation, input: JSON.stringify(input), ...(as && { as }) });

export const raceAddress = ({ operation, input }: Omit<Question, 'as'>): string =>
  addressOf(`/race/${operation}`, { input: JSON.stringify(input) });

/** Undefined where an address names no operation. What is not well said in it is taken from the example. */
export const questionIn = (url: string, info: ExplorerInfo): Question | undefined => {
  const query = new URL(url, location.origin).searchParams;
  const found = info.operations.find(({ name }) => name === query.get('operation'));
  if (!found) return undefined;
  const as = IDENTITIES.find((who) => who === query.get('as'));
  const input = objectIn(query.get('input') ?? '');
  return { ...exampleOf(found), ...(input && { input }), ...(as && { as }) };
};

/** Undefined for what is no JSON, or none of an object. */
const objectIn = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
