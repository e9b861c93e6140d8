/** A call as an address of the page, so that a link shares it. */
import type { AskRequest, ExplorerInfo, Operation, OperationInfo } from '../../api';

export type Question = Required<Pick<AskRequest, 'operation' | 'input' | 'as'>>;

const IDENTITIES = ['anonymous', 'learner', 'writer'] as const;

export const operationInfo = (info: ExplorerInfo, operation: Operation): OperationInfo =>
  info.operations.find(({ name }) => name === operation) as OperationInfo;

export const exampleOf = ({ name, example, requiredIdentity }: OperationInfo): Question => ({
  operation: name,
  input: example,
  as: requiredIdentity,
});

const addressOf = (path: string, query: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(query)}`;

/** `/?operation=getSkill&input={"id":"git"}`, with `as` if it is not the required identity. */
export const askAddress = ({ operation, input, as }: Omit<Question, 'as'> & Partial<Question>): string =>
  addressOf('/', { operation, input: JSON.stringify(input), ...(as && { as }) });

export const raceAddress = ({ operation, input }: Omit<Question, 'as'>): string =>
  addressOf(`/race/${operation}`, { input: JSON.stringify(input) });

/** Undefined if the address names no operation. Missing or malformed parts come from the example. */
export const questionIn = (url: string, info: ExplorerInfo): Question | undefined => {
  const query = new URL(url, location.origin).searchParams;
  const found = info.operations.find(({ name }) => name === query.get('operation'));
  if (!found) return undefined;
  const as = IDENTITIES.find((who) => who === query.get('as'));
  const input = objectIn(query.get('input') ?? '');
  return { ...exampleOf(found), ...(input && { input }), ...(as && { as }) };
};

/** Undefined unless the text is a JSON object. */
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
