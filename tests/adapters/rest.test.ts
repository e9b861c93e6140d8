/** The peculiarities of REST: conditional requests, status codes, links, and JSON and XML for the same resource. */
import { XMLParser } from 'fast-xml-parser';
import { type RawRequest, sendHttp } from '../support/raw/http';
import { serveForTests, testNothingLogged } from '../support/raw/table';
import { describeAuthorization } from './rest/authorization';
import { describeConnection } from './rest/connection';
import { describeHttp } from './rest/http';
import { describeOpenapi } from './rest/openapi';
import { describeTelemetry } from './rest/telemetry';

const served = serveForTests(['rest']);
const http = (path: string, { headers, ...request }: RawRequest = {}) =>
  sendHttp(served().address.rest, path, {
    ...request,
    headers: { authorization: `Bearer ${served().token}`, ...headers },
  });
const get = (path: string, headers: Record<string, string> = {}) => http(path, { headers });

const JSON_TYPE = { 'content-type': 'application/json' };
const PATCH_TYPE = { 'content-type': 'application/merge-patch+json' };
const patch = (id: string, headers: Record<string, string>, body: object = { summary: 'Changed.' }) =>
  http(`/api/skills/${id}`, {
    method: 'PATCH',
    headers: { ...PATCH_TYPE, ...headers },
    body: JSON.stringify(body),
  });
const remove = (id: string, headers: Record<string, string> = {}) =>
  http(`/api/skills/${id}`, { method: 'DELETE', headers });
const create = (id: string, headers: Record<string, string> = {}) =>
  http('/api/skills', {
    method: 'POST',
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify({ id, name: id.toUpperCase(), categoryIds: ['tools'] }),
  });

