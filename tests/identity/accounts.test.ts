/** Accounts, passwords, attempts and records without a server: rules, cost, and that no result reveals whether an account exists. */
import { scrypt } from 'node:crypto';
import type { Request, Response } from 'express';
import { Kysely, SqliteDialect, type SqliteDialectConfig } from 'kysely';
import Database from 'libsql';
import { createAccounts, isAccount } from '../../src/identity/accounts';
import { countAttempts, TooManyAttemptsError } from '../../src/identity/attempts';
import { deviceCookies } from '../../src/identity/device';
import { BusyError, createPasswords, type Derive } from '../../src/identity/passwords';
import { openBucketInMemory } from '../../src/rate-limit/limiter';
import { type IdentityStore, identityStore } from '../../src/store/identity-store';
import { migrate, type Tables } from '../../src/store/migrations';

const PASSWORD = 'a long walk in the rain';

/** The real scrypt, at a low cost. */
const cheap: Derive = (password, salt, keyBytes) =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, { N: 16 }, (error, key) => (error ? reject(error) : resolve(key)));
  });

/** Scrypt that records the parameters of each call, and how many calls ran at once. */
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

  test('match in every Unicode composition of the same text', async () => {
    const { hash, matches } = createPasswords(cheap);
    expect(await matches('cafe\u0301 au lait', await hash('caf\u00e9 au lait'))).toBe(true);
  });

  test('are hashed two at once; beyond twenty waiting calls, BusyError is thrown', async () => {
    const { derive, uses, mostAtOnce } = counting({ N: 1024 });
    const { matches } = createPasswords(derive);
    const all = await Promise.allSettled(Array.from({ length: 25 }, () => matches(PASSWORD, undefined)));
    expect(mostAtOnce()).toBe(2);
    expect(uses).toHaveLength(22);
    const rejected = all.filter((one) => one.status === 'rejected');
    expect(rejected.map(({ reason }) => reason)).toStrictEqual(Array(3).fill(expect.any(BusyError)));
  });
});

describe('accounts', () => {
  test('an unknown name costs the same hash as a wrong password', async () => {
    const { derive, uses } = counting({ N: 1024 });
    const { signUp, signIn } = createAccounts(store, createPasswords(derive));
    expect(isAccount(await signUp({ name: 'ada', password: PASSWORD }))).toBe(true);
    const costOf = async (name: string, password: string) => {
      uses.length = 0;
      const account = await signIn({ name, password });
      return { isSignedIn: account !== undefined, uses: [...uses] };
    };
    const one = [{ N: 131072, r: 8, p: 1 }];
    expect(await costOf('ada', 'a wrong password')).toStrictEqual({ isSignedIn: false, uses: one });
    for (const name of ['nobody', '', '<script>', 'x'.repeat(5000)]) {
      expect(await costOf(name, 'a wrong password')).toStrictEqual({ isSignedIn: false, uses: one });
    }
    expect(await costOf(' ADA ', PASSWORD)).toStrictEqual({ isSignedIn: true, uses: one });
  });

  test('have no scopes at first, and their name is taken whatever its case', async () => {
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
    ['alan', '123456789012', ['password']],
    ['alan', 'LeaveMeAlone', ['password']],
    ['alan', 'passwordpassword', ['password']],
    ['alan', 'Password1234!', ['password']],
    ['alan', 'aaaaaaaaaaaa', ['password']],
    ['alan', 'xyzxyzxyzxyzxyz', ['password']],
    ['', '', ['name', 'password']],
  ])('name %j with password %j is rejected', async (name, password, fields) => {
    const result = await createAccounts(store, createPasswords(cheap)).signUp({ name, password });
    expect(Object.keys(result)).toStrictEqual(fields);
  });

  test.each([12, 128])('a password may have %d characters, and an emoji counts as one', async (chars) => {
    const password = Array.from({ length: chars }, (_, n) => String.fromCodePoint(0x1f600 + (n % 70))).join(
      '',
    );
    expect(
      isAccount(
        await createAccounts(store, createPasswords(cheap)).signUp({ name: `emoji-${chars}`, password }),
      ),
    ).toBe(true);
  });
});

