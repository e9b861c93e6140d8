/** The tables, and one migration per version of them. A published migration never changes; a later one corrects it. */
import { DEFAULT_MIGRATION_TABLE, type Kysely, type Migration, Migrator, sql } from 'kysely';

/** References are rows with foreign keys; plain lists of values are JSON text. */
export interface Tables {
  state: {
    id: 1;
    revision: number;
    page_token_secret: string;
    /** The change log is complete only after this revision. */
    pruned_revision: number;
    /** Written to find out whether the database can be written; empty otherwise. */
    probe: string;
  };
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
  /** The last write of each skill. A skill without a row in `skill` was deleted. */
  change: { skill_id: string; revision: number; time: string };
  progress: { learner: string; skill_id: string; status: string; update_time: string };
  idempotency: { caller: string; key: string; fingerprint: string; answer: string; time: string };
  /** A key with `trusted_until` was replaced: it signs nothing, and only its public half is stored. */
  signing_key: { kid: string; jwk: string; trusted_until: string | null };
  account: { id: string; name: string; password: string; scopes: string; create_time: string };
  client: { id: string; name: string; secret_hash: string; scopes: string; create_time: string };
  oidc_record: {
    kind: string;
    id: string;
    payload: string;
    grant_id: string | null;
    uid: string | null;
    /** Seconds since 1970. */
    expire_time: number;
    consume_time: number | null;
  };
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
    // A deletion of a skill searches for rows that refer to it.
    await db.schema.createIndex('skill_relation_target').on('skill_relation').column('target_id').execute();
    await db.schema
      .createTable('change')
      .addColumn('revision', 'integer', (column) => column.primaryKey())
      .addColumn('body', 'text', (column) => column.notNull())
      .execute();
  },
};

const progressAndKeys: Migration = {
  async up(db) {
    await db.schema
      .createTable('progress')
      .addColumn('learner', 'text', (column) => column.notNull())
      .addColumn('skill_id', 'text', (column) => column.notNull().references('skill.id').onDelete('cascade'))
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('update_time', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('progress_key', ['learner', 'skill_id'])
      .execute();
    // A deletion of a skill searches for rows that refer to it.
    await db.schema.createIndex('progress_skill').on('progress').column('skill_id').execute();
    await db.schema
      .createTable('idempotency')
      .addColumn('caller', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('fingerprint', 'text', (column) => column.notNull())
      .addColumn('answer', 'text', (column) => column.notNull())
      .addColumn('time', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('idempotency_key', ['caller', 'key'])
      .execute();
    await db.schema.createIndex('idempotency_time').on('idempotency').column('time').execute();
    await db.schema
      .createTable('signing_key')
      .addColumn('kid', 'text', (column) => column.primaryKey())
      .addColumn('jwk', 'text', (column) => column.notNull())
      .execute();
  },
};

const accounts: Migration = {
  async up(db) {
    await db.schema
      .createTable('account')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull().unique())
      .addColumn('password', 'text', (column) => column.notNull())
      .addColumn('scopes', 'text', (column) => column.notNull())
      .addColumn('create_time', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('client')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('secret_hash', 'text', (column) => column.notNull())
      .addColumn('scopes', 'text', (column) => column.notNull())
      .addColumn('create_time', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('oidc_record')
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('payload', 'text', (column) => column.notNull())
      .addColumn('grant_id', 'text')
      .addColumn('uid', 'text')
      .addColumn('expire_time', 'integer', (column) => column.notNull())
      .addColumn('consume_time', 'integer')
      .addPrimaryKeyConstraint('oidc_record_key', ['kind', 'id'])
      .execute();
    for (const column of ['grant_id', 'uid', 'expire_time']) {
      await db.schema.createIndex(`oidc_record_${column}`).on('oidc_record').column(column).execute();
    }
  },
};

const boundedLog: Migration = {
  async up(db) {
    // A process that has not read all of the old log loads the catalogue instead.
    await db.schema.dropTable('change').execute();
    await db.schema
      .createTable('change')
      .addColumn('skill_id', 'text', (column) => column.primaryKey())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('time', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('change_revision').on('change').column('revision').execute();
    await db.schema
      .alterTable('state')
      .addColumn('pruned_revision', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .alterTable('state')
      .addColumn('probe', 'text', (column) => column.notNull().defaultTo(''))
      .execute();
    await sql`UPDATE state SET pruned_revision = revision`.execute(db);
    await db.schema.alterTable('signing_key').addColumn('trusted_until', 'text').execute();
  },
};

/** Kysely runs migrations in the order of their names. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-skills-and-log': skillsAndLog,
  '0002-progress-and-keys': progressAndKeys,
  '0003-accounts': accounts,
  '0004-bounded-log': boundedLog,
};

/** Brings the tables up to date. `isNew` reports whether this call created them. Rejects for the tables of a newer program. */
export const migrate = async (db: Kysely<Tables>): Promise<{ isNew: boolean }> => {
  const unknown = (await appliedMigrations(db)).find((name) => !(name in MIGRATIONS));
  if (unknown !== undefined) {
    const newest = Object.keys(MIGRATIONS).at(-1);
    throw new Error(
      `the database has the schema ${unknown} of a newer program; this one has ${newest} and must be updated`,
    );
  }
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error;
  return { isNew: results?.[0]?.migrationName === Object.keys(MIGRATIONS)[0] };
};

const appliedMigrations = async (db: Kysely<Tables>): Promise<string[]> => {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return [];
  const { rows } = await sql<{
    name: string;
  }>`SELECT name FROM ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(db);
  return rows.map(({ name }) => name);
};
