/** Authentication and authorization: every implementation rejects the same tokens with the same code, reason and details. */

import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { OPERATION_NAMES, type Operation } from '../../src/contract/skills-api';
import { IMPLEMENTATION_NAMES, implementationsWithoutToken } from '../support/implementations';
import { errorOf } from '../support/outcome';
import { CALLS } from '../support/plain-api';

const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const UNAUTHENTICATED = { code: 'UNAUTHENTICATED', details: {} };

export const describeAuthorization = (): void => {
  const { apiOf, service } = implementationsWithoutToken();

  const identity = () => service().value.identity;

  /** A token with the issuer, audience and key id of the service, but with the given algorithm, key and claims. */
  const forged = async (
    { alg = 'ES256', key = foreign }: { alg?: string; key?: Parameters<SignJWT['sign']>[0] } = {},
    claims = {},
  ): Promise<string> => {
    const { issuer, audience, signingKey } = identity();
    const { kid } = await signingKey();
    return new SignJWT({ iss: issuer, aud: audience, sub: 'eve', scope: 'skills:write', ...claims })
      .setProtectedHeader({ alg, typ: 'at+jwt', kid })
      .setExpirationTime('1 hour')
      .sign(key);
  };

  const INVALID: Readonly<Record<string, () => string | Promise<string>>> = {
    'is not a JWT': () => 'abc',
    'is signed by another key': () => forged(),
    'has no signature': async () => {
      const [, claims] = (await forged()).split('.');
      return `${encoded({ alg: 'none', typ: 'at+jwt' })}.${claims}.`;
    },
    'is signed with the public key as a secret': async () => {
      const { d: _, ...publicKey } = await identity().signingKey();
      return forged({ alg: 'HS256', key: createSecretKey(JSON.stringify(publicKey), 'utf8') });
    },
    'has claims that were changed after signing': async () => {
      const [head, claims, signature] = (await identity().issue({ subject: 'eve' })).split('.');
      const more = { ...JSON.parse(Buffer.from(claims!, 'base64url').toString()), scope: 'skills:write' };
      return `${head}.${encoded(more)}.${signature}`;
    },
    'is cut short': async () => (await identity().issue({ subject: 'eve' })).slice(0, -8),
  };

  describe.each(IMPLEMENTATION_NAMES)('%s:', (implementation) => {
    const expectRejected = async (operation: Operation, token?: string) => {
      const call = CALLS[operation];
      const context = token === undefined ? {} : { token };
      const error = await errorOf(call(apiOf(implementation), context));
      expect(error).toStrictEqual(await errorOf(call(apiOf('direct'), context)));
      return error;
    };

    const WRITES = ['createSkill', 'updateSkill', 'deleteSkill'] as const;
    const OWN = ['setProgress', 'listProgress'] as const;
    const OPEN = OPERATION_NAMES.filter((name) => !([...WRITES, ...OWN] as string[]).includes(name));

    test.each([...WRITES, ...OWN])('%s rejects a call without a token', async (operation) => {
      expect(await expectRejected(operation)).toMatchObject({ ...UNAUTHENTICATED, reason: 'TOKEN_REQUIRED' });
    });

    test.each(OPEN)('%s accepts a call without a token', async (operation) => {
      expect(await CALLS[operation](apiOf(implementation))).toBeDefined();
    });

    test.each(OPERATION_NAMES)('%s rejects an expired token', async (operation) => {
      const token = await identity().issue({ subject: 'ada', scopes: ['skills:write'], seconds: -60 });
      expect(await expectRejected(operation, token)).toMatchObject({
        ...UNAUTHENTICATED,
        reason: 'TOKEN_EXPIRED',
      });
    });

    test.each(Object.entries(INVALID))('operations reject a token that %s', async (_fact, make) => {
      const token = await make();
      for (const operation of ['getSkill', 'createSkill', 'listProgress'] as const) {
        expect(await expectRejected(operation, token)).toMatchObject({
          ...UNAUTHENTICATED,
          reason: 'TOKEN_INVALID',
        });
      }
    });

    test.each(['', 'two words', 'Bearer x', 'é', 'a=b', 'x'.repeat(8193)])(
      'getSkill rejects the malformed token %j with TOKEN_MALFORMED',
      async (token) => {
        expect(await expectRejected('getSkill', token)).toMatchObject({
          ...UNAUTHENTICATED,
          reason: 'TOKEN_MALFORMED',
        });
      },
    );

    test.each(WRITES)('%s rejects a token without the scope and names the scope', async (operation) => {
      for (const scopes of [[], ['skills:read', 'skills:writer', 'SKILLS:WRITE', 'skills']]) {
        const token = await identity().issue({ subject: 'ada', scopes });
        expect(await expectRejected(operation, token)).toMatchObject({
          ...{ code: 'PERMISSION_DENIED', reason: 'SCOPE_REQUIRED', details: { scope: 'skills:write' } },
        });
      }
    });

    test.each(OWN)('%s rejects the token of a service with any scope', async (operation) => {
      const token = await identity().issue({ subject: 'robot', scopes: ['skills:write'], learner: false });
      expect(await expectRejected(operation, token)).toMatchObject({
        ...{ code: 'PERMISSION_DENIED', reason: 'LEARNER_REQUIRED', details: {} },
      });
    });

    test('a service can write skills with the scope, and a learner can set progress without a scope', async () => {
      const token = await identity().issue({ subject: 'robot', scopes: ['skills:write'], learner: false });
      const skill = { id: `${implementation}-robot`, name: 'Robot', categoryIds: ['tools'] };
      expect(await apiOf(implementation).createSkill({ skill }, { token })).toMatchObject(skill);
      const learner = await identity().issue({ subject: `${implementation}-learner` });
      expect(
        await apiOf(implementation).setProgress({ skillId: 'git', status: 'PLANNED' }, { token: learner }),
      ).toMatchObject({ skillId: 'git' });
    });

    test('rejected calls change nothing', async () => {
      expect(await apiOf(implementation).getSkill({ id: 'git' })).toMatchObject({ name: 'Git' });
      expect(await errorOf(apiOf(implementation).getSkill({ id: 'new' }))).toMatchObject({
        code: 'NOT_FOUND',
      });
    });

    test('concurrent calls of several learners return the progress of each learner', async () => {
      const tokens = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          identity().issue({ subject: `${implementation}-many-${index}` }),
        ),
      );
      const statuses = ['PLANNED', 'LEARNING'] as const;
      await Promise.all(
        tokens.map((token, index) =>
          apiOf(implementation).setProgress({ skillId: 'git', status: statuses[index % 2]! }, { token }),
        ),
      );
      const lists = await Promise.all(
        tokens.map((token) => apiOf(implementation).listProgress({}, { token })),
      );
      expect(lists.map(({ items }) => items.map(({ status }) => status))).toStrictEqual(
        tokens.map((_, index) => [statuses[index % 2]]),
      );
    });
  });
};
