/** Names, passwords and attempts, without a server: what is checked, what it costs, and that nothing tells who exists. */
import { scrypt } from 'node:crypto';
import { Kysely, SqliteDialect, type SqliteDialectConfig } from 'kysely';
import Database from 'libsql';
import { createAccounts, isAccount } from '../../src/identity/accounts';
import { countAttempts, TooManyAttemptsError } from '../../src/identity/attempts';
import { BusyError, createPasswords, type Derive } from '../../src/identity/passwords';
import { openBucketInMemory } from '../../src/rate-limit/limiter';
import { type IdentityStore, identityStore } from '../../src/store/identity-store';
import { migrate, type Tables } from '../../src/store/migrations';

const PASSWORD = 'a long walk in the rain';

/** The real scrypt, where its cost does not matter. */
const cheap: Derive = (password, salt, keyBytes) =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, { N: 16 }, (error, key) => (error ? reject(error) : resolve(key)));
  });

/** With a note of each time it is used, and of how many at once. */
const counting = (cost?: { N: number }) => {
  const uses: { N?: number; r?: number; p?: number }[] = [];
  let running = 0;
  let mostAtOnce = 0;
  const derive: Derive = (password, salt, keyBytes, options) =>
    new Promise((resolve, reject) => {
      const { N, r, p } = options;
      uses.push({ N, r, p });
      mostAtOnce = Math.max(mostAtOnce, ++running);
      scrypt(password, salt, keyBytes, { ...options, ...cost }, (error, key) => {
        running--;
        if (error) reject(error);
        else resolve(key);
      });
    });
  return { derive, uses, mostAtOnce: () => mostAtOnce };
};

let db: Kysely<Tables>;
let store: IdentityStore;
beforeAll(async () => {
  const config = { database: new Database(':memory:') as unknown as SqliteDialectConfig['database'] };
  db = new Kysely<Tables>({ dialect: new SqliteDialect(config) });
  await migrate(db);
  store = identityStore(db);
});
afterAll(() => db.destroy());

describe('passwords', () => {
  test('are scrypt hashes with OWASP parameters and a salt of their own', async () => {
    const { derive, uses } = counting();
    const { hash, matches } = createPasswords(derive);
    const [first, second] = [await hash(PASSWORD), await hash(PASSWORD)];
    expect(first).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$[\w-]{22}\$[\w-]{43}$/);
    expect(first).not.toBe(second);
    expect(uses).toStrictEqual([
      { N: 131072, r: 8, p: 1 },
      { N: 131072, r: 8, p: 1 },
    ]);
    expect([await matches(PASSWORD, first), await matches(`${PASSWORD} `, first)]).toStrictEqual([
      true,
      false,
    ]);
  });

  test('match however their characters were composed', async () => {
    const { hash, matches } = createPasswords(cheap);
    expect(await matches('cafe\u0301 au lait', await hash('caf\u00e9 au lait'))).toBe(true);
  });

  test('are hashed two at once, and past twenty waiting not at all', async () => {
    const { derive, uses, mostAtOnce } = counting({ N: 1024 });
    const { matches } = createPasswords(derive);
    const all = await Promise.allSettled(Array.from({ length: 25 }, () => matches(PASSWORD, undefined)));
    expect(mostAtOnce()).toBe(2);
    expect(uses).toHaveLength(22);
    const refused = all.filter((one) => one.status === 'rejected');
    expect(refused.map(({ reason }) => reason)).toStrictEqual(Array(3).fill(expect.any(BusyError)));
  });
});

