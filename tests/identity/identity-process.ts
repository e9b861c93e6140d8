/** Starts the identity server in a child process, over a database in a given folder; Jest does not load its ES modules. */
import path from 'node:path';
import { Kysely, SqliteDialect, type SqliteDialectConfig } from 'kysely';
import Database from 'libsql';
import { registerClient } from '../../src/identity/clients';
import { startIdentityServer } from '../../src/identity/server';
import { openBucketInMemory } from '../../src/rate-limit/limiter';
import { identityStore } from '../../src/store/identity-store';
import { migrate, type Tables } from '../../src/store/migrations';
import type { Order, Setting } from './identity-server';

const { folder, port, issuer, signingKey, trustedProxies }: Setting = JSON.parse(process.argv[2] ?? '');

const main = async (): Promise<void> => {
  const database = new Database(path.join(folder, 'identity.sqlite'));
  const config = { database: database as unknown as SqliteDialectConfig['database'] };
  const db = new Kysely<Tables>({ dialect: new SqliteDialect(config) });
  await migrate(db);
  const store = identityStore(db);
  const server = await startIdentityServer({
    host: '127.0.0.1',
    port,
    issuer,
    audience: 'api-rosetta',
    signingKey,
    ...(trustedProxies && { trustedProxies }),
    store,
    openBucket: openBucketInMemory,
    log: (error) => process.send?.({ logged: String(error) }),
  });

  const orders: { readonly [K in Order['ask']]: (order: Extract<Order, { ask: K }>) => Promise<unknown> } = {
    client: ({ name, scopes }) => registerClient(store, { name, scopes }),
    scopes: ({ name, scopes }) => store.setScopes(name, scopes),
    rows: async () => JSON.stringify(await dump(db)),
    stop: async () => {
      await server.stop();
      await db.destroy();
    },
  };
  process.on('message', async (order: Order) => {
    const answer = await orders[order.ask](order as never);
    process.send?.({ answer });
    if (order.ask === 'stop') process.disconnect();
  });
  process.send?.({ answer: 'ready' });
};

/** Everything that the identity server has stored. */
const dump = async (db: Kysely<Tables>) => ({
  accounts: await db.selectFrom('account').selectAll().execute(),
  clients: await db.selectFrom('client').selectAll().execute(),
  records: await db.selectFrom('oidc_record').selectAll().execute(),
});

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
