/** Callers in REST: bearer challenges (RFC 6750), progress of learners, and idempotency keys. */

import { PROTOCOLS } from '../../../src/app/servers';
import { SkillsError } from '../../../src/contract/errors';
import type { SkillsClient } from '../../../src/contract/protocol';
import { NO_GRAPH } from '../../support/implementations';
import { errorOf } from '../../support/outcome';
import { apiThat } from '../../support/plain-api';
import { type RawRequest, sendHttp } from '../../support/raw/http';
import { serveForTests, testNothingLogged } from '../../support/raw/table';

interface Caller {
  readonly subject: string;
  readonly scopes?: readonly string[];
  readonly learner?: boolean;
  readonly seconds?: number;
}
const JSON_TYPE = { 'content-type': 'application/json' };

export const describeAuthorization = (): void => {
  const served = serveForTests(['rest']);
  const bearer = async (caller: Caller): Promise<{ authorization: string }> => ({
    authorization: `Bearer ${await served().service.identity.issue(caller)}`,
  });

  const http = (path: string, request?: RawRequest) => sendHttp(served().address.rest, path, request);
  const create = (id: string, headers: RawRequest['headers'] = {}, name = 'New') =>
    http('/api/skills', {
      method: 'POST',
      headers: { ...JSON_TYPE, ...headers },
      body: JSON.stringify({ id, name, categoryIds: ['tools'] }),
    });
  const put = (skillId: string, body: string, headers: RawRequest['headers'] = {}) =>
    http(`/api/progress/${skillId}`, { method: 'PUT', headers: { ...JSON_TYPE, ...headers }, body });

  describe('WWW-Authenticate (RFC 6750, section 3):', () => {
    const challenged = async (headers: RawRequest['headers']) => {
      const { status, headers: answered, text } = await create('never', headers);
      const { reason, scope } = JSON.parse(text);
      return { status, reason, scope, challenge: answered['www-authenticate'] };
    };

    test('has no error for a request without a token', async () => {
      expect(await challenged({})).toStrictEqual({
        status: 401,
        reason: 'TOKEN_REQUIRED',
        scope: undefined,
        challenge: 'Bearer realm="api-rosetta"',
      });
    });

    test.each(['Basic YWRhOmxvdmVsYWNl', 'Bearer', 'Bearer one two', 'Bearer "quoted"'])(
      'has no error for the credentials %s',
      async (authorization) => {
        expect(await challenged({ authorization })).toMatchObject({
          status: 401,
          reason: 'TOKEN_MALFORMED',
          challenge: 'Bearer realm="api-rosetta"',
        });
      },
    );

    test('is invalid_token for an invalid token', async () => {
      const { status, reason, challenge } = await challenged({ authorization: 'Bearer a.b.c' });
      expect([status, reason]).toStrictEqual([401, 'TOKEN_INVALID']);
      expect(challenge).toMatch(
        /^Bearer realm="api-rosetta", error="invalid_token", error_description="[^"\\]+"$/,
      );
    });

    test('is invalid_token for an expired token', async () => {
      const { status, reason, challenge } = await challenged(
        await bearer({ subject: 'ada', seconds: -3600 }),
      );
      expect([status, reason]).toStrictEqual([401, 'TOKEN_EXPIRED']);
      expect(challenge).toMatch(
        /^Bearer realm="api-rosetta", error="invalid_token", error_description="[^"\\]+"$/,
      );
    });

    test('is insufficient_scope with the required scope for a token without it', async () => {
      expect(await challenged(await bearer({ subject: 'ada' }))).toStrictEqual({
        status: 403,
        reason: 'SCOPE_REQUIRED',
        scope: 'skills:write',
        challenge: 'Bearer realm="api-rosetta", error="insufficient_scope", scope="skills:write"',
      });
    });

    test('reaches our client as the required scope', async () => {
      const token = await served().service.identity.issue({ subject: 'ada' });
      const client = PROTOCOLS.rest.connect(served().address.rest, { token });
      const { details } = await errorOf(client.deleteSkill({ id: 'git', etag: '*' }));
      expect(details).toStrictEqual({ scope: 'skills:write' });
      await client.close();
    });

    test('cannot be broken by the text of an error', async () => {
      const text = 'a "b" \\ c\r\nSet-Cookie: d=é';
      const api = apiThat(() => Promise.reject(new SkillsError('UNAUTHENTICATED', 'TOKEN_INVALID', text)));
      const server = await PROTOCOLS.rest.serve(api, { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH });
      const { status, headers } = await sendHttp(server.address, '/api/skills/git');
      expect([status, headers['set-cookie'], headers['www-authenticate']]).toStrictEqual([
        401,
        undefined,
        'Bearer realm="api-rosetta", error="invalid_token", error_description="a \'b\' \' c\'\'Set-Cookie: d=\'"',
      ]);
      await server.stop();
    });

    test('is absent from a 403 that no scope would prevent', async () => {
      const { status, headers, text } = await http('/api/progress', {
        headers: await bearer({ subject: 'crawler', learner: false }),
      });
      expect([status, JSON.parse(text).reason, headers['www-authenticate']]).toStrictEqual([
        403,
        'LEARNER_REQUIRED',
        undefined,
      ]);
    });

    test('our client sends the token of a context before its own and rejects a malformed one', async () => {
      const token = await served().service.identity.issue({ subject: 'ada' });
      const client: SkillsClient = PROTOCOLS.rest.connect(served().address.rest, { token });
      expect(await client.listProgress({})).toStrictEqual({ items: [], totalSize: 0 });
      const reasonOf = async (context: object) => (await errorOf(client.listProgress({}, context))).reason;
      expect(await reasonOf({ token: 'a.b.c' })).toBe('TOKEN_INVALID');
      expect(await reasonOf({ token: 'a\r\nb' })).toBe('TOKEN_MALFORMED');
      await client.close();
    });
  });

  describe('progress:', () => {
    test('PUT returns the progress that GET lists, separately for each learner', async () => {
      const [grace, linus] = [await bearer({ subject: 'grace' }), await bearer({ subject: 'linus' })];
      const set = await put('rest', '{"status":"LEARNING"}', grace);
      expect([set.status, set.headers['content-type']]).toStrictEqual([200, 'application/json']);
      expect(Object.keys(JSON.parse(set.text))).toStrictEqual(['skillId', 'status', 'updateTime']);
      expect(JSON.parse(set.text)).toMatchObject({ skillId: 'rest', status: 'LEARNING' });
      const json = await put('json', '{"status":"LEARNED"}', grace);
      expect((await http('/api/progress', { headers: grace })).text).toBe(
        `{"items":[${json.text},${set.text}],"totalSize":2}`,
      );
      expect((await http('/api/progress', { headers: linus })).text).toBe('{"items":[],"totalSize":0}');
      const path = '/api/skills/rest/learning-path?fields=id';
      expect((await http(path, { headers: grace })).text).toBe(
        '{"skills":[{"id":"json"},{"id":"rest"}],"edges":[{"skillId":"rest","requiresId":"json"}],"learnedIds":["json"]}',
      );
      expect(JSON.parse((await http(path)).text).learnedIds).toStrictEqual([]);
    });

    test.each([
      ['{}', '', { pointer: '#/status' }],
      ['{"status":"MASTERED"}', '', { pointer: '#/status' }],
      ['"LEARNED"', '', { pointer: '#/status' }],
      ['{"status":"LEARNED","a/b":1}', '', { pointer: '#/a~1b' }],
      ['{"status":"LEARNED","skillId":"rest"}', '', { parameter: 'skillId' }],
      ['{"status":"LEARNED"}', '?colour=red', { parameter: 'colour' }],
    ])('PUT of %s%s is rejected with the place of the violation', async (body, query, place) => {
      const { status, text } = await put(`rest${query}`, body, await bearer({ subject: 'ada' }));
      expect([status, JSON.parse(text).errors]).toStrictEqual([
        400,
        [{ ...place, detail: expect.any(String) }],
      ]);
    });

    test('an invalid skill id in the path is a parameter error, and an unknown one is not found', async () => {
      const ada = await bearer({ subject: 'ada' });
      const bad = await put('No%20slug', '{"status":"LEARNED"}', ada);
      expect(JSON.parse(bad.text)).toMatchObject({ status: 400, errors: [{ parameter: 'skillId' }] });
      const unknown = await put('nothing', '{"status":"LEARNED"}', ada);
      expect(JSON.parse(unknown.text)).toMatchObject({
        status: 404,
        resource: { type: 'skill', id: 'nothing' },
      });
    });

    test('PUT rejects a body that is not JSON', async () => {
      const { status } = await put('rest', 'status=LEARNED', { 'content-type': 'text/plain' });
      expect(status).toBe(415);
    });

    test('our client rejects an invalid id before sending', async () => {
      const token = served().token;
      const client = PROTOCOLS.rest.connect(served().address.rest, { token });
      const { details } = await errorOf(client.setProgress({ skillId: '../skills', status: 'LEARNED' }));
      expect(details?.violations).toMatchObject([{ field: 'skillId' }]);
      await client.close();
    });
  });

  describe('Idempotency-Key (draft-ietf-httpapi-idempotency-key-header):', () => {
    const keyed = (key: string) => ({ authorization: `Bearer ${served().token}`, 'idempotency-key': key });

    test('a repeated request has one effect, with or without quotes around the key', async () => {
      const first = await create('keyed', keyed('"one"'));
      const second = await create('keyed', keyed('one'));
      expect([first.status, second.status]).toStrictEqual([201, 201]);
      expect([second.text, second.headers.etag, second.headers.location]).toStrictEqual([
        first.text,
        first.headers.etag,
        '/api/skills/keyed',
      ]);
      expect((await create('keyed', keyed('"two"'))).status).toBe(409);
    });

    test('another request with the same key gets 422', async () => {
      await create('reused', keyed('"reused"'));
      const { status, text } = await create('reused', keyed('"reused"'), 'Other');
      expect([status, JSON.parse(text)]).toMatchObject([
        422,
        { code: 'FAILED_PRECONDITION', reason: 'IDEMPOTENCY_KEY_REUSED' },
      ]);
    });

    test.each(['', '""', '"open', 'two words', '"a\\"b"', '"a", "b"', `"${'k'.repeat(129)}"`])(
      '%j is rejected without an effect',
      async (key) => {
        const { status, text } = await create('never', keyed(key));
        expect([status, JSON.parse(text).errors]).toMatchObject([400, [{ parameter: 'Idempotency-Key' }]]);
        expect((await http('/api/skills/never')).status).toBe(404);
      },
    );

    test('our client sends the key of a context and rejects one that a header cannot carry', async () => {
      const client = PROTOCOLS.rest.connect(served().address.rest, { token: served().token });
      const skill = { id: 'by-client', name: 'New', categoryIds: ['tools'] };
      const context = { idempotencyKey: 'client' };
      const made = await client.createSkill({ skill }, context);
      expect(await client.createSkill({ skill }, context)).toStrictEqual(made);
      const bad = client.deleteSkill({ id: 'by-client', etag: '*' }, { idempotencyKey: 'a"b' });
      expect((await errorOf(bad)).details?.violations).toMatchObject([{ field: 'idempotencyKey' }]);
      await client.close();
    });
  });

  testNothingLogged(served);
};