describe('accounts', () => {
  test('an unknown name costs exactly what a wrong password costs', async () => {
    const { derive, uses } = counting({ N: 1024 });
    const { signUp, signIn } = createAccounts(store, createPasswords(derive));
    expect(isAccount(await signUp({ name: 'ada', password: PASSWORD }))).toBe(true);
    const costOf = async (name: string, password: string) => {
      uses.length = 0;
      const account = await signIn({ name, password });
      return { isIn: account !== undefined, uses: [...uses] };
    };
    const one = [{ N: 131072, r: 8, p: 1 }];
    expect(await costOf('ada', 'a wrong password')).toStrictEqual({ isIn: false, uses: one });
    for (const name of ['nobody', '', '<script>', 'x'.repeat(5000)]) {
      expect(await costOf(name, 'a wrong password')).toStrictEqual({ isIn: false, uses: one });
    }
    expect(await costOf(' ADA ', PASSWORD)).toStrictEqual({ isIn: true, uses: one });
  });

  test('are made without any scope, and keep their name for themselves', async () => {
    const { signUp } = createAccounts(store, createPasswords(cheap));
    const account = await signUp({ name: 'grace@example.org', password: PASSWORD });
    expect(account).toMatchObject({ name: 'grace@example.org', scopes: [] });
    expect(await signUp({ name: 'Grace@Example.org', password: PASSWORD })).toStrictEqual({
      name: 'This name is taken. Choose another one.',
    });
    expect(JSON.stringify(await db.selectFrom('account').selectAll().execute())).not.toContain(PASSWORD);
  });

  test.each([
    ['ab', PASSWORD, ['name']],
    ['a b c', PASSWORD, ['name']],
    ['\u0430da', PASSWORD, ['name']],
    ['x'.repeat(101), PASSWORD, ['name']],
    ['alan', 'eleven char', ['password']],
    ['alan', 'x'.repeat(129), ['password']],
    ['alan-mathison', 'Alan-Mathison', ['password']],
    ['', '', ['name', 'password']],
  ])('%j with %j is refused', async (name, password, fields) => {
    const result = await createAccounts(store, createPasswords(cheap)).signUp({ name, password });
    expect(Object.keys(result)).toStrictEqual(fields);
  });

  test.each([12, 128])('a password may have %d characters, which emoji are too', async (chars) => {
    const password = '\u{1F600}'.repeat(chars);
    expect(
      isAccount(
        await createAccounts(store, createPasswords(cheap)).signUp({ name: `emoji-${chars}`, password }),
      ),
    ).toBe(true);
  });
});

describe('attempts', () => {
  const spent = async (times: number, attempt: (n: number) => Promise<void>): Promise<number> => {
    for (let n = 0; n < times; n++) {
      try {
        await attempt(n);
      } catch (error) {
        expect(error).toBeInstanceOf(TooManyAttemptsError);
        expect((error as TooManyAttemptsError).retrySeconds).toBeGreaterThan(890);
        return n;
      }
    }
    return times;
  };

  test('at one account are ten, from however many addresses, and begin anew when one was right', async () => {
    const { countPassword: password, reset: right } = countAttempts(openBucketInMemory);
    const at = (name: string) => spent(20, (n) => password(`192.0.2.${n}`, name));
    expect(await at('ada')).toBe(10);
    expect(await at('grace')).toBe(10);
    await right('ada');
    expect(await at('ada')).toBe(10);
  });

  test.each([
    ['one address', () => '192.0.2.1'],
    ['one address in the clothes of IPv6', (n: number) => (n % 2 ? '192.0.2.1' : '::ffff:192.0.2.1')],
    ['one IPv6 network', (n: number) => `2001:db8::${n.toString(16)}`],
  ])('from %s are fifty, at however many accounts', async (_what, address) => {
    const { countPassword: password } = countAttempts(openBucketInMemory);
    expect(await spent(100, (n) => password(address(n), `name-${n}`))).toBe(50);
  });

  test('to begin a sign-in are three hundred from one address', async () => {
    const { countSignIn: begin } = countAttempts(openBucketInMemory);
    expect(await spent(400, () => begin('192.0.2.1'))).toBe(300);
  });

  test('from an address that is out of attempts do not use up an account', async () => {
    const { countPassword: password } = countAttempts(openBucketInMemory);
    await spent(100, (n) => password('192.0.2.1', `name-${n}`));
    await spent(1, () => password('192.0.2.1', 'ada'));
    expect(await spent(20, (n) => password(`198.51.100.${n}`, 'ada'))).toBe(10);
  });
});

describe('records', () => {
  const record = {
    kind: 'AuthorizationCode',
    id: 'one',
    payload: { accountId: 'ada' },
    grantId: 'g',
    expireTime: 4e9,
  };

  test('are used up once', async () => {
    await store.putRecord(record);
    expect(
      await Promise.all([1, 2, 3].map(() => store.consumeRecord('AuthorizationCode', 'one'))),
    ).toStrictEqual([true, false, false]);
    expect(await store.findRecord('AuthorizationCode', { id: 'one' })).toMatchObject({
      consumeTime: expect.any(Number),
    });
    expect(await store.consumeRecord('AuthorizationCode', 'none')).toBe(false);
  });

  test('go with their grant, and when they expire', async () => {
    await store.putRecord(record);
    await store.putRecord({ ...record, id: 'two', grantId: 'another' });
    await store.putRecord({ ...record, id: 'old', expireTime: 1 });
    expect(await store.findRecord('AuthorizationCode', { id: 'old' })).toBeUndefined();
    await store.deleteRecordsOfGrant('AuthorizationCode', 'g');
    await store.deleteExpired();
    const rows = await db.selectFrom('oidc_record').select('id').execute();
    expect(rows).toStrictEqual([{ id: 'two' }]);
  });
});
