/** Loads the catalogue through one protocol, page by page, with the cost in bytes. */
import type {
  AskRequest,
  Category,
  ErrorAnswer,
  LearningPath,
  Operation,
  Page,
  ProtocolName,
  Skill,
} from '../../api';
import { ask } from '../shared/server';

const PAGE_SIZE = 200;
const SKILL_FIELDS = ['id', 'name', 'categoryIds', 'requires', 'related', 'level'] as const;
const STEP_FIELDS = ['id', 'name', 'level'] as const;

export type MapSkill = Pick<Skill, (typeof SKILL_FIELDS)[number]>;
export type Step = Pick<Skill, (typeof STEP_FIELDS)[number]>;

/** Bytes as counted on the socket. */
export interface Cost {
  readonly calls: number;
  readonly up: number;
  readonly down: number;
}

/** The part of the catalogue loaded so far. Skills are sorted by name. */
export interface Catalogue {
  readonly categories: readonly Category[];
  readonly skills: ReadonlyMap<string, MapSkill>;
  readonly totalSize: number;
  readonly isComplete: boolean;
  readonly cost: Cost;
}

export interface ChosenSkill {
  readonly skill: Skill;
  readonly path: LearningPath<Step>;
  readonly via: ProtocolName;
  readonly cost: Cost;
}

export interface Answered<T> {
  readonly value: T;
  readonly cost: Cost;
}

const plus = (one: Cost, other: Cost): Cost => ({
  calls: one.calls + other.calls,
  up: one.up + other.up,
  down: one.down + other.down,
});

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

/** Rejects with the service's error message. A rate-limited call is retried after the delay that the error states. */
export const callThrough = async <T>(
  via: ProtocolName,
  operation: Operation,
  input: AskRequest['input'],
  signal: AbortSignal,
): Promise<Answered<T>> => {
  for (;;) {
    const { results } = await ask({ operation, input, protocols: [via], wire: false }, signal);
    const [{ answer, bytes, requests }] = results as [(typeof results)[number]];
    const cost = { calls: requests, up: bytes.up.total, down: bytes.down.total };
    if ('value' in answer) return { value: answer.value as T, cost };
    const { retryDelayMs } = answer.error.details as { retryDelayMs?: number };
    if (retryDelayMs === undefined) throw new Error(errorText(answer.error));
    await pause(retryDelayMs, signal);
  }
};

const errorText = ({ code, message }: ErrorAnswer): string => `${message.replace(/\.$/, '')} (${code}).`;

/** Yields each page of a list, with the cost of its call. */
async function* loadPages<Item>(
  via: ProtocolName,
  operation: Operation,
  input: object,
  signal: AbortSignal,
): AsyncGenerator<Answered<Page<Item>>> {
  let pageToken: string | undefined;
  do {
    const paging = { pageSize: PAGE_SIZE, ...(pageToken && { pageToken }) };
    const page = await callThrough<Page<Item>>(via, operation, { ...input, ...paging }, signal);
    pageToken = page.value.nextPageToken;
    yield page;
  } while (pageToken);
}

/** Yields the catalogue after each page; the last one is complete. */
export async function* loadCatalogue(via: ProtocolName, signal: AbortSignal): AsyncGenerator<Catalogue> {
  const categories: Category[] = [];
  const skills = new Map<string, MapSkill>();
  let cost: Cost = { calls: 0, up: 0, down: 0 };
  for await (const page of loadPages<Category>(via, 'listCategories', {}, signal)) {
    categories.push(...page.value.items);
    cost = plus(cost, page.cost);
  }
  for await (const page of loadPages<MapSkill>(via, 'listSkills', { fields: SKILL_FIELDS }, signal)) {
    const { items, totalSize, nextPageToken } = page.value;
    for (const skill of items) skills.set(skill.id, skill);
    cost = plus(cost, page.cost);
    yield { categories, skills: new Map(skills), totalSize, isComplete: !nextPageToken, cost };
  }
}

export const loadSkill = async (via: ProtocolName, id: string, signal: AbortSignal): Promise<ChosenSkill> => {
  const skill = await callThrough<Skill>(via, 'getSkill', { id }, signal);
  const input = { id, fields: STEP_FIELDS };
  const path = await callThrough<LearningPath<Step>>(via, 'getLearningPath', input, signal);
  return { skill: skill.value, path: path.value, via, cost: plus(skill.cost, path.cost) };
};
