/** A thousand writes of every kind, and the checks that each is stored in the database either completely or not at all. */
import type { NewSkill, Progress, Skill } from '../../src/contract/model';
import { PROGRESS_STATUSES } from '../../src/contract/model';
import type {
  CreateSkill,
  DeleteSkill,
  Operation,
  SetProgress,
  SkillsApi,
  UpdateSkill,
} from '../../src/contract/skills-api';
import type { SkillMap } from '../../src/domain/seed';
import { type DatabaseContents, expectSame, progressKey } from './database-contents';

const CREATED = 450;
const UPDATED = 200;
const DELETED = 150;
const PROGRESSED = 200;
const SHARED = 100;
const BASES = 10;

export const LEARNERS = ['ada', 'grace', 'edsger', 'barbara'] as const;
type Learner = (typeof LEARNERS)[number];

const range = <T>(count: number, of: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => of(at));

/** A skill with rows in every table of skills. */
const fullSkill = (id: string, at: number): NewSkill => ({
  id,
  name: `Skill ${id}`,
  summary: `What "${id}" is about, in a sentence.`,
  categoryIds: ['tools', 'shells'],
  tags: [`tag-${at % 7}`, 'whole'],
  level: 'INTERMEDIATE',
  requires: [`base-${at % BASES}`, `base-${(at + 1) % BASES}`],
  related: [`base-${(at + 2) % BASES}`, `base-${(at + 3) % BASES}`],
  aliases: [`${id} by another name`],
  demonstrations: [
    { path: `src/${id}.ts`, note: 'one' },
    { path: `tests/${id}.ts`, note: 'two' },
  ],
});

/** Two friends relate to each doomed skill. Its deletion changes them in the same write. */
const friend = (at: number): NewSkill => {
  const related = range(10, (next) => `doomed-${(at * 5 + next) % DELETED}`);
  return { id: `friend-${at}`, name: 'Friend', categoryIds: ['tools'], related };
};

export const INITIAL_MAP: SkillMap = {
  createTime: '2026-01-01T00:00:00.000Z',
  categories: [
    { id: 'tools', name: 'Tools', summary: '', position: 1 },
    { id: 'shells', name: 'Shells', summary: '', parentId: 'tools', position: 1 },
  ],
  skills: [
    ...range(BASES, (at) => ({ id: `base-${at}`, name: 'Base', categoryIds: ['tools'] })),
    ...range(SHARED, (at) => ({ id: `shared-${at}`, name: 'Shared', summary: '0', categoryIds: ['tools'] })),
    ...range(DELETED, (at) => fullSkill(`doomed-${at}`, at)),
    ...range(DELETED / 5, friend),
  ],
};

export type Call =
  | { readonly operation: 'createSkill'; readonly input: CreateSkill }
  | { readonly operation: 'updateSkill'; readonly input: UpdateSkill }
  | { readonly operation: 'deleteSkill'; readonly input: DeleteSkill }
  | { readonly operation: 'setProgress'; readonly input: SetProgress };

/** One write with one idempotency key, sent once or several times. */
export interface Attempt {
  readonly key: string;
  readonly call: Call;
  /** Absent if the call was lost: the write may be stored or not. */
  outcome?: { readonly answer: unknown } | { readonly rejected: string };
}

/** A change to make once. It takes several attempts if other jobs change the same skill. */
export interface Job {
  readonly name: string;
  readonly learner: Learner;
  /** The call to send with this key. */
  readonly begin: (api: SkillsApi, key: string) => Promise<Call>;
  readonly attempts: Attempt[];
}

const job = (
  name: string,
  at: number,
  call: (api: SkillsApi, key: string, learner: Learner) => Call | Promise<Call>,
): Job => {
  const learner = LEARNERS[at % LEARNERS.length]!;
  return { name, learner, begin: async (api, key) => call(api, key, learner), attempts: [] };
};

const LEARNABLE = [...range(BASES, (at) => `base-${at}`), ...range(SHARED, (at) => `shared-${at}`)];

