/** Who may sign in, which services may get tokens, and what a sign-in under way or done has left behind. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Tables } from './migrations';

/** A person. New ones have no scopes; they are given by whoever runs the service. */
export interface Account {
  /** Random: the subject of its tokens, which never becomes anybody else's. */
  readonly id: string;
  readonly name: string;
  /** Hashed. */
  readonly password: string;
  readonly scopes: readonly string[];
}

/** A service that gets tokens for itself. */
export interface Client {
  readonly id: string;
  readonly name: string;
  /** SHA-256 in base64url. The secret itself is random and long, and kept nowhere. */
  readonly secretHash: string;
  readonly scopes: readonly string[];
}

/** Sessions, grants, codes: whatever the OAuth library has to find again. */
export interface OidcRecord {
  readonly kind: string;
  readonly id: string;
  readonly payload: object;
  readonly grantId?: string;
  readonly uid?: string;
  /** Seconds since 1970. */
  readonly expireTime: number;
}

/** Its payload, and when it was used up, if it was. */
export interface StoredOidcRecord {
  readonly payload: object;
  readonly consumeTime?: number;
}

export interface IdentityStore {
  /** False where the name is taken; then nothing is stored. */
  addAccount(account: Account): Promise<boolean>;
  accountById(id: string): Promise<Account | undefined>;
  accountByName(name: string): Promise<Account | undefined>;
  /** False where there is no such account. */
  setScopes(name: string, scopes: readonly string[]): Promise<boolean>;
  addClient(client: Client): Promise<void>;
  clientById(id: string): Promise<Client | undefined>;

  putRecord(record: OidcRecord): Promise<void>;
  /** Not those that have expired. */
  findRecord(
    kind: string,
    by: { readonly id: string } | { readonly uid: string },
  ): Promise<StoredOidcRecord | undefined>;
  /** False where it was used up before, or is gone: of two who come at once, one hears true. */
  consumeRecord(kind: string, id: string): Promise<boolean>;
  deleteRecord(kind: string, id: string): Promise<void>;
  deleteRecordsOfGrant(kind: string, grantId: string): Promise<void>;
  /** Those that have expired. */
  purge(): Promise<void>;
}

const seconds = (): number => Math.floor(Date.now() / 1000);
const words = (text: string): string[] => text.split(' ').filter(Boolean);

const decodeAccount = (row: Selectable<Tables['account']> | undefined): Account | undefined =>
  row && { id: row.id, name: row.name, password: row.password, scopes: words(row.scopes) };

/** Waits for other processes' writes, where a statement by itself would fail. */
export type Write = <T>(
  work: (transaction: Transaction<Tables>) => Promise<T>,
  signal?: AbortSignal,
) => Promise<T>;

/** Where no other process writes, there is nothing to wait for. */
export const identityStore = (
  db: Kysely<Tables>,
  write: Write = (work) => db.transaction().execute(work),
): IdentityStore => ({ ...people(db, write), ...records(db, write) });

type People = 'addAccount' | 'accountById' | 'accountByName' | 'setScopes' | 'addClient' | 'clientById';

const people = (db: Kysely<Tables>, write: Write): Pick<IdentityStore, People> => ({
  addAccount: ({ id, name, password, scopes }) =>
    write(async (transaction) => {
      const row = { id, name, password, scopes: scopes.join(' '), create_time: new Date().toISOString() };
      const ignoring = transaction.insertInto('account').values(row);
      const { numInsertedOrUpdatedRows } = await ignoring
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    }),

  accountById: async (id) =>
    decodeAccount(await db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst()),

  accountByName: async (name) =>
    decodeAccount(await db.selectFrom('account').selectAll().where('name', '=', name).executeTakeFirst()),

  setScopes: (name, scopes) =>
    write(async (transaction) => {
      const update = transaction.updateTable('account').set({ scopes: scopes.join(' ') });
      const { numUpdatedRows } = await update.where('name', '=', name).executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    }),

  addClient: ({ id, name, secretHash, scopes }) =>
    write(async (transaction) => {
      const create_time = new Date().toISOString();
      const row = { id, name, secret_hash: secretHash, scopes: scopes.join(' '), create_time };
      await transaction.insertInto('client').values(row).execute();
    }),

  clientById: async (id) => {
    const row = await db.selectFrom('client').selectAll().where('id', '=', id).executeTakeFirst();
    return row && { id, name: row.name, secretHash: row.secret_hash, scopes: words(row.scopes) };
  },
});

const records = (db: Kysely<Tables>, write: Write): Omit<IdentityStore, People> => ({
  putRecord: ({ kind, id, payload, grantId = null, uid = null, expireTime }) =>
    write(async (transaction) => {
      const values = { payload: JSON.stringify(payload), grant_id: grantId, uid, expire_time: expireTime };
      await transaction
        .insertInto('oidc_record')
        .values({ kind, id, ...values, consume_time: null })
        .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet(values))
        .execute();
    }),

  findRecord: async (kind, by) => {
    const row = await db
      .selectFrom('oidc_record')
      .select(['payload', 'consume_time'])
      .where('kind', '=', kind)
      .where('id' in by ? 'id' : 'uid', '=', 'id' in by ? by.id : by.uid)
      .where('expire_time', '>', seconds())
      .executeTakeFirst();
    if (!row) return undefined;
    return {
      payload: JSON.parse(row.payload),
      ...(row.consume_time !== null && { consumeTime: row.consume_time }),
    };
  },

  consumeRecord: (kind, id) =>
    write(async (transaction) => {
      const update = transaction.updateTable('oidc_record').set({ consume_time: seconds() });
      const { numUpdatedRows } = await update
        .where('kind', '=', kind)
        .where('id', '=', id)
        .where('consume_time', 'is', null)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    }),

  deleteRecord: (kind, id) =>
    write(async (transaction) => {
      await transaction.deleteFrom('oidc_record').where('kind', '=', kind).where('id', '=', id).execute();
    }),

  deleteRecordsOfGrant: (kind, grantId) =>
    write(async (transaction) => {
      const those = transaction.deleteFrom('oidc_record').where('kind', '=', kind);
      await those.where('grant_id', '=', grantId).execute();
    }),

  purge: () =>
    write(async (transaction) => {
      await transaction.deleteFrom('oidc_record').where('expire_time', '<=', seconds()).execute();
    }),
});
