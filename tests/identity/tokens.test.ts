/** The token verifier against valid tokens, forged tokens and tokens of other providers. */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type JWTPayload, SignJWT } from 'jose';
import type { VerifyToken } from '../../src/contract/context';
import type { SkillsError } from '../../src/contract/errors';
import { localKeysVerifier, remoteKeysVerifier, tokenIssuer } from '../../src/identity/tokens';
import { freePort, newSigningKey } from './identity-server';

const TRUST = { issuer: 'https://identity.example', audience: 'api-rosetta' };
const JWK = newSigningKey();
const { d: _private, ...PUBLIC_JWK } = JWK;
const KEY = createPrivateKey({ key: JWK, format: 'jwk' });
const issue = tokenIssuer(TRUST, KEY, JWK.kid);

const verify = localKeysVerifier(TRUST, async () => [PUBLIC_JWK]);

const resultOf = async (token: string, by: VerifyToken = verify): Promise<string> => {
  try {
    await by(token);
  } catch (error) {
    const { code, reason } = error as SkillsError;
    return `${code} ${reason}`;
  }
  return 'accepted';
};

const INVALID = 'UNAUTHENTICATED TOKEN_INVALID';
const now = () => Math.floor(Date.now() / 1000);
const CLAIMS = {
  iss: TRUST.issuer,
  aud: TRUST.audience,
  sub: 'ada',
  client_id: 'rosetta-cli',
  scope: 'skills:write',
};

/** A valid token, except for the given claims and header. */
const signToken = (
  claims: JWTPayload = {},
  { header = {}, key = KEY }: { header?: Record<string, unknown>; key?: KeyObject } = {},
): Promise<string> => {
  const protectedHeader = { alg: 'ES256', typ: 'at+jwt', kid: JWK.kid, ...header };
  const payload = { ...CLAIMS, iat: now(), exp: now() + 60, ...claims };
  return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(key);
};

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const nextCharacter = (character: string): string => BASE64URL[BASE64URL.indexOf(character) + 1]!;

const encodeJson = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token of the own issuer', () => {
  test('gives the subject and the scopes of the caller', async () => {
    const token = await issue({ subject: 'ada', scopes: ['skills:write'] });
    expect(await verify(token)).toStrictEqual({ subject: 'ada', scopes: ['skills:write'], learner: true });
    expect(await verify(await signToken())).toStrictEqual(await verify(token));
  });

  test('of a service has the service as its subject, which is not a learner', async () => {
    const token = await issue({ subject: 'robot', learner: false });
    expect(await verify(token)).toStrictEqual({ subject: 'robot', scopes: [], learner: false });
  });

  test('is rejected each time if it is invalid', async () => {
    const token = await signToken({ aud: 'elsewhere' });
    expect([await resultOf(token), await resultOf(token)]).toStrictEqual([INVALID, INVALID]);
  });

  test('is rejected after it expires, although it is cached', async () => {
    const brief = localKeysVerifier(TRUST, async () => [PUBLIC_JWK]);
    // Clocks may differ by five seconds; this one has more than one of them left.
    const exp = now() - 3;
    const token = await signToken({ exp });
    expect(await resultOf(token, brief)).toBe('accepted');
    await sleep((exp + 5) * 1000 + 20 - Date.now());
    expect(await resultOf(token, brief)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
  });
});

test('the calls of a burst share one verification of their token', async () => {
  let reads = 0;
  const verifyOnce = localKeysVerifier(TRUST, async () => {
    reads += 1;
    return [PUBLIC_JWK];
  });
  const [good, bad] = [await signToken(), await signToken({ aud: 'elsewhere' })];
  const results = await Promise.all([good, bad, good, bad].map((token) => resultOf(token, verifyOnce)));
  expect(results).toStrictEqual(['accepted', INVALID, 'accepted', INVALID]);
  expect(reads).toBe(2);
});

test('a key that is no longer trusted verifies no further token', async () => {
  let keys = [PUBLIC_JWK];
  const verifyByKeys = localKeysVerifier(TRUST, async () => keys);
  expect(await resultOf(await signToken(), verifyByKeys)).toBe('accepted');
  keys = [];
  expect(await resultOf(await signToken(), verifyByKeys)).toBe(INVALID);
});