export const jobs = (): Job[] => [
  ...range(CREATED, (at) =>
    job(`create-${at}`, at, () => ({
      operation: 'createSkill',
      input: { skill: fullSkill(`created-${at}`, at) },
    })),
  ),
  // Increments a number that other jobs increment too; only the etag prevents lost updates.
  ...range(UPDATED, (at) =>
    job(`update-${at}`, at, async (api, key) => {
      const { id, etag, summary } = await api.getSkill({ id: `shared-${at % SHARED}` });
      const patch = { summary: String(Number(summary) + 1), tags: [key] };
      return { operation: 'updateSkill', input: { id, etag, patch } };
    }),
  ),
  ...range(DELETED, (at) =>
    job(`delete-${at}`, at, () => ({
      operation: 'deleteSkill',
      input: { id: `doomed-${at}`, etag: '*' },
    })),
  ),
  ...range(PROGRESSED, (at) =>
    job(`progress-${at}`, at, () => ({
      operation: 'setProgress',
      input: {
        skillId: LEARNABLE[Math.floor(at / LEARNERS.length)]!,
        status: PROGRESS_STATUSES[at % PROGRESS_STATUSES.length]!,
      },
    })),
  ),
];

interface Databases {
  readonly before: DatabaseContents;
  readonly after: DatabaseContents;
  readonly friendsOf: (id: string) => readonly Skill[];
}

/** Checks the database after a stored write with this result, or after a write that was not stored. */
type Check<C extends Call> = (call: C, databases: Databases, answer: unknown, learner: Learner) => void;

const STORED: { readonly [O in Call['operation']]: Check<Extract<Call, { operation: O }>> } = {
  createSkill: (call, { after }, answer) => {
    expect(answer).toMatchObject(call.input.skill);
    expect(after.log.has(call.input.skill.id)).toBe(true);
    expectSame(after.skills.get(call.input.skill.id), answer);
  },
  updateSkill: (call, { after }, answer) => {
    expect(answer).toMatchObject(call.input.patch);
    expect(after.log.has(call.input.id)).toBe(true);
    const skill = after.skills.get(call.input.id);
    // Otherwise another update of the same skill followed.
    if (skill?.etag === (answer as Skill).etag) expectSame(skill, answer);
  },
  deleteSkill: (call, { after, friendsOf }, answer) => {
    expect(answer).toBeNull();
    expect(after.log.has(call.input.id)).toBe(true);
    expect(after.skills.has(call.input.id)).toBe(false);
    for (const { related } of friendsOf(call.input.id)) expect(related).not.toContain(call.input.id);
  },
  setProgress: ({ input: { skillId, status } }, { after }, answer, learner) => {
    const { updateTime } = answer as Progress;
    expect(answer).toStrictEqual({ skillId, status, updateTime });
    expect(after.progress.get(progressKey(learner, skillId))).toStrictEqual({ status, updateTime });
  },
};

const NOT_STORED: typeof STORED = {
  createSkill: (call, { after }) => {
    expect(after.log.has(call.input.skill.id)).toBe(false);
    expect(after.skills.has(call.input.skill.id)).toBe(false);
  },
  updateSkill: (call, { after }) =>
    expect(after.skills.get(call.input.id)?.tags).not.toEqual(call.input.patch.tags),
  deleteSkill: (call, { before, after, friendsOf }) => {
    const { id } = call.input;
    expectSame(after.skills.get(id), before.skills.get(id));
    for (const { related } of friendsOf(id)) expect(related).toContain(id);
  },
  setProgress: ({ input: { skillId } }, { after }, _answer, learner) =>
    expect(after.progress.get(progressKey(learner, skillId))).toBeUndefined(),
};

/**
 * A write is stored if and only if its key is, because both are in one transaction. An acknowledged write must be stored
 * with the same result, a rejected write must not be stored, and a lost write must be stored completely or not at all.
 */
export const expectWholeEffects = (
  all: readonly Job[],
  before: DatabaseContents,
  after: DatabaseContents,
): void => {
  const friends = [...before.skills.values()].filter(({ id }) => id.startsWith('friend-'));
  const databases: Databases = {
    before,
    after,
    friendsOf: (id) =>
      friends.filter(({ related }) => related.includes(id)).map((one) => after.skills.get(one.id)!),
  };
  const effects: Operation[] = [];
  for (const { learner, attempts } of all) {
    for (const { key, call, outcome } of attempts) {
      const stored = after.answers.get(key);
      const answer = stored === undefined ? undefined : JSON.parse(stored);
      if (outcome && 'answer' in outcome) expectSame(answer, outcome.answer ?? null);
      if (outcome && 'rejected' in outcome) expect(stored).toBeUndefined();
      const check = (stored === undefined ? NOT_STORED : STORED)[call.operation] as Check<Call>;
      check(call, databases, answer, learner);
      if (stored !== undefined) effects.push(call.operation);
    }
  }
  // The database has no other effects.
  expect(after.answers.size).toBe(effects.length);
  expect(after.progress.size).toBe(effects.filter((operation) => operation === 'setProgress').length);
  expect(after.revision).toBe(effects.length - after.progress.size);
};