describe('If-None-Match (RFC 9110, section 13.1.2):', () => {
  test('a matching entity tag gets 304 without a body', async () => {
    const { etag } = (await get('/api/skills/git')).headers;
    expect(etag).toMatch(/^"[\x21\x23-\x7e]+"$/);
    for (const tags of [`${etag}`, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await get('/api/skills/git', { 'if-none-match': tags });
      expect([answer.status, answer.text, answer.headers.etag]).toStrictEqual([304, '', etag]);
    }
  });

  test('any other entity tag gets the full response', async () => {
    for (const tags of ['"other"', 'W/"other", "another"', '']) {
      expect((await get('/api/skills/git', { 'if-none-match': tags })).status).toBe(200);
    }
  });

  test('XML and JSON of a skill have different entity tags, and If-Match accepts both', async () => {
    await create('tagged');
    const [json, xml] = [
      await get('/api/skills/tagged'),
      await get('/api/skills/tagged', { accept: 'application/xml' }),
    ];
    expect(json.headers.etag).not.toBe(xml.headers.etag);
    expect((await get('/api/skills/tagged', { 'if-none-match': String(xml.headers.etag) })).status).toBe(200);
    expect((await patch('tagged', { 'if-match': String(xml.headers.etag) })).status).toBe(200);
    expect((await patch('tagged', { 'if-match': String(json.headers.etag) })).status).toBe(412);
  });

  test('a partial response has no entity tag', async () => {
    expect((await get('/api/skills/git?fields=id')).headers.etag).toBeUndefined();
  });
});

describe('If-Match (RFC 9110, section 13.1.1):', () => {
  beforeAll(async () => {
    await create('matched');
  });
  const current = async () => String((await get('/api/skills/matched')).headers.etag);
  const outcome = async (headers: Record<string, string>) => {
    const { status, text } = await patch('matched', headers);
    return [status, JSON.parse(text).reason];
  };

  test('a write without it gets 428 (RFC 6585)', async () => {
    expect(await outcome({})).toStrictEqual([428, 'ETAG_REQUIRED']);
    expect((await remove('matched')).status).toBe(428);
  });

  test('a stale entity tag gets 412', async () => {
    expect(await outcome({ 'if-match': '"stale"' })).toStrictEqual([412, 'ETAG_MISMATCH']);
    expect((await remove('matched', { 'if-match': '"stale"' })).status).toBe(412);
  });

  test('a weak entity tag never matches', async () => {
    expect(await outcome({ 'if-match': `W/${await current()}` })).toStrictEqual([412, 'ETAG_MISMATCH']);
  });

  test.each(['unquoted', '', '"a b"', '"open', '"one" "two"', '"one", two', '*, "one"'])(
    '%j is rejected, because it is no list of entity tags',
    async (tags) => {
      expect(await outcome({ 'if-match': tags })).toStrictEqual([400, 'INVALID_INPUT']);
      expect((await get('/api/skills/matched', { 'if-match': tags })).status).toBe(400);
    },
  );

  test('a list permits the write if one of its tags is current', async () => {
    expect(await outcome({ 'if-match': '"one", "two"' })).toStrictEqual([412, 'ETAG_MISMATCH']);
    expect(await outcome({ 'if-match': `"one",W/${await current()}` })).toStrictEqual([412, 'ETAG_MISMATCH']);
    expect((await patch('matched', { 'if-match': `"one" , ,${await current()}` })).status).toBe(200);
    const xml = (await current()).replace(/"$/, '.xml"');
    expect((await patch('matched', { 'if-match': `"one",${xml}` })).status).toBe(200);
    expect((await remove('matched', { 'if-match': '"one", "two"' })).status).toBe(412);
  });

  test('a read is made only if its tag is current', async () => {
    const status = async (tags: string, path = '') =>
      (await get(`/api/skills/matched${path}`, { 'if-match': tags })).status;
    expect([await status('"stale"'), await status(await current()), await status('*')]).toStrictEqual([
      412, 200, 200,
    ]);
    expect(await status(await current(), '?fields=id')).toBe(412);
    // If-Match is evaluated first (RFC 9110, section 13.2.2).
    const both = { 'if-match': '"stale"', 'if-none-match': await current() };
    expect((await get('/api/skills/matched', both)).status).toBe(412);
  });

  test('the current entity tag and * permit the write', async () => {
    const changed = await patch('matched', { 'if-match': await current() });
    expect([changed.status, changed.headers.etag]).toStrictEqual([200, await current()]);
    expect((await patch('matched', { 'if-match': ' * ' }, { summary: 'Again.' })).status).toBe(200);
  });
});

describe('If-None-Match on a write (RFC 9110, section 13.1.2):', () => {
  beforeAll(async () => {
    await create('unmatched');
  });
  const current = async () => String((await get('/api/skills/unmatched')).headers.etag);

  test('a tag that names the current version gets 412, and nothing is changed', async () => {
    const before = await current();
    for (const tags of ['*', before, `W/${before}`, `"x", ${before.replace(/"$/, '.xml"')}`]) {
      const conditions = { 'if-match': '*', 'if-none-match': tags };
      expect((await patch('unmatched', conditions)).status).toBe(412);
      expect((await remove('unmatched', conditions)).status).toBe(412);
    }
    expect(await current()).toBe(before);
  });

  test('any other tag permits the write, which still needs If-Match', async () => {
    expect((await patch('unmatched', { 'if-none-match': '"x"' })).status).toBe(428);
    expect((await patch('unmatched', { 'if-match': '*', 'if-none-match': '"x"' })).status).toBe(200);
    expect((await patch('nowhere', { 'if-match': '*', 'if-none-match': '*' })).status).toBe(404);
  });
});

describe('preconditions of progress, which has no entity tags:', () => {
  const put = async (skillId: string, conditions: Record<string, string>) =>
    (
      await http(`/api/progress/${skillId}`, {
        method: 'PUT',
        headers: { ...JSON_TYPE, ...conditions },
        body: '{"status":"PLANNED"}',
      })
    ).status;

  test('* names progress that exists, and a tag names none', async () => {
    await create('unlearned');
    expect(await put('unlearned', { 'if-match': '*' })).toBe(412);
    expect(await put('unlearned', { 'if-none-match': '*' })).toBe(200);
    expect(await put('unlearned', { 'if-none-match': '*' })).toBe(412);
    expect(await put('unlearned', { 'if-match': '"x"' })).toBe(412);
    expect(await put('unlearned', { 'if-match': '*', 'if-none-match': '"x"' })).toBe(200);
    expect(await put('unlearned', { 'if-none-match': 'x' })).toBe(400);
  });
});

describe('writes:', () => {
  test('201 has the Location of the new skill', async () => {
    const { status, headers, text } = await create('located');
    expect([status, headers.location]).toStrictEqual([201, '/api/skills/located']);
    const found = await get(String(headers.location));
    expect([found.text, found.headers.etag]).toStrictEqual([text, headers.etag]);
  });

  test('a merge patch removes members with null and keeps absent ones (RFC 7396)', async () => {
    await create('merged');
    await patch('merged', { 'if-match': '*' }, { level: 'ADVANCED', tags: ['a', 'b'] });
    const { text } = await patch('merged', { 'if-match': '*' }, { level: null, tags: ['c'] });
    expect(JSON.parse(text)).toMatchObject({ name: 'MERGED', tags: ['c'] });
    expect(JSON.parse(text)).not.toHaveProperty('level');
  });

  test('204 has no body', async () => {
    await create('removed');
    const { status, text, headers } = await remove('removed', { 'if-match': '*' });
    expect([status, text, headers['content-type']]).toStrictEqual([204, '', undefined]);
    expect((await get('/api/skills/removed')).status).toBe(404);
  });
});

test('Link rel=next leads to the next page of the same query (RFC 8288)', async () => {
  const found: string[] = [];
  let next: string | undefined = '/api/skills?tag=http&orderBy=name%20desc&pageSize=3&fields=id&fields=name';
  let pages = 0;
  while (next !== undefined) {
    const { text, headers } = await get(next);
    found.push(...JSON.parse(text).items.map(({ id }: { id: string }) => id));
    next = /^<([^>]+)>; rel="next"$/.exec(String(headers.link ?? ''))?.[1];
    pages += 1;
  }
  const { items } = await served().service.api.listSkills({
    tag: 'http',
    orderBy: 'NAME_DESC',
    pageSize: 200,
  });
  expect(found).toStrictEqual(items.map(({ id }) => id));
  expect(pages).toBe(Math.ceil(items.length / 3));
});

const LISTS =
  /^(items|skills|missingIds|edges|learnedIds|categoryIds|tags|requires|related|aliases|demonstrations|errors)$/;
const PARSER = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => name === 'item',
  ignoreDeclaration: true,
});

