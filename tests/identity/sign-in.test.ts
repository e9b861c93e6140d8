/** The sign-in server over HTTP: the whole flow from an authorization request to a token, with a simulated browser. */
import { localKeysVerifier } from '../../src/identity/tokens';
import { tempFolder } from '../support/temp';
import { type Answer, Browser, formsOf, pkce } from './browser';
import {
  freePort,
  type IdentityProcess,
  newSigningKey,
  type Setting,
  startIdentity,
} from './identity-server';

jest.setTimeout(60_000);

const REDIRECT = 'http://127.0.0.1:53119/callback';
const PASSWORD = 'a long walk in the rain';
const KEY = newSigningKey();
const { d: _private, ...PUBLIC_KEY } = KEY;

let setting: Setting;
let identity: IdentityProcess;
let verify: ReturnType<typeof localKeysVerifier>;

beforeAll(async () => {
  const port = await freePort();
  setting = { folder: tempFolder(), port, issuer: `http://127.0.0.1:${port}`, signingKey: KEY };
  identity = await startIdentity(setting);
  verify = localKeysVerifier({ issuer: setting.issuer, audience: 'api-rosetta' }, async () => [PUBLIC_KEY]);
});

afterAll(async () => {
  await identity.stop();
  expect(identity.logged).toStrictEqual([]);
});

const authPath = (challenge: string, more: Record<string, string> = {}): string => {
  const parameters = {
    client_id: 'rosetta-cli',
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: 'openid skills:write',
    state: 'here-and-back',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  };
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  return `/auth?${new URLSearchParams(Object.fromEntries(given))}`;
};

const redirectOf = (answer: Answer): URLSearchParams => {
  const location = new URL(answer.headers.get('location') ?? 'none:');
  expect(location.origin + location.pathname).toBe(REDIRECT);
  expect(location.searchParams.get('state')).toBe('here-and-back');
  expect(location.searchParams.get('iss')).toBe(setting.issuer);
  return location.searchParams;
};

const redeem = async (
  code: string | null,
  verifier: string,
): Promise<{ status: number; body: Record<string, string> }> => {
  const form = { grant_type: 'authorization_code', client_id: 'rosetta-cli', redirect_uri: REDIRECT };
  const body = new URLSearchParams({ ...form, code: code ?? '', code_verifier: verifier });
  const response = await fetch(`${setting.issuer}/token`, { method: 'POST', body });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};

let people = 0;
/** Signs up a new person and returns the client's authorization code. */
const signUp = async (browser = new Browser(setting.issuer)) => {
  const name = `person-${people++}`;
  const { verifier, challenge } = pkce();
  const signIn = await browser.open(authPath(challenge));
  const page = await browser.open(`${signIn.path}/sign-up`);
  const answer = await browser.submit(page, '/sign-up', { name, password: PASSWORD });
  return { browser, name, verifier, code: redirectOf(answer).get('code') };
};