describe('attempts', () => {
  const attemptsAccepted = async (times: number, attempt: (n: number) => Promise<void>): Promise<number> => {
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

  test('from one address at one account are limited to ten, and a correct password resets the count', async () => {
    const { countPassword, reset } = countAttempts(openBucketInMemory);
    const at = (name: string, address: string) =>
      attemptsAccepted(20, () => countPassword({ address, name }));
    expect(await at('ada', '192.0.2.1')).toBe(10);
    expect(await at('grace', '192.0.2.1')).toBe(10);
    expect(await at('ada', '192.0.2.2')).toBe(10);
    await reset({ address: '192.0.2.1', name: 'ada' });
    expect(await at('ada', '192.0.2.1')).toBe(10);
  });

  test('at one account are limited to a hundred, from any number of addresses', async () => {
    const { countPassword } = countAttempts(openBucketInMemory);
    const from = (network: string) =>
      attemptsAccepted(200, (n) => countPassword({ address: `${network}.${n}`, name: 'ada' }));
    expect(await from('192.0.2')).toBe(100);
    expect(await from('198.51.100')).toBe(0);
  });

  test('from a known device have a count of their own, which others do not use up', async () => {
    const { countPassword } = countAttempts(openBucketInMemory);
    await attemptsAccepted(200, (n) => countPassword({ address: `192.0.2.${n}`, name: 'ada' }));
    await attemptsAccepted(100, (n) => countPassword({ address: '203.0.113.9', name: `name-${n}` }));
    const known = { address: '203.0.113.9', name: 'ada', device: 'laptop' };
    expect(await attemptsAccepted(20, () => countPassword(known))).toBe(10);
    expect(await attemptsAccepted(20, () => countPassword({ ...known, device: 'phone' }))).toBe(10);
  });

  test.each([
    ['one address', () => '192.0.2.1'],
    ['one IPv4-mapped IPv6 address', (n: number) => (n % 2 ? '192.0.2.1' : '::ffff:192.0.2.1')],
    ['one IPv6 network', (n: number) => `2001:db8::${n.toString(16)}`],
  ])('from %s are limited to fifty, at any number of accounts', async (_what, address) => {
    const { countPassword } = countAttempts(openBucketInMemory);
    expect(
      await attemptsAccepted(100, (n) => countPassword({ address: address(n), name: `name-${n}` })),
    ).toBe(50);
  });

  test('to start a sign-in are limited to three hundred per address', async () => {
    const { countSignIn } = countAttempts(openBucketInMemory);
    expect(await attemptsAccepted(400, () => countSignIn('192.0.2.1'))).toBe(300);
  });

  test('from an address without attempts left do not count at the account', async () => {
    const { countPassword } = countAttempts(openBucketInMemory);
    await attemptsAccepted(100, (n) => countPassword({ address: '192.0.2.1', name: `name-${n}` }));
    await attemptsAccepted(1, () => countPassword({ address: '192.0.2.1', name: 'ada' }));
    expect(
      await attemptsAccepted(200, (n) => countPassword({ address: `198.51.100.${n}`, name: 'ada' })),
    ).toBe(100);
  });
});

test('a device cookie is for one account, and needs a valid signature', () => {
  const devices = deviceCookies('secret', true);
  const cookies: Record<string, string> = {};
  const response = { cookie: (name: string, value: string) => Object.assign(cookies, { [name]: value }) };
  const find = (values: Record<string, string>, name: string, by = devices) =>
    by.find({ cookies: values } as Request, name);
  devices.remember(response as unknown as Response, 'ada');
  const [[cookieName = '', value = ''] = []] = Object.entries(cookies);
  expect(find(cookies, 'ada')).toMatch(/^[\w-]{22}$/);
  expect(find(cookies, 'grace')).toBeUndefined();
  expect(find(cookies, 'ada', deviceCookies('other', true))).toBeUndefined();
  for (const forged of ['', '.', value.slice(0, -1), `x${value}`]) {
    expect(find({ [cookieName]: forged }, 'ada')).toBeUndefined();
  }
});

describe('records', () => {
  const record = {
    kind: 'AuthorizationCode',
    id: 'one',
    payload: { accountId: 'ada' },
    grantId: 'g',
    expireTime: 4e9,
  };

  test('can be consumed once', async () => {
    await store.putRecord(record);
    expect(
      await Promise.all([1, 2, 3].map(() => store.consumeRecord('AuthorizationCode', 'one'))),
    ).toStrictEqual([true, false, false]);
    expect(await store.findRecord('AuthorizationCode', { id: 'one' })).toMatchObject({
      consumeTime: expect.any(Number),
    });
    expect(await store.consumeRecord('AuthorizationCode', 'none')).toBe(false);
  });

  test('are deleted with their grant, and after they expire', async () => {
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
