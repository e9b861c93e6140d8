/** Encodes domain objects as rows and decodes them; both directions list every field. */
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Category, ListPart, Progress, ProgressStatus, Skill, SkillLevel } from '../contract/model';
import type { Tables } from './migrations';
import { parseStoredList } from './stored-json';

/** Rows sent in one statement; each has at most 10 values, and SQLite binds at most 32,766 of them. */
const ROWS_MAX = 1000;

const chunks = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / ROWS_MAX) }, (_, at) =>
    items.slice(at * ROWS_MAX, (at + 1) * ROWS_MAX),
  );

const encodeSkill = (skill: Skill): Insertable<Tables['skill']> => ({
  id: skill.id,
  name: skill.name,
  summary: skill.summary,
  tags: JSON.stringify(skill.tags),
  level: skill.level ?? null,
  aliases: JSON.stringify(skill.aliases),
  demonstrations: JSON.stringify(skill.demonstrations),
  create_time: skill.createTime,
  update_time: skill.updateTime,
  etag: skill.etag,
});

type References = Record<'categoryIds' | 'requires' | 'related', string[]>;

const decodeSkill = (row: Selectable<Tables['skill']>, references: References): Skill => ({
  id: row.id,
  name: row.name,
  summary: row.summary,
  categoryIds: references.categoryIds,
  tags: parseStoredList(row.tags, `tags of skill ${row.id}`),
  ...(row.level !== null && { level: row.level as SkillLevel }),
  requires: references.requires,
  related: references.related,
  aliases: parseStoredList(row.aliases, `aliases of skill ${row.id}`),
  demonstrations: parseStoredList(row.demonstrations, `demonstrations of skill ${row.id}`),
  createTime: row.create_time,
  updateTime: row.update_time,
  etag: row.etag,
});

const encodeRelations = ({ id, requires, related }: Skill): Insertable<Tables['skill_relation']>[] => [
  ...requires.map((target_id, position) => ({
    skill_id: id,
    kind: 'REQUIRES' as const,
    position,
    target_id,
  })),
  ...related.map((target_id, position) => ({ skill_id: id, kind: 'RELATED' as const, position, target_id })),
];

/** All skills, or those of the given ids that exist, in the order of their ids. */
export const readSkills = async (db: Kysely<Tables>, ids?: readonly string[]): Promise<Skill[]> => {
  if (ids === undefined) return readSome(db);
  const skills: Skill[] = [];
  for (const chunk of chunks(ids.toSorted())) skills.push(...(await readSome(db, chunk)));
  return skills;
};

const readSome = async (db: Kysely<Tables>, ids?: readonly string[]): Promise<Skill[]> => {
  const references = new Map<string, References>();
  const referencesOf = (skillId: string): References => {
    const existing = references.get(skillId) ?? { categoryIds: [], requires: [], related: [] };
    references.set(skillId, existing);
    return existing;
  };
  const categories = await db
    .selectFrom('skill_category')
    .select(['skill_id', 'category_id'])
    .$if(ids !== undefined, (query) => query.where('skill_id', 'in', ids!))
    .orderBy('position')
    .execute();
  for (const row of categories) referencesOf(row.skill_id).categoryIds.push(row.category_id);
  const relations = await db
    .selectFrom('skill_relation')
    .select(['skill_id', 'kind', 'target_id'])
    .$if(ids !== undefined, (query) => query.where('skill_id', 'in', ids!))
    .orderBy('position')
    .execute();
  for (const row of relations) {
    referencesOf(row.skill_id)[row.kind === 'REQUIRES' ? 'requires' : 'related'].push(row.target_id);
  }
  const rows = await db
    .selectFrom('skill')
    .selectAll()
    .$if(ids !== undefined, (query) => query.where('id', 'in', ids!))
    .orderBy('id')
    .execute();
  return rows.map((row) => decodeSkill(row, referencesOf(row.id)));
};

