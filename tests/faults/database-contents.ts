/** The contents of the database, read with plain SQL and without the code of src/store. */
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Database from 'libsql';
import type { ProgressStatus, Skill, SkillLevel } from '../../src/contract/model';
import { FILE_NAME } from '../../src/store/sqlite';

export interface DatabaseContents {
  readonly skills: ReadonlyMap<string, Skill>;
  /** The revision of the last write of each skill, by its id. */
  readonly log: ReadonlyMap<string, number>;
  readonly revision: number;
  /** By learner and skill id, as `progressKey` joins them. */
  readonly progress: ReadonlyMap<string, { readonly status: ProgressStatus; readonly updateTime: string }>;
  /** The stored result of each idempotency key, as JSON. */
  readonly answers: ReadonlyMap<string, string>;
}

export const progressKey = (learner: string, skillId: string): string => `${learner} ${skillId}`;

type Row = Readonly<Record<string, string>>;

/** Reads all tables in one transaction. Fails if SQLite reports an integrity error. */
export const readContents = (dataFolder: string): DatabaseContents => {
  const file = new Database(path.join(dataFolder, FILE_NAME));
  const rows = (text: string): Row[] => file.prepare(text).all() as Row[];
  try {
    file.exec('BEGIN');
    expect(rows('PRAGMA integrity_check')).toMatchObject([{ integrity_check: 'ok' }]);
    expect(rows('PRAGMA foreign_key_check')).toHaveLength(0);
    const revisions = rows('SELECT revision FROM state').map((row) => Number(row.revision));
    return {
      skills: new Map(readSkills(rows).map((skill) => [skill.id, skill])),
      log: new Map(
        rows('SELECT * FROM change').map(({ skill_id = '', revision }) => [skill_id, Number(revision)]),
      ),
      revision: revisions[0] ?? Number.NaN,
      progress: new Map(
        rows('SELECT * FROM progress').map(({ learner = '', skill_id = '', status, update_time = '' }) => [
          progressKey(learner, skill_id),
          { status: status as ProgressStatus, updateTime: update_time },
        ]),
      ),
      answers: new Map(rows('SELECT key, answer FROM idempotency').map((row) => [row.key!, row.answer!])),
    };
  } finally {
    file.close();
  }
};

const readSkills = (rows: (text: string) => Row[]): Skill[] => {
  const lists = new Map<string, string[]>();
  const list = (kind: string, id: string): string[] => {
    const found = lists.get(`${kind} ${id}`) ?? [];
    lists.set(`${kind} ${id}`, found);
    return found;
  };
  for (const row of rows('SELECT * FROM skill_category ORDER BY position'))
    list('CATEGORY', row.skill_id!).push(row.category_id!);
  for (const row of rows('SELECT * FROM skill_relation ORDER BY position'))
    list(row.kind!, row.skill_id!).push(row.target_id!);
  return rows('SELECT * FROM skill').map((row) => ({
    id: row.id!,
    name: row.name!,
    summary: row.summary!,
    categoryIds: list('CATEGORY', row.id!),
    tags: JSON.parse(row.tags!),
    ...(row.level && { level: row.level as SkillLevel }),
    requires: list('REQUIRES', row.id!),
    related: list('RELATED', row.id!),
    aliases: JSON.parse(row.aliases!),
    demonstrations: JSON.parse(row.demonstrations!),
    createTime: row.create_time!,
    updateTime: row.update_time!,
    etag: row.etag!,
  }));
};

/** The change log must name exactly the skills whose rows have changed, with revisions up to the current one. */
export const expectConsistent = ({ skills: before }: DatabaseContents, after: DatabaseContents): void => {
  const { skills, log, revision } = after;
  expect(Math.max(0, ...log.values())).toBe(revision);
  const unlogged = (rows: ReadonlyMap<string, Skill>) => byId(rows).filter(({ id }) => !log.has(id));
  expectSame(unlogged(skills), unlogged(before));
};

const byId = (skills: ReadonlyMap<string, Skill>): Skill[] => sortedById([...skills.values()]);
export const sortedById = <T extends { readonly id: string }>(items: readonly T[]): T[] =>
  items.toSorted((one, other) => (one.id < other.id ? -1 : 1));

/** Jest compares a catalogue ten times slower than Node, so Jest only prints the difference. */
export const expectSame = (actual: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
};