describe('the verifier rejects', () => {
  const publicPem = createPublicKey(KEY).export({ type: 'spki', format: 'pem' }).toString();
  const byHand = (header: object, signature: (input: string) => string): string => {
    const input = `${encodeJson(header)}.${encodeJson({ ...CLAIMS, iat: now(), exp: now() + 60 })}`;
    return `${input}.${signature(input)}`;
  };
  const hmac = (secret: string) => (input: string) =>
    createHmac('sha256', secret).update(input).digest('base64url');
  const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

  test.each<[string, () => string | Promise<string>]>([
    ['alg none', () => byHand({ alg: 'none', typ: 'at+jwt' }, () => '')],
    ['alg None', () => byHand({ alg: 'None', typ: 'at+jwt', kid: JWK.kid }, () => '')],
    [
      'HS256 with the public key as its secret',
      () => byHand({ alg: 'HS256', typ: 'at+jwt', kid: JWK.kid }, hmac(publicPem)),
    ],
    [
      'HS256 with the public JWK as its secret',
      () => byHand({ alg: 'HS256', typ: 'at+jwt' }, hmac(JSON.stringify(PUBLIC_JWK))),
    ],
    ['the key of another issuer', () => signToken({}, { key: otherKey })],
    [
      'a key in its own header',
      () =>
        signToken(
          {},
          { key: otherKey, header: { jwk: createPublicKey(otherKey).export({ format: 'jwk' }) } },
        ),
    ],
    ['an unknown key id', () => signToken({}, { header: { kid: 'another' } })],
    ['another issuer', () => signToken({ iss: 'https://elsewhere.example' })],
    ['another audience', () => signToken({ aud: 'another-service' })],
    ['no audience', () => signToken({ aud: undefined })],
    ['no subject', () => signToken({ sub: undefined })],
    ['no expiry', () => signToken({ exp: undefined })],
    ['not valid yet', () => signToken({ nbf: now() + 60 })],
    ['an ID token', () => signToken({}, { header: { typ: 'JWT' } })],
    [
      'a critical extension that nobody knows',
      () => signToken({}, { header: { crit: ['x'], x: 1 } }).catch(() => 'a.b.c'),
    ],
    [
      'another payload under the signature',
      async () => {
        const [header, , signature] = (await signToken()).split('.');
        return `${header}.${encodeJson({ ...CLAIMS, sub: 'root', exp: now() + 60 })}.${signature}`;
      },
    ],
    ['no JWT at all', () => 'opensesame'],
    ['an empty string', () => ''],
  ])('%s', async (_what, make) => {
    expect(await resultOf(await make())).toBe(INVALID);
  });

  /** Node's decoder skips these characters, so each text would be the same token (RFC 7515, section 2). */
  test('base64url with padding, strays or other characters', async () => {
    const token = await signToken();
    const [head, claims, signature] = token.split('.') as [string, string, string];
    expect(await resultOf(token)).toBe('accepted');
    const changed = [`${token}=`, `${token}==`, `${token}~`, `${head}=.${claims}.${signature}`];
    const standard = signature.replaceAll('-', '+').replaceAll('_', '/');
    for (const one of [...changed, `${head}.${claims}.${standard === signature ? '+' : standard}`])
      expect(await resultOf(one)).toBe(INVALID);
    // The last character of a signature of 64 bytes has two bits of it, and four that must be zero.
    expect(await resultOf(token.slice(0, -1) + nextCharacter(token.at(-1)!))).toBe(INVALID);
  });

  test('expired', async () => {
    expect(await resultOf(await signToken({ exp: now() - 60 }))).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
  });
});

describe('the keys of another provider', () => {
  let provider: Server;
  let jwksUrl: string;
  let asked = 0;
  let keys: object[] = [PUBLIC_JWK];

  beforeAll(async () => {
    provider = createServer((_request, response) => {
      asked++;
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ keys }));
    }).listen(0, '127.0.0.1');
    await once(provider, 'listening');
    jwksUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/jwks`;
  });
  afterAll(() => {
    provider.close();
    provider.closeAllConnections();
  });

  test('verify tokens, and are fetched once', async () => {
    const remote = remoteKeysVerifier(TRUST, jwksUrl);
    asked = 0;
    const tokens = await Promise.all([signToken(), signToken({ sub: 'grace' }), signToken({ sub: 'alan' })]);
    for (const token of tokens) expect(await resultOf(token, remote)).toBe('accepted');
    expect(asked).toBe(1);
  });

  test('allow RS256 and the claim scp, and not the algorithms none and HS256', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'rsa', alg: 'RS256' }];
    const remote = remoteKeysVerifier(TRUST, jwksUrl);
    const header = { alg: 'RS256', typ: 'JWT', kid: 'rsa' };
    const token = await signToken({ scope: undefined, scp: ['skills:write'] }, { key: privateKey, header });
    expect(await remote(token)).toMatchObject({ subject: 'ada', scopes: ['skills:write'] });
    const input = `${encodeJson({ alg: 'HS256', kid: 'rsa' })}.${encodeJson({ ...CLAIMS, exp: now() + 60 })}`;
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    const confused = `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
    expect(await resultOf(confused, remote)).toBe(INVALID);
    expect(await resultOf(await signToken({ aud: 'elsewhere' }, { key: privateKey, header }), remote)).toBe(
      INVALID,
    );
    keys = [PUBLIC_JWK];
  });

  test('are UNAVAILABLE while the provider is down, and the token is neither accepted nor called invalid', async () => {
    const down = remoteKeysVerifier(TRUST, `http://127.0.0.1:${await freePort()}/jwks`);
    expect(await resultOf(await signToken(), down)).toBe('UNAVAILABLE KEYS_UNAVAILABLE');
  });

  test.each<[string, number, string]>([
    ['an error', 500, '{"keys":[]}'],
    ['no JSON', 200, 'welcome'],
    ['no keys', 200, '{}'],
  ])('are UNAVAILABLE if the provider answers with %s', async (_what, status, body) => {
    const broken = createServer((_request, response) => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
    }).listen(0, '127.0.0.1');
    await once(broken, 'listening');
    const { port } = broken.address() as AddressInfo;
    const remote = remoteKeysVerifier(TRUST, `http://127.0.0.1:${port}/jwks`);
    expect(await resultOf(await signToken(), remote)).toBe('UNAVAILABLE KEYS_UNAVAILABLE');
    broken.close();
    broken.closeAllConnections();
  });
});
