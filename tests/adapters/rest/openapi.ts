/** The OpenAPI document is valid, the server serves it, and real responses match it. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import Ajv2020 from 'ajv/dist/2020';
import { type RawRequest, sendHttp } from '../../support/raw/http';
import { serveForTests, testNothingLogged } from '../../support/raw/table';

const ROOT = path.join(__dirname, '../../..');
const FILE = path.join(ROOT, 'openapi/skills.json');
const DOCUMENT = JSON.parse(readFileSync(FILE, 'utf8'));

const ajv = new Ajv2020({ strict: false, allErrors: true });

const pointer = (...steps: string[]): string =>
  steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

interface Described {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

/** The path, method and responses of an operation in the document. */
const described = (operationId: string) => {
  for (const [route, methods] of Object.entries<Record<string, Described>>(DOCUMENT.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (operation.operationId === operationId) return { route, method, ...operation };
    }
  }
  throw new Error(`The document has no operation ${operationId}`);
};

const JSON_TYPE = { 'content-type': 'application/json' };
const PATCH = {
  method: 'PATCH',
  headers: { 'content-type': 'application/merge-patch+json', 'if-match': '*' },
};
const NEW = {
  id: 'new',
  name: 'New',
  categoryIds: ['tools'],
  level: 'ADVANCED',
  demonstrations: [{ path: 'a', note: '' }],
};

const SET = { method: 'PUT', headers: JSON_TYPE, body: '{"status":"LEARNED"}' };