/** Inserts skills before their references, so that skills of one write may refer to each other. */
export const putSkills = async (db: Kysely<Tables>, skills: readonly Skill[]): Promise<void> => {
  for (const chunk of chunks(skills)) {
    await db
      .insertInto('skill')
      .values(chunk.map(encodeSkill))
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet(({ ref }) => ({
          name: ref('excluded.name'),
          summary: ref('excluded.summary'),
          tags: ref('excluded.tags'),
          level: ref('excluded.level'),
          aliases: ref('excluded.aliases'),
          demonstrations: ref('excluded.demonstrations'),
          create_time: ref('excluded.create_time'),
          update_time: ref('excluded.update_time'),
          etag: ref('excluded.etag'),
        })),
      )
      .execute();
    const ids = chunk.map(({ id }) => id);
    await db.deleteFrom('skill_category').where('skill_id', 'in', ids).execute();
    await db.deleteFrom('skill_relation').where('skill_id', 'in', ids).execute();
  }
  const categories = skills.flatMap(({ id, categoryIds }) =>
    categoryIds.map((category_id, position) => ({ skill_id: id, position, category_id })),
  );
  for (const chunk of chunks(categories)) await db.insertInto('skill_category').values(chunk).execute();
  for (const chunk of chunks(skills.flatMap(encodeRelations))) {
    await db.insertInto('skill_relation').values(chunk).execute();
  }
};

/** The database deletes the skills' own references with them. */
export const deleteSkills = async (db: Kysely<Tables>, ids: readonly string[]): Promise<void> => {
  for (const chunk of chunks(ids)) await db.deleteFrom('skill').where('id', 'in', chunk).execute();
};

export const readCategories = async (db: Kysely<Tables>): Promise<Category[]> => {
  const rows = await db.selectFrom('category').selectAll().execute();
  return rows.map(({ id, name, summary, parent_id, position }) => ({
    id,
    name,
    summary,
    ...(parent_id !== null && { parentId: parent_id }),
    position,
  }));
};

/** `categories` must list parents before their children. */
export const insertCategories = async (
  db: Kysely<Tables>,
  categories: readonly Category[],
): Promise<void> => {
  const rows = categories.map(({ id, name, summary, parentId, position }) => ({
    id,
    name,
    summary,
    parent_id: parentId ?? null,
    position,
  }));
  for (const chunk of chunks(rows)) await db.insertInto('category').values(chunk).execute();
};

const progressOf = (db: Kysely<Tables>, learner: string) =>
  db.selectFrom('progress').where('learner', '=', learner);

const decodeProgress = ({ skill_id, status, update_time }: Selectable<Tables['progress']>): Progress => ({
  skillId: skill_id,
  status: status as ProgressStatus,
  updateTime: update_time,
});

export const readProgress = async (db: Kysely<Tables>, learner: string): Promise<Progress[]> => {
  const rows = await progressOf(db, learner).selectAll().orderBy('skill_id').execute();
  return rows.map(decodeProgress);
};

export const readProgressAfter = async (
  db: Kysely<Tables>,
  learner: string,
  skillId: string,
  limit: number,
): Promise<ListPart<Progress>> => {
  const rows = await progressOf(db, learner)
    .selectAll()
    .where('skill_id', '>', skillId)
    .orderBy('skill_id')
    // One row beyond the limit shows whether more follow.
    .limit(limit + 1)
    .execute();
  const { totalSize } = await progressOf(db, learner)
    .select(({ fn }) => fn.countAll<number>().as('totalSize'))
    .executeTakeFirstOrThrow();
  return { items: rows.slice(0, limit).map(decodeProgress), hasMore: rows.length > limit, totalSize };
};

export const putProgress = async (
  db: Kysely<Tables>,
  { learner, skillId, status, updateTime }: Progress & { readonly learner: string },
): Promise<void> => {
  await db
    .insertInto('progress')
    .values({ learner, skill_id: skillId, status, update_time: updateTime })
    .onConflict((conflict) =>
      conflict.columns(['learner', 'skill_id']).doUpdateSet(({ ref }) => ({
        status: ref('excluded.status'),
        update_time: ref('excluded.update_time'),
      })),
    )
    .execute();
};