/** The items of a problem are `<i>` (RFC 9457, appendix B). */
const itemsOf = ({ item, i }: Record<string, unknown>): unknown[] => [item ?? i].flat();

/** Converts parsed XML to the equivalent JSON value. */
const fromXml = (value: unknown, name = ''): unknown => {
  if (LISTS.test(name))
    return value === '' ? [] : itemsOf(value as Record<string, unknown>).map((item) => fromXml(item));
  if (/^(position|totalSize|status)$/.test(name) && /^\d+$/.test(String(value))) return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fromXml(member, key)]));
};

describe('XML and JSON have equal contents:', () => {
  const XML = { accept: 'application/xml' };
  beforeAll(async () => {
    const body = '{"status":"LEARNED"}';
    expect((await http('/api/progress/json', { method: 'PUT', headers: JSON_TYPE, body })).status).toBe(200);
  });

  test.each([
    ['/api/categories', 'categories'],
    ['/api/categories?fields=id,parentId', 'categories'],
    ['/api/categories/api-styles', 'category'],
    ['/api/skills/rest', 'skill'],
    ['/api/skills/git?fields=name,aliases', 'skill'],
    ['/api/skills?tag=http&pageSize=2', 'page'],
    ['/api/skills?q=nothing%20at%20all', 'page'],
    ['/api/skills:batchGet?ids=git&ids=nothing', 'batch'],
    ['/api/skills/oauth2/learning-path', 'learningPath'],
    ['/api/skills/git/learning-path', 'learningPath'],
    ['/api/progress', 'progressList'],
    ['/api/skills/nothing', 'problem'],
    ['/api/skills?pageSize=-1', 'problem'],
    ['/nowhere', 'problem'],
  ])('%s', async (path, root) => {
    const [json, xml] = [await get(path), await get(path, XML)];
    const type = root === 'problem' ? 'application/problem+xml' : 'application/xml';
    expect([xml.status, xml.headers['content-type']]).toStrictEqual([json.status, type]);
    const parsed = PARSER.parse(xml.text);
    expect(Object.keys(parsed)).toStrictEqual([root]);
    expect(fromXml(parsed[root])).toStrictEqual(JSON.parse(json.text));
  });

  test('a created and an updated skill with text that XML must escape', async () => {
    const name = ' <b> & "c" ]]> \n\u00A0😀 ';
    const body = JSON.stringify({ id: 'escaped', name, categoryIds: ['tools'] });
    const created = await http('/api/skills', { method: 'POST', headers: { ...JSON_TYPE, ...XML }, body });
    expect([created.status, created.headers['content-type']]).toStrictEqual([201, 'application/xml']);
    expect(fromXml(PARSER.parse(created.text).skill)).toMatchObject({ name });
    const changed = await patch('escaped', { 'if-match': String(created.headers.etag), ...XML });
    expect(fromXml(PARSER.parse(changed.text).skill)).toMatchObject({ name, summary: 'Changed.' });
    expect(changed.headers.etag).toMatch(/\.xml"$/);
  });
});

// One file runs all of these suites, because starting the servers costs more than each suite.
describe('authorization, progress and idempotency keys', describeAuthorization);
describe('connections', describeConnection);
describe('HTTP semantics', describeHttp);
describe('OpenAPI document', describeOpenapi);
describe('telemetry', describeTelemetry);

testNothingLogged(served);
