/** The store of the identity server: accounts, clients, and the records of oidc-provider. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Tables } from './migrations';

/** A person's account. A new one has no scopes; the operator grants them. */
export interface Account {
  /** Random and never reused: the subject of the account's tokens. */
  readonly id: string;
  readonly name: string;
  /** A scrypt hash, as a PHC string. */
  readonly password: string;
  readonly scopes: readonly string[];
}

/** A service that gets tokens for itself (RFC 6749, section 4.4). */
export interface Client {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the secret, in base64url. The secret itself is not stored. */
  readonly secretHash: string;
  readonly scopes: readonly string[];
}

/** A record of oidc-provider, for example a session, a grant or a code. */
export interface OidcRecord {
  readonly kind: string;
  readonly id: string;
  readonly payload: object;
  readonly grantId?: string;
  readonly uid?: string;
  /** Seconds since 1970. */
  readonly expireTime: number;
}

/** A record's payload, and the time at which it was consumed, in seconds since 1970. */
export interface StoredOidcRecord {
  readonly payload: object;
  readonly consumeTime?: number;
}

export interface IdentityStore {
  /** Resolves to false, and stores nothing, if the name is taken. */
  addAccount(account: Account): Promise<boolean>;
  accountById(id: string): Promise<Account | undefined>;
  accountByName(name: string): Promise<Account | undefined>;
  /** Resolves to false if no account has this name. */
  setScopes(name: string, scopes: readonly string[]): Promise<boolean>;
  addClient(client: Client): Promise<void>;
  clientById(id: string): Promise<Client | undefined>;

  putRecord(record: OidcRecord): Promise<void>;
  /** Expired records are not returned. */
  findRecord(
    kind: string,
    by: { readonly id: string } | { readonly uid: string },
  ): Promise<StoredOidcRecord | undefined>;
  /** Resolves to false if the record was consumed before or is gone; of two concurrent calls, one resolves to true. */
  consumeRecord(kind: string, id: string): Promise<boolean>;
  deleteRecord(kind: string, id: string): Promise<void>;
  deleteRecordsOfGrant(kind: string, grantId: string): Promise<void>;
  /** Deletes expired records. */
  deleteExpired(): Promise<void>;
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const splitScopes = (text: string): string[] => text.split(' ').filter(Boolean);

const decodeAccount = (row: Selectable<Tables['account']> | undefined): Account | undefined =>
  row && { id: row.id, name: row.name, password: row.password, scopes: splitScopes(row.scopes) };

/** Runs a write transaction, and waits while another process writes. */
export type Write = <T>(
  work: (transaction: Transaction<Tables>) => Promise<T>,
  signal?: AbortSignal,
) => Promise<T>;

/** The default `write` suits a database that one process uses. */
export const identityStore = (
  db: Kysely<Tables>,
  write: Write = (work) => db.transaction().execute(work),
): IdentityStore => ({ ...accountsAndClients(db, write), ...oidcRecords(db, write) });

type AccountsAndClients =
  | 'addAccount'
  | 'accountById'
  | 'accountByName'
  | 'setScopes'
  | 'addClient'
  | 'clientById';

const accountsAndClients = (db: Kysely<Tables>, write: Write): Pick<IdentityStore, AccountsAndClients> => ({
  addAccount: ({ id, name, password, scopes }) =>
    write(async (transaction) => {
      const row = { id, name, password, scopes: scopes.join(' '), create_time: new Date().toISOString() };
      const insert = transaction.insertInto('account').values(row);
      const { numInsertedOrUpdatedRows } = await insert
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
    return row && { id, name: row.name, secretHash: row.secret_hash, scopes: splitScopes(row.scopes) };
  },
});

const oidcRecords = (db: Kysely<Tables>, write: Write): Omit<IdentityStore, AccountsAndClients> => ({
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
      .where('expire_time', '>', nowSeconds())
      .executeTakeFirst();
    if (!row) return undefined;
    return {
      payload: JSON.parse(row.payload),
      ...(row.consume_time !== null && { consumeTime: row.consume_time }),
    };
  },

  consumeRecord: (kind, id) =>
    write(async (transaction) => {
      const update = transaction.updateTable('oidc_record').set({ consume_time: nowSeconds() });
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
      const records = transaction.deleteFrom('oidc_record').where('kind', '=', kind);
      await records.where('grant_id', '=', grantId).execute();
    }),

  deleteExpired: () =>
    write(async (transaction) => {
      await transaction.deleteFrom('oidc_record').where('expire_time', '<=', nowSeconds()).execute();
    }),
});
