/** The OpenAPI document is valid, is what the server gives out, and every real answer is what it says. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import Ajv2020 from 'ajv/dist/2020';
import { type RawRequest, sendHttp } from '../../support/raw/http';
import { nothingLogged, servedHere } from '../../support/raw/table';

const served = servedHere();
const http = (target: string, request?: RawRequest) => sendHttp(served().address.rest, target, request);

const ROOT = path.join(__dirname, '../../..');
const FILE = path.join(ROOT, 'openapi/skills.json');
const DOCUMENT = JSON.parse(readFileSync(FILE, 'utf8'));

test('the document is valid OpenAPI 3.1', async () => {
  // The validator is an ES module alone, which Jest's own loader does not read; a process of its own does.
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

test('GET /api/openapi.json is the document', async () => {
  const { status, headers, text } = await http('/api/openapi.json');
  expect([status, headers['content-type']]).toStrictEqual([200, 'application/json']);
  expect(JSON.parse(text)).toStrictEqual(DOCUMENT);
});

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
ajv.addFormat('int32', {
  type: 'number',
  validate: (count) => Number.isInteger(count) && Math.abs(count) < 2 ** 31,
});
ajv.addSchema(DOCUMENT, 'openapi');

const pointer = (...steps: string[]): string =>
  steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

/** The path, the method and the answers that the document has for an operation. */
const described = (operationId: string) => {
  for (const [route, methods] of Object.entries<Record<string, { operationId: string; responses: object }>>(
    DOCUMENT.paths,
  )) {
    for (const [method, operation] of Object.entries(methods)) {
      if (operation.operationId === operationId) return { route, method, responses: operation.responses };
    }
  }
  throw new Error(`There is no operation ${operationId}`);
};

const expectAsDescribed = async (operationId: string, target: string, request: RawRequest = {}) => {
  const { route, method, responses } = described(operationId);
  expect(request.method ?? 'GET').toBe(method.toUpperCase());
  const pattern = new RegExp(`^/api${route.replaceAll('{id}', '[^/?]+')}(\\?.*)?$`);
  expect(target).toMatch(pattern);
  const { status, headers, text } = await http(target, request);
  const answer = String(status) in responses ? String(status) : 'default';
  if (answer === '204') return { status, text };
  const type = String(headers['content-type']);
  const $ref = `openapi#/${pointer('paths', route, method, 'responses', answer, 'content', type, 'schema')}`;
  const validate = ajv.compile({ $ref });
  validate(JSON.parse(text));
  expect(validate.errors).toBeNull();
  return { status, text };
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

describe('answers are as described:', () => {
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
  ])('%s of %s: %i', async (operationId, target, expected) => {
    expect((await expectAsDescribed(operationId, target)).status).toBe(expected);
  });

  test('a skill is made, changed and deleted', async () => {
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

test('a full skill is described as full: no field of it may be left out', () => {
  const { anyOf } = DOCUMENT.paths['/skills/{id}'].get.responses[200].content['application/json'].schema;
  expect(anyOf).toHaveLength(2);
  const validate = ajv.compile({ $ref: 'openapi#/components/schemas/Skill' });
  expect(validate({ id: 'git' })).toBe(false);
});

test('the document takes the requests that the server takes, and no others', async () => {
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
  ];
  expect(bodies.map(([schema, body]) => accepts(schema, body))).toStrictEqual(
    bodies.map(([, , valid]) => valid),
  );
  for (const [index, [schema, body, valid]] of bodies.entries()) {
    const id = `described-${index}`;
    await http('/api/skills', { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ ...NEW, id }) });
    const { status } =
      schema === 'NewSkill'
        ? await http('/api/skills', {
            method: 'POST',
            headers: JSON_TYPE,
            body: JSON.stringify({ ...body, ...(valid && { id: `${id}-new` }) }),
          })
        : await http(`/api/skills/${id}`, { ...PATCH, body: JSON.stringify(body) });
    expect([body, status < 300]).toStrictEqual([body, valid]);
  }
});

test('the orders that it names are those that the server takes', async () => {
  for (const order of DOCUMENT.components.schemas.SkillOrder.enum) {
    expect([order, (await http(`/api/skills?orderBy=${encodeURIComponent(order)}`)).status]).toStrictEqual([
      order,
      200,
    ]);
  }
});

nothingLogged(served);
