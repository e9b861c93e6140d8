/** A thousand writes of every kind, and what each of them did to the file, or did not: there is nothing between. */
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
import { type Change, type Contents, expectSame, progressKey } from './file';

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

/** A skill with rows in every table that a skill has rows in. */
const whole = (id: string, at: number): NewSkill => ({
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

/** Each doomed skill is related to by two friends, which a deletion changes in the same write. */
const friend = (at: number): NewSkill => {
  const related = range(10, (next) => `doomed-${(at * 5 + next) % DELETED}`);
  return { id: `friend-${at}`, name: 'Friend', categoryIds: ['tools'], related };
};

export const BEGINNING: SkillMap = {
  createTime: '2026-01-01T00:00:00.000Z',
  categories: [
    { id: 'tools', name: 'Tools', summary: '', position: 1 },
    { id: 'shells', name: 'Shells', summary: '', parentId: 'tools', position: 1 },
  ],
  skills: [
    ...range(BASES, (at) => ({ id: `base-${at}`, name: 'Base', categoryIds: ['tools'] })),
    ...range(SHARED, (at) => ({ id: `shared-${at}`, name: 'Shared', summary: '0', categoryIds: ['tools'] })),
    ...range(DELETED, (at) => whole(`doomed-${at}`, at)),
    ...range(DELETED / 5, friend),
  ],
};

export type Call =
  | { readonly operation: 'createSkill'; readonly input: CreateSkill }
  | { readonly operation: 'updateSkill'; readonly input: UpdateSkill }
  | { readonly operation: 'deleteSkill'; readonly input: DeleteSkill }
  | { readonly operation: 'setProgress'; readonly input: SetProgress };

/** One write with one key, however often it was sent. */
export interface Attempt {
  readonly key: string;
  readonly call: Call;
  /** Absent where nobody heard: the write may be there, or not. */
  outcome?: { readonly answer: unknown } | { readonly refused: string };
}

/** What somebody wants done once. It takes several attempts where others change the same skill. */
export interface Job {
  readonly name: string;
  readonly learner: Learner;
  /** What to send, with this key. */
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
      input: { skill: whole(`created-${at}`, at) },
    })),
  ),
  // Adds one to a number that others add to as well, with nothing but the etag to guard it.
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

/** Entries of the log that could be the doing of one attempt. */
interface Traces {
  of(call: Call): readonly Change[];
}

const markOf = ({ operation, input }: Call): string => {
  if (operation === 'createSkill') return `created ${input.skill.id}`;
  if (operation === 'updateSkill') return `tagged ${input.patch.tags}`;
  return operation === 'deleteSkill' ? `deleted ${input.id}` : '';
};

const tracesIn = (log: readonly Change[]): Traces => {
  const found = new Map<string, Change[]>();
  const note = (mark: string, change: Change) => found.set(mark, [...(found.get(mark) ?? []), change]);
  for (const change of log) {
    for (const { id, tags } of change.puts) {
      note(`created ${id}`, change);
      note(`tagged ${tags}`, change);
    }
    for (const id of change.deletes) note(`deleted ${id}`, change);
  }
  return { of: (call) => found.get(markOf(call)) ?? [] };
};

interface Scene {
  readonly before: Contents;
  readonly after: Contents;
  readonly traces: Traces;
  readonly friendsOf: (id: string) => readonly Skill[];
}

/** What the file must say where the write is there (with this answer), and where it is not. */
type Check<C extends Call> = (call: C, scene: Scene, answer: unknown, learner: Learner) => void;

const made = (call: Call, { traces }: Scene, answer: unknown): void =>
  expect(traces.of(call)).toStrictEqual([{ revision: expect.any(Number), puts: [answer], deletes: [] }]);

const THERE: { readonly [O in Call['operation']]: Check<Extract<Call, { operation: O }>> } = {
  createSkill: (call, scene, answer) => {
    expect(answer).toMatchObject(call.input.skill);
    made(call, scene, answer);
    expectSame(scene.after.skills.get(call.input.skill.id), answer);
  },
  updateSkill: (call, scene, answer) => {
    expect(answer).toMatchObject(call.input.patch);
    made(call, scene, answer);
  },
  deleteSkill: (call, { after, traces, friendsOf }, answer) => {
    expect(answer).toBeNull();
    expect(traces.of(call)).toHaveLength(1);
    expect(after.skills.has(call.input.id)).toBe(false);
    for (const { related } of friendsOf(call.input.id)) expect(related).not.toContain(call.input.id);
  },
  setProgress: ({ input: { skillId, status } }, { after }, answer, learner) => {
    const { updateTime } = answer as Progress;
    expect(answer).toStrictEqual({ skillId, status, updateTime });
    expect(after.progress.get(progressKey(learner, skillId))).toStrictEqual({ status, updateTime });
  },
};

const NOT_THERE: typeof THERE = {
  createSkill: (call, { after, traces }) => {
    expect(traces.of(call)).toHaveLength(0);
    expect(after.skills.has(call.input.skill.id)).toBe(false);
  },
  updateSkill: (call, { traces }) => expect(traces.of(call)).toHaveLength(0),
  deleteSkill: (call, { before, after, traces, friendsOf }) => {
    const { id } = call.input;
    expect(traces.of(call)).toHaveLength(0);
    expectSame(after.skills.get(id), before.skills.get(id));
    for (const { related } of friendsOf(id)) expect(related).toContain(id);
  },
  setProgress: ({ input: { skillId } }, { after }, _answer, learner) =>
    expect(after.progress.get(progressKey(learner, skillId))).toBeUndefined(),
};

/**
 * Whether a write is there is told by its key, which is kept together with it or not at all. One that was acknowledged is
 * there with the very answer; one that was refused is not; of one that nobody heard of, either is right, and half is not.
 */
export const expectWholeEffects = (all: readonly Job[], before: Contents, after: Contents): void => {
  const friends = [...before.skills.values()].filter(({ id }) => id.startsWith('friend-'));
  const scene: Scene = {
    before,
    after,
    traces: tracesIn(after.log),
    friendsOf: (id) =>
      friends.filter(({ related }) => related.includes(id)).map((one) => after.skills.get(one.id)!),
  };
  const effects: Operation[] = [];
  for (const { learner, attempts } of all) {
    for (const { key, call, outcome } of attempts) {
      const kept = after.answers.get(key);
      const answer = kept === undefined ? undefined : JSON.parse(kept);
      if (outcome && 'answer' in outcome) expectSame(answer, outcome.answer ?? null);
      if (outcome && 'refused' in outcome) expect(kept).toBeUndefined();
      const check = (kept === undefined ? NOT_THERE : THERE)[call.operation] as Check<Call>;
      check(call, scene, answer, learner);
      if (kept !== undefined) effects.push(call.operation);
    }
  }
  // And nothing else is there.
  expect(after.answers.size).toBe(effects.length);
  expect(after.progress.size).toBe(effects.filter((operation) => operation === 'setProgress').length);
  expect(after.revision).toBe(effects.length - after.progress.size);
};
