/** The tables, one migration per version of them. A published migration never changes; the next one mends it. */
import { type Kysely, type Migration, Migrator } from 'kysely';

/** References are rows with foreign keys; plain lists of values are JSON text. */
export interface Tables {
  state: { id: 1; revision: number; page_token_secret: string };
  category: { id: string; name: string; summary: string; parent_id: string | null; position: number };
  skill: {
    id: string;
    name: string;
    summary: string;
    tags: string;
    level: string | null;
    aliases: string;
    demonstrations: string;
    create_time: string;
    update_time: string;
    etag: string;
  };
  skill_category: { skill_id: string; position: number; category_id: string };
  skill_relation: { skill_id: string; kind: 'REQUIRES' | 'RELATED'; position: number; target_id: string };
  change: { revision: number; body: string };
}

const skillsAndLog: Migration = {
  async up(db) {
    await db.schema
      .createTable('state')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('page_token_secret', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('category')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('summary', 'text', (column) => column.notNull())
      .addColumn('parent_id', 'text', (column) => column.references('category.id'))
      .addColumn('position', 'integer', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('skill')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('summary', 'text', (column) => column.notNull())
      .addColumn('tags', 'text', (column) => column.notNull())
      .addColumn('level', 'text')
      .addColumn('aliases', 'text', (column) => column.notNull())
      .addColumn('demonstrations', 'text', (column) => column.notNull())
      .addColumn('create_time', 'text', (column) => column.notNull())
      .addColumn('update_time', 'text', (column) => column.notNull())
      .addColumn('etag', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('skill_category')
      .addColumn('skill_id', 'text', (column) => column.notNull().references('skill.id').onDelete('cascade'))
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('category_id', 'text', (column) => column.notNull().references('category.id'))
      .addPrimaryKeyConstraint('skill_category_key', ['skill_id', 'position'])
      .execute();
    await db.schema
      .createTable('skill_relation')
      .addColumn('skill_id', 'text', (column) => column.notNull().references('skill.id').onDelete('cascade'))
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('target_id', 'text', (column) => column.notNull().references('skill.id'))
      .addPrimaryKeyConstraint('skill_relation_key', ['skill_id', 'kind', 'position'])
      .execute();
    // Deleting a skill looks for rows that point at it.
    await db.schema.createIndex('skill_relation_target').on('skill_relation').column('target_id').execute();
    await db.schema
      .createTable('change')
      .addColumn('revision', 'integer', (column) => column.primaryKey())
      .addColumn('body', 'text', (column) => column.notNull())
      .execute();
  },
};

/** By name, which is their order. */
const MIGRATIONS: Record<string, Migration> = { '0001-skills-and-log': skillsAndLog };

/** Whether this made the tables, which then hold nothing yet. */
export const migrate = async (db: Kysely<Tables>): Promise<{ fresh: boolean }> => {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error;
  return { fresh: results?.[0]?.migrationName === Object.keys(MIGRATIONS)[0] };
};
