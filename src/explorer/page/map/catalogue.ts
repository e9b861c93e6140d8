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

/** Yields the catalogue after each page; the last one is complete. */
export async function* loadCatalogue(via: ProtocolName, signal: AbortSignal): AsyncGenerator<Catalogue> {
  const categories: Category[] = [];
  const skills = new Map<string, MapSkill>();
  let cost: Cost = { calls: 0, up: 0, down: 0 };
  let pageToken: string | undefined;
  do {
    const input = { pageSize: PAGE_SIZE, ...(pageToken && { pageToken }) };
    const page = await callThrough<Page<Category>>(via, 'listCategories', input, signal);
    categories.push(...page.value.items);
    cost = plus(cost, page.cost);
    pageToken = page.value.nextPageToken;
  } while (pageToken);
  do {
    const input = { pageSize: PAGE_SIZE, fields: SKILL_FIELDS, ...(pageToken && { pageToken }) };
    const page = await callThrough<Page<MapSkill>>(via, 'listSkills', input, signal);
    for (const skill of page.value.items) skills.set(skill.id, skill);
    cost = plus(cost, page.cost);
    pageToken = page.value.nextPageToken;
    const { totalSize } = page.value;
    yield { categories, skills: new Map(skills), totalSize, isComplete: !pageToken, cost };
  } while (pageToken);
}

export const loadSkill = async (via: ProtocolName, id: string, signal: AbortSignal): Promise<ChosenSkill> => {
  const skill = await callThrough<Skill>(via, 'getSkill', { id }, signal);
  const input = { id, fields: STEP_FIELDS };
  const path = await callThrough<LearningPath<Step>>(via, 'getLearningPath', input, signal);
  return { skill: skill.value, path: path.value, via, cost: plus(skill.cost, path.cost) };
};