export const describeOpenapi = (): void => {
  const served = serveForTests(['rest']);
  const http = (target: string, { headers, ...request }: RawRequest = {}) =>
    sendHttp(served().address.rest, target, {
      ...request,
      headers: { authorization: `Bearer ${served().token}`, ...headers },
    });

  test('the document is valid OpenAPI 3.1', async () => {
    // The validator is an ES module, which the loader of Jest cannot load, so it runs in a child process.
    const script = `
    import { Validator } from '@seriousme/openapi-schema-validator';
    const validator = new Validator();
    const result = await validator.validate(process.argv[1]);
    console.log(JSON.stringify({ ...result, version: validator.version }));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script, FILE],
      { cwd: ROOT },
    );
    expect(JSON.parse(stdout)).toStrictEqual({ valid: true, version: '3.1' });
  });

  test('GET /api/openapi.json returns the document', async () => {
    const { status, headers, text } = await http('/api/openapi.json');
    expect([status, headers['content-type']]).toStrictEqual([200, 'application/json']);
    const servers = [{ url: `${served().address.rest}/api` }];
    expect(JSON.parse(text)).toStrictEqual({ ...DOCUMENT, servers });
  });
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  ajv.addFormat('int32', {
    type: 'number',
    validate: (count) => Number.isInteger(count) && Math.abs(count) < 2 ** 31,
  });
  ajv.addSchema(DOCUMENT, 'openapi');

  const expectAsDescribed = async (operationId: string, target: string, request: RawRequest = {}) => {
    const { route, method, responses } = described(operationId);
    expect(request.method ?? 'GET').toBe(method.toUpperCase());
    const pattern = new RegExp(`^/api${route.replaceAll(/\{\w+\}/g, '[^/?]+')}(\\?.*)?$`);
    expect(target).toMatch(pattern);
    const { status, headers, text } = await http(target, request);
    const answer = String(status) in responses ? String(status) : 'default';
    if (answer === '204') return { status, text };
    const type = String(headers['content-type']);
    const place = responses[answer]?.$ref?.slice(2) ?? pointer('paths', route, method, 'responses', answer);
    const $ref = `openapi#/${place}/${pointer('content', type, 'schema')}`;
    const validate = ajv.compile({ $ref });
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
    return { status, text };
  };

  describe('responses match the document:', () => {
    test.each([
      ['listCategories', '/api/categories', 200],
      ['listCategories', '/api/categories?fields=parentId', 200],
      ['listCategories', '/api/categories?fields=colour', 400],
      ['getCategory', '/api/categories/api-styles', 200],
      ['getCategory', '/api/categories/api-styles?fields=position,name', 200],
      ['getCategory', '/api/categories/nothing', 404],
      ['getSkill', '/api/skills/rest', 200],
      ['getSkill', '/api/skills/git', 200],
      ['getSkill', '/api/skills/git?fields=etag,updateTime', 200],
      ['getSkill', '/api/skills/nothing', 404],
      ['listSkills', '/api/skills', 200],
      ['listSkills', '/api/skills?category=apis&tag=http&q=a&orderBy=updateTime%20desc&pageSize=1', 200],
      ['listSkills', '/api/skills?q=nothing%20at%20all&fields=demonstrations', 200],
      ['listSkills', '/api/skills?pageSize=-1&pageToken=', 400],
      ['batchGetSkills', '/api/skills:batchGet?ids=git&ids=nothing', 200],
      ['batchGetSkills', '/api/skills:batchGet?ids=git&fields=id', 200],
      ['batchGetSkills', '/api/skills:batchGet', 400],
      ['getLearningPath', '/api/skills/microservices/learning-path', 200],
      ['getLearningPath', '/api/skills/git/learning-path?fields=level', 200],
      ['getLearningPath', '/api/skills/nothing/learning-path', 404],
      ['listProgress', '/api/progress', 200],
      ['listProgress', '/api/progress?colour=red', 400],
    ])('%s of %s: %i', async (operationId, target, expected) => {
      expect((await expectAsDescribed(operationId, target)).status).toBe(expected);
    });

    test('createSkill, updateSkill and deleteSkill, with their errors', async () => {
      const post = (body: object) => ({ method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
      const change = (body: object, headers: object = {}) => ({
        ...PATCH,
        headers: { ...PATCH.headers, ...headers },
        body: JSON.stringify(body),
      });
      const statuses = [
        await expectAsDescribed('createSkill', '/api/skills', post(NEW)),
        await expectAsDescribed('createSkill', '/api/skills', post(NEW)),
        await expectAsDescribed('createSkill', '/api/skills', post({ colour: 'red' })),
        await expectAsDescribed('updateSkill', '/api/skills/new', change({ level: null })),
        await expectAsDescribed('updateSkill', '/api/skills/new', change({}, { 'if-match': '"stale"' })),
        await expectAsDescribed('updateSkill', '/api/skills/new', change({ requires: ['new'] })),
        await expectAsDescribed('deleteSkill', '/api/skills/new', { method: 'DELETE' }),
        await expectAsDescribed('deleteSkill', '/api/skills/new', {
          method: 'DELETE',
          headers: { 'if-match': '*' },
        }),
      ].map(({ status }) => status);
      expect(statuses).toStrictEqual([201, 409, 400, 200, 412, 400, 428, 204]);
    });
  });

  test('responses of setProgress and listProgress match the document', async () => {
    const key = { 'idempotency-key': '"described"' };
    const set = (target: string, body: string, headers: object = {}) =>
      expectAsDescribed('setProgress', target, { ...SET, body, headers: { ...SET.headers, ...headers } });
    const statuses = [
      await set('/api/progress/git', SET.body, key),
      await set('/api/progress/rest', SET.body, key),
      await set('/api/progress/git', '{}'),
      await set('/api/progress/nothing', SET.body),
      await expectAsDescribed('listProgress', '/api/progress'),
      await expectAsDescribed('listProgress', '/api/progress', {
        headers: { authorization: 'Bearer a.b.c' },
      }),
    ].map(({ status }) => status);
    expect(statuses).toStrictEqual([200, 422, 400, 404, 200, 401]);
  });

  const long = (count: number) => 'x'.repeat(count);
  const many = (count: number) => Array.from({ length: count }, (_, index) => `tag-${index}`);
  test.each<[string, object, boolean]>([
    ['the longest texts', { name: long(200), summary: long(4000), tags: [long(60)] }, true],
    ['the longest list', { tags: many(100) }, true],
    ['an empty name', { name: '' }, false],
    ['a long name', { name: long(201) }, false],
    ['a long summary', { summary: long(4001) }, false],
    ['no category', { categoryIds: [] }, false],
    ['a category twice', { categoryIds: ['tools', 'tools'] }, false],
    ['an empty tag', { tags: [''] }, false],
    ['a long tag', { tags: [long(61)] }, false],
    ['a tag twice', { tags: ['a', 'a'] }, false],
    ['too many tags', { tags: many(101) }, false],
    ['a long alias', { aliases: [long(201)] }, false],
    ['a demonstration without a path', { demonstrations: [{ path: '', note: '' }] }, false],
    ['a long note', { demonstrations: [{ path: 'a', note: long(201) }] }, false],
    ['an unknown level', { level: 'EXPERT' }, false],
    ['an unknown member', { colour: 'red' }, false],
  ])('the document and the server agree about %s', async (_what, members, isValid) => {
    const [skill, patch] = [{ ...NEW, id: 'bounded', ...members }, members];
    for (const [schema, body] of Object.entries({ NewSkill: skill, SkillPatch: patch }))
      expect(ajv.validate({ $ref: `openapi#/components/schemas/${schema}` }, body)).toBe(isValid);
    const create = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(skill) };
    expect((await http('/api/skills', create)).status).toBe(isValid ? 201 : 400);
    if (isValid) await http('/api/skills/bounded', { method: 'DELETE', headers: { 'if-match': '*' } });
  });

  describe('the security requirements of the document hold for', () => {
    const post = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(NEW) };
    test.each<[string, string, RawRequest]>([
      ['listCategories', '/api/categories', {}],
      ['getCategory', '/api/categories/tools', {}],
      ['getSkill', '/api/skills/git', {}],
      ['listSkills', '/api/skills', {}],
      ['batchGetSkills', '/api/skills:batchGet?ids=git', {}],
      ['getLearningPath', '/api/skills/git/learning-path', {}],
      ['createSkill', '/api/skills', post],
      ['updateSkill', '/api/skills/nothing', { ...PATCH, body: '{}' }],
      ['deleteSkill', '/api/skills/nothing', { ...PATCH, method: 'DELETE' }],
      ['setProgress', '/api/progress/git', SET],
      ['listProgress', '/api/progress', {}],
    ])('%s', async (operationId, target, request) => {
      const needs: NonNullable<Described['security']> = described(operationId).security ?? DOCUMENT.security;
      const anonymous = await sendHttp(served().address.rest, target, request);
      expect(anonymous.status === 401).toBe(needs.every((need) => 'bearer' in need));
      const token = await served().service.identity.issue({ subject: 'grace' });
      const headers = { ...request.headers, authorization: `Bearer ${token}` };
      const { status } = await expectAsDescribed(operationId, target, { ...request, headers });
      expect(status === 403).toBe(needs.some(({ bearer = [] }) => bearer.includes('skills:write')));
    });
  });

  test('the schema of a full skill requires its fields', () => {
    const { anyOf } = DOCUMENT.paths['/skills/{id}'].get.responses[200].content['application/json'].schema;
    expect(anyOf).toHaveLength(2);
    const validate = ajv.compile({ $ref: 'openapi#/components/schemas/Skill' });
    expect(validate({ id: 'git' })).toBe(false);
  });

  test('the document and the server accept the same request bodies', async () => {
    const accepts = (schema: string, body: object) =>
      ajv.validate({ $ref: `openapi#/components/schemas/${schema}` }, body);
    const bodies: [string, object, boolean][] = [
      ['NewSkill', NEW, true],
      ['NewSkill', { id: 'new', name: 'New' }, false],
      ['NewSkill', { ...NEW, colour: 'red' }, false],
      ['NewSkill', { ...NEW, level: null }, false],
      ['NewSkill', { ...NEW, id: 'Not a slug' }, false],
      ['SkillPatch', { level: null }, true],
      ['SkillPatch', {}, true],
      ['SkillPatch', { id: 'other' }, false],
      ['SkillPatch', { level: 'EXPERT' }, false],
      ['SetProgress', { status: 'PLANNED' }, true],
      ['SetProgress', { status: 'MASTERED' }, false],
      ['SetProgress', { status: 'PLANNED', skillId: 'git' }, false],
    ];
    expect(bodies.map(([schema, body]) => accepts(schema, body))).toStrictEqual(
      bodies.map(([, , valid]) => valid),
    );
    for (const [index, [schema, body, valid]] of bodies.entries()) {
      const id = `described-${index}`;
      await http('/api/skills', { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ ...NEW, id }) });
      const sent: Record<string, [target: string, request: RawRequest]> = {
        NewSkill: [
          '/api/skills',
          {
            method: 'POST',
            headers: JSON_TYPE,
            body: JSON.stringify({ ...body, ...(valid && { id: `${id}-new` }) }),
          },
        ],
        SkillPatch: [`/api/skills/${id}`, { ...PATCH, body: JSON.stringify(body) }],
        SetProgress: ['/api/progress/git', { ...SET, body: JSON.stringify(body) }],
      };
      const { status } = await http(...sent[schema]!);
      expect([body, status < 300]).toStrictEqual([body, valid]);
    }
  });

  test('the server accepts every order of the document', async () => {
    for (const order of DOCUMENT.components.schemas.SkillOrder.enum) {
      expect([order, (await http(`/api/skills?orderBy=${encodeURIComponent(order)}`)).status]).toStrictEqual([
        order,
        200,
      ]);
    }
  });

  testNothingLogged(served);
};