describe('authorization code with PKCE', () => {
  test('a person signs up and the client gets an RFC 9068 token that the service accepts', async () => {
    const { code, verifier, browser } = await signUp();
    const { status, body } = await redeem(code, verifier);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    const [header, payload] = body
      .access_token!.split('.')
      .map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(header!)).toStrictEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'test' });
    expect(JSON.parse(payload!)).toMatchObject({
      iss: setting.issuer,
      aud: 'api-rosetta',
      client_id: 'rosetta-cli',
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    expect(JSON.parse(Buffer.from(body.id_token!.split('.')[1]!, 'base64url').toString())).toMatchObject({
      aud: 'rosetta-cli',
      sub: JSON.parse(payload!).sub,
    });
    const caller = await verify(body.access_token!);
    expect(caller.learner).toBe(true);
    expect(caller.subject).toMatch(/^[0-9a-f-]{36}$/);
    expect(
      browser.seen.filter((line) => !/; httponly/i.test(line) || !/; samesite=lax/i.test(line)),
    ).toStrictEqual([]);
  });

  test('a token has skills:write only if the operator granted it to the account', async () => {
    const { browser, name, code, verifier } = await signUp();
    const before = await verify((await redeem(code, verifier)).body.access_token!);
    expect(before.scopes).not.toContain('skills:write');
    expect(await identity.ask({ ask: 'scopes', name, scopes: ['skills:write'] })).toBe(true);

    const second = pkce();
    const consent = await browser.open(authPath(second.challenge));
    expect(consent.text).toContain(`You are signed in as <strong>${name}</strong>`);
    const allowed = redirectOf(await browser.submit(consent, '/consent'));
    const { body } = await redeem(allowed.get('code'), second.verifier);
    expect(await verify(body.access_token!)).toStrictEqual({
      ...before,
      scopes: expect.arrayContaining(['skills:write']),
    });
  });

  test('a code gives one token, even if it is redeemed twice at the same time', async () => {
    const { code, verifier } = await signUp();
    const answers = await Promise.all([
      redeem(code, verifier),
      redeem(code, verifier),
      redeem(code, verifier),
    ]);
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([200, 400, 400]);
    expect((await redeem(code, verifier)).body.error).toBe('invalid_grant');
  });

  test('a code without its verifier is rejected', async () => {
    const { code } = await signUp();
    expect(await redeem(code, pkce().verifier)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  test.each([
    ['without PKCE', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    ['with the plain method', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['for an implicit token', { response_type: 'id_token' }, 'unsupported_response_type'],
    ['for another resource', { resource: 'https://elsewhere.example' }, 'invalid_target'],
  ])('a request %s is redirected back with an error', async (_what, more, error) => {
    const answer = await new Browser(setting.issuer).go(authPath(pkce().challenge, more));
    const location = new URL(answer.headers.get('location') ?? 'none:');
    expect(
      location.searchParams.get('error') ?? new URLSearchParams(location.hash.slice(1)).get('error'),
    ).toBe(error);
  });

  test.each([
    ['another machine', { redirect_uri: 'http://example.org/callback' }],
    ['another path', { redirect_uri: 'http://127.0.0.1:53119/elsewhere' }],
    ['an unknown client', { client_id: 'nobody' }],
  ])('a request for %s gets an error page and no redirect', async (_what, more) => {
    const answer = await new Browser(setting.issuer).go(authPath(pkce().challenge, more));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.text).toContain('<h1>This did not work</h1>');
    expect(answer.text).not.toMatch(/node_modules|at \w+ \(/);
  });

  test('a person who cancels sends the client access_denied', async () => {
    const browser = new Browser(setting.issuer);
    const page = await browser.open(authPath(pkce().challenge));
    expect(redirectOf(await browser.submit(page, '/cancel')).get('error')).toBe('access_denied');
  });
});

describe('client credentials', () => {
  const token = async (id: string, secret: string, scope = 'skills:write') => {
    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    const body = new URLSearchParams({ grant_type: 'client_credentials', scope });
    const response = await fetch(`${setting.issuer}/token`, {
      method: 'POST',
      headers: { authorization },
      body,
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };
  const register = (scopes: string[]) =>
    identity.ask({ ask: 'client', name: 'robot', scopes }) as Promise<{ id: string; secret: string }>;

  test('a service gets a token with itself as the subject, which is not a learner', async () => {
    const { id, secret } = await register(['skills:write']);
    const { status, body } = await token(id, secret);
    expect(status).toBe(200);
    expect(await verify(body.access_token!)).toStrictEqual({
      subject: id,
      scopes: ['skills:write'],
      learner: false,
    });
  });

  test('a service gets no scope that it was not registered with', async () => {
    const { id, secret } = await register([]);
    const { body } = await token(id, secret);
    expect((await verify(body.access_token!)).scopes).toStrictEqual([]);
  });

  test('the database has no secret, and the stored hash is not accepted as one', async () => {
    const { id, secret } = await register([]);
    const rows = (await identity.ask({ ask: 'rows' })) as string;
    expect(rows).not.toContain(secret);
    const clients: { id: string; secret_hash: string }[] = JSON.parse(rows).clients;
    const hash = clients.find((client) => client.id === id)?.secret_hash ?? '';
    for (const wrong of [hash, `${secret}x`, 'x']) {
      expect(await token(id, wrong)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    }
  });

  test('the public client gets no token for itself', async () => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'rosetta-cli' });
    const response = await fetch(`${setting.issuer}/token`, { method: 'POST', body });
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
  });
});

describe('forms', () => {
  test('are rejected without their CSRF token, or with that of another sign-in', async () => {
    const browser = new Browser(setting.issuer);
    const page = await browser.open(authPath(pkce().challenge));
    const other = await browser.open(authPath(pkce().challenge));
    const [foreign] = formsOf(other.text);
    for (const [path, csrf] of [
      ['sign-in', undefined],
      ['sign-in', foreign?.hidden.csrf],
      ['sign-up', 'x.y'],
      ['consent', undefined],
      ['cancel', undefined],
    ]) {
      const form = { name: 'ada', password: PASSWORD, ...(csrf !== undefined && { csrf }) };
      expect([path, (await browser.go(`${page.path}/${path}`, form)).status]).toStrictEqual([path, 403]);
    }
  });

  test('are rejected in a browser that did not start the sign-in', async () => {
    const page = await new Browser(setting.issuer).open(authPath(pkce().challenge));
    const stranger = new Browser(setting.issuer);
    expect((await stranger.go(page.path)).status).toBe(400);
    const [form] = formsOf(page.text);
    expect((await stranger.go(`${page.path}/cancel`, form?.hidden)).status).toBe(403);
  });

  test('show the problem beside the field, and keep the name', async () => {
    const browser = new Browser(setting.issuer);
    const page = await browser.open(`${(await browser.open(authPath(pkce().challenge))).path}/sign-up`);
    const { status, text } = await browser.submit(page, '/sign-up', { name: '<b>', password: 'short' });
    expect(status).toBe(422);
    expect(text).toContain('value="&lt;b&gt;"');
    expect(text).toMatch(/<input id="name"[^>]*aria-describedby="name-problem" aria-invalid="true">/);
    expect(text).toMatch(
      /<input id="password"[^>]*aria-describedby="password-hint password-problem" aria-invalid="true">/,
    );
    expect(text).toContain(
      '<p class="wrong" id="password-problem">A password must have at least 12 characters',
    );
    expect(text).not.toContain('short"');
  });

  test('answer a wrong password and an unknown name with the same page', async () => {
    const { name } = await signUp();
    const pages: string[] = [];
    for (const tried of [name, 'nobody-at-all']) {
      const browser = new Browser(setting.issuer);
      const page = await browser.open(authPath(pkce().challenge));
      const answer = await browser.submit(page, '/sign-in', { name: tried, password: 'not my password' });
      expect(answer.status).toBe(422);
      const csrf = formsOf(page.text)[0]?.hidden.csrf ?? '';
      pages.push([csrf, page.path, tried].reduce((text, one) => text.replaceAll(one, '-'), answer.text));
    }
    expect(pages[0]).toBe(pages[1]);
    expect(pages[0]).toContain('role="alert" id="problem">The name or the password is wrong.');
  });

  test('are accepted from a browser in which the person has signed in before, while another one guesses', async () => {
    const { browser: owner, name } = await signUp();
    const guesser = new Browser(setting.issuer);
    const guessing = await guesser.open(authPath(pkce().challenge));
    const guess = () => guesser.submit(guessing, '/sign-in', { name, password: 'not my password' });
    for (let n = 0; n < 10; n++) expect((await guess()).status).toBe(422);
    expect((await guess()).status).toBe(429);
    const page = await owner.open(authPath(pkce().challenge, { prompt: 'login' }));
    redirectOf(await owner.submit(page, '/sign-in', { name, password: PASSWORD }));
  });

  test('accept ten attempts per account in 15 minutes, and reject further ones even with the correct password', async () => {
    const { name } = await signUp();
    const browser = new Browser(setting.issuer);
    const page = await browser.open(authPath(pkce().challenge));
    const attempt = (password: string) => browser.submit(page, '/sign-in', { name, password });
    for (let n = 0; n < 10; n++) expect((await attempt('not my password')).status).toBe(422);
    const refused = await attempt(PASSWORD);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
    expect(refused.text).toContain('Too many attempts. Try again in 15 minutes.');
  });
});

describe('sessions', () => {
  const sessionOf = (browser: Browser): string | undefined => browser.cookie('rosetta_session')?.value;

  test('get a new id at each sign-in, and the old one is invalid', async () => {
    const { browser, name } = await signUp();
    const before = sessionOf(browser);
    const stolen = new Browser(setting.issuer);
    for (const [key, cookie] of browser.cookies) stolen.cookies.set(key, cookie);

    const page = await browser.open(authPath(pkce().challenge, { prompt: 'login' }));
    redirectOf(await browser.submit(page, '/sign-in', { name, password: PASSWORD }));
    expect(sessionOf(browser)).not.toBe(before);
    expect((await stolen.open(authPath(pkce().challenge))).text).toContain('<h1>Sign in</h1>');
  });

  test('do not exist before a person signs in', async () => {
    const browser = new Browser(setting.issuer);
    await browser.open(authPath(pkce().challenge));
    expect(sessionOf(browser)).toBeUndefined();
  });

  test('and codes survive a restart', async () => {
    const { browser, name, code, verifier } = await signUp();
    await identity.stop();
    identity = await startIdentity(setting);
    expect((await redeem(code, verifier)).status).toBe(200);
    expect((await browser.open(authPath(pkce().challenge))).text).toContain(
      `signed in as <strong>${name}</strong>`,
    );
  });

  test('end at sign-out, after a confirmation', async () => {
    const { browser } = await signUp();
    const page = await browser.open('/session/end');
    expect(page.text).toContain('<h1>Sign out</h1>');
    const forged = await browser.go('/session/end/confirm', { xsrf: 'x', logout: 'yes' });
    expect(forged.status).toBe(400);
    const again = await browser.open('/session/end');
    const done = await browser.submit(again, '/session/end/confirm', { logout: 'yes' });
    expect(done.text).toContain('<h1>Signed out</h1>');
    expect((await browser.open(authPath(pkce().challenge))).text).toContain('<h1>Sign in</h1>');
  });

  test('change to the other account when another person signs in', async () => {
    const { browser } = await signUp();
    const { name } = await signUp();
    const { verifier, challenge } = pkce();
    const page = await browser.open(authPath(challenge, { prompt: 'login' }));
    const between = await browser.submit(page, '/sign-in', { name, password: PASSWORD });
    // The library's own page, which submits itself: its script is the one that the policy lets pass.
    expect(between.headers.get('content-security-policy')).toMatch(/script-src 'report-sample' 'sha256-/);
    const answer = redirectOf(await browser.submit(between, '/session/end/confirm'));
    expect((await redeem(answer.get('code'), verifier)).status).toBe(200);
  });
});

describe('every page', () => {
  test('has labels, autocomplete, one style and no script', async () => {
    const browser = new Browser(setting.issuer);
    const signIn = await browser.open(authPath(pkce().challenge));
    const page = await browser.open(`${signIn.path}/sign-up`);
    for (const { text, headers } of [signIn, page]) {
      expect(text).toContain('<html lang="en">');
      expect(text).toContain('name="viewport" content="width=device-width, initial-scale=1"');
      expect(text).not.toContain('<script');
      for (const [, id] of text.matchAll(/<input id="(\w+)"/g)) expect(text).toContain(`<label for="${id}">`);
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none';script-src 'report-sample';style-src 'sha256-/,
      );
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('x-frame-options')).toBe('DENY');
    }
    expect(signIn.text).toContain('autocomplete="username"');
    expect(signIn.text).toContain('autocomplete="current-password"');
    expect(page.text).toContain('autocomplete="new-password"');
  });

  test('uses the configured origin and not the one in the request', async () => {
    const browser = new Browser(setting.issuer);
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const { text } = await browser.go('/.well-known/openid-configuration', undefined, headers);
    expect(JSON.parse(text)).toMatchObject({ issuer: setting.issuer, jwks_uri: `${setting.issuer}/jwks` });
    expect(text).not.toContain('evil');
  });

  test('shows the public half of the key only', async () => {
    const { text } = await new Browser(setting.issuer).go('/jwks');
    expect(JSON.parse(text).keys).toMatchObject([{ kid: 'test', x: PUBLIC_KEY.x, alg: 'ES256', use: 'sig' }]);
    expect(text).not.toContain('"d"');
  });

  test('at the root redirects to the discovery document', async () => {
    const root = await fetch(`${setting.issuer}/`);
    expect(root.url).toBe(`${setting.issuer}/.well-known/openid-configuration`);
    expect(await root.json()).toMatchObject({ issuer: setting.issuer });
  });

  test.each(['/nothing', '/reg', '/me', '/interaction', '/interaction/x/consent', '/__proto__'])(
    'is an error page at %s',
    async (path) => {
      const { status, text } = await new Browser(setting.issuer).go(path);
      expect([400, 404]).toContain(status);
      expect(text).toContain('<!doctype html>');
    },
  );

  test('sets Secure cookies over TLS', async () => {
    const port = await freePort();
    const issuer = 'https://identity.example';
    const behind = await startIdentity({ ...setting, folder: tempFolder(), port, issuer });
    const browser = new Browser(`http://127.0.0.1:${port}`);
    await browser.open(authPath(pkce().challenge));
    expect(browser.seen.length).toBeGreaterThan(3);
    expect(browser.seen.filter((line) => !/; secure/i.test(line))).toStrictEqual([]);
    await behind.stop();
  });
});
