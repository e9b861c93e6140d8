/** Header blocks: two of them say what HTTP's headers say elsewhere, and they are found by their namespaces alone. */

import { PROTOCOLS } from '../../../src/app/servers';
import type { CallContext } from '../../../src/contract/context';
import { SkillsError } from '../../../src/contract/errors';
import type { RunningServer, SkillsClient } from '../../../src/contract/protocol';
import { NO_GRAPH } from '../../support/implementations';
import { refusal } from '../../support/outcome';
import { apiThat } from '../../support/plain-api';
import { envelope, readSoap, soapPost } from '../../support/raw/ask';
import { sendHttp } from '../../support/raw/http';
import { nothingLogged, servedHere } from '../../support/raw/table';

const served = servedHere(['soap']);

/** What reached an api, which refuses everything. */
let reached: CallContext | undefined;
let server: RunningServer;
let client: SkillsClient;
beforeAll(async () => {
  const api = apiThat((_operation, _input, context) => {
    reached = context;
    return Promise.reject(new SkillsError('NOT_FOUND', 'REACHED', 'It came this far.'));
  });
  server = await PROTOCOLS.soap.serve(api, { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH });
  client = PROTOCOLS.soap.connect(server.address);
});
afterAll(async () => {
  await client.close();
  await server.stop();
});

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const JWT = 'ValueType="urn:ietf:params:oauth:token-type:jwt"';
const bst = (text: string, attributes = JWT) =>
  `<wsse:BinarySecurityToken ${attributes}>${text}</wsse:BinarySecurityToken>`;
const security = (content: string, attributes = '') =>
  `<wsse:Security xmlns:wsse="${WSSE}" ${attributes}>${content}</wsse:Security>`;
const key = (text: string, attributes = '') => `<IdempotencyKey ${attributes}>${text}</IdempotencyKey>`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const MUST = 'e:mustUnderstand="1"';
const NEXT = 'e:actor="http://schemas.xmlsoap.org/soap/actor/next"';
const ELSEWHERE = 'e:actor="urn:somebody-else"';

/** A body with more levels than the header has, so that nothing found in the one can be changed by the other. */
const CREATE =
  '<CreateSkill><skill><id>a</id><name>a</name><demonstrations><item><path>b</path><note/></item></demonstrations></skill></CreateSkill>';

const send = async (blocks: string, headers: Record<string, string> = {}) => {
  reached = undefined;
  const answer = await sendHttp(server.address, '/soap', {
    method: 'POST',
    headers: { 'content-type': 'text/xml', ...headers },
    body: envelope(CREATE, `<e:Header>${blocks}</e:Header>`),
  });
  const { token, idempotencyKey } = (reached ?? {}) as CallContext;
  const { status, code, reason } = readSoap(answer);
  return { said: [status, code, reason], token, idempotencyKey, answer };
};

/** To the service itself, with nothing of a caller but what the envelope says. */
const anonymous = async (body: string) => {
  const headers = { 'content-type': 'text/xml' };
  return readSoap(await sendHttp(served().address.soap, '/soap', { method: 'POST', headers, body }));
};

const REACHED = [500, 'NOT_FOUND', 'REACHED'];
const NOT_UNDERSTOOD = [500, 'UNIMPLEMENTED', 'HEADER_NOT_UNDERSTOOD'];
const TOKEN_MALFORMED = [401, 'UNAUTHENTICATED', 'TOKEN_MALFORMED'];
const INVALID = [500, 'INVALID_ARGUMENT', 'INVALID_INPUT'];

describe('a token:', () => {
  test.each([
    ["in HTTP's header", '', bearer('a.b.c')],
    ['as a BinarySecurityToken', security(bst('a.b.c')), {}],
    ['as one that must be understood', security(bst('a.b.c'), MUST), {}],
    ['as one for the next actor', security(bst('a.b.c'), `${MUST} ${NEXT}`), {}],
    ['as one of no type', security(bst('a.b.c', '')), {}],
    [
      'as one with an encoding and an id of its own',
      security(bst('a.b.c', `${JWT} Id="a" EncodingType="b"`)),
      {},
    ],
    ['between spaces', security(bst('\n  a.b.c\n  ')), {}],
    ['in CDATA', security(bst('<![CDATA[a.b]]>.c')), {}],
    ['in character references', security(bst('&#97;.b&#x2E;c')), {}],
    [
      'with another prefix',
      `<Security xmlns="${WSSE}"><BinarySecurityToken>a.b.c</BinarySecurityToken></Security>`,
      {},
    ],
    ['beside a Timestamp', security(`<u:Timestamp xmlns:u="urn:u" id="t"/>${bst('a.b.c')}`), {}],
    ['in both places', security(bst('a.b.c')), bearer('a.b.c')],
    ['twice', security(bst('a.b.c') + bst('a.b.c')), {}],
  ])('%s', async (_place, blocks, headers) => {
    const { said, token } = await send(blocks, headers as Record<string, string>);
    expect([said, token]).toStrictEqual([REACHED, 'a.b.c']);
  });

  test.each([
    ['in both places, but not the same', security(bst('a.b.c')), bearer('a.b.d')],
    ['twice, but not the same', security(bst('a.b.c') + bst('a.b.d')), {}],
    ['in two headers, but not the same', security(bst('a.b.c')) + security(bst('a.b.d')), {}],
    ['of another type', security(bst('a.b.c', 'ValueType="urn:kerberos"')), {}],
    ['that is empty', security(bst('')), {}],
    ['of two words', security(bst('a b')), {}],
    ['with an element in it', security(bst('a<b/>')), {}],
    ["that is none, in HTTP's header", '', { authorization: 'Basic YTpi' }],
  ])('%s: refused', async (_what, blocks, headers) => {
    const { said, answer } = await send(blocks, headers as Record<string, string>);
    expect(said).toStrictEqual(TOKEN_MALFORMED);
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_request"');
  });

  test.each([
    [
      'of another namespace',
      `<Security xmlns="urn:a"><BinarySecurityToken>a.b.c</BinarySecurityToken></Security>`,
    ],
    ['in another block', `<a xmlns="urn:a">${security(bst('a.b.c'))}</a>`],
    ['deeper in its own', security(`<a>${bst('a.b.c')}</a>`)],
    ['for another actor', security(bst('a.b.c'), ELSEWHERE)],
  ])('%s is none of ours', async (_what, blocks) => {
    const { said, token } = await send(blocks);
    expect([said, token]).toStrictEqual([REACHED, undefined]);
  });

  test('is enough for a write, and a Timestamp beside it brings no header into the answer', async () => {
    const timestamp =
      '<u:Timestamp xmlns:u="urn:u"><u:Created>2026-01-01T00:00:00Z</u:Created></u:Timestamp>';
    const header = `<e:Header>${security(timestamp + bst(served().token))}</e:Header>`;
    const set = '<SetProgress><skillId>git</skillId><status>LEARNED</status></SetProgress>';
    const answer = await anonymous(envelope(set, header));
    expect(answer.body).toContain('<progress><skillId>git</skillId><status>LEARNED</status><updateTime>');
    expect(answer.body).not.toContain('Header');
    const list = await anonymous(envelope('<ListProgress/>', header));
    expect(list.body).toContain('<items><item><skillId>git</skillId>');
    const { code, reason } = await anonymous(envelope(set));
    expect([code, reason]).toStrictEqual(['UNAUTHENTICATED', 'TOKEN_REQUIRED']);
  });
});

describe('an idempotency key:', () => {
  test.each([
    ['alone', key('a-1'), 'a-1'],
    ['that must be understood', key('a-1', MUST), 'a-1'],
    ['between spaces', key('\n a-1 '), 'a-1'],
    ['with markup', key('&lt;a&amp;<![CDATA[&]]>&gt;'), '<a&&>'],
    ['twice', key('a-1') + key('a-1'), 'a-1'],
    ['for another actor', key('a-1', ELSEWHERE), undefined],
    ['of another namespace', key('a-1', 'xmlns="urn:a"'), undefined],
    [
      'in another block',
      `<a xmlns="urn:a">${key('a-1', 'xmlns="urn:api-rosetta:skills:v1"')}</a>`,
      undefined,
    ],
  ])('%s', async (_kind, blocks, expected) => {
    const { said, idempotencyKey } = await send(blocks);
    expect([said, idempotencyKey]).toStrictEqual([REACHED, expected]);
  });

  test.each([
    ['that is empty', key('')],
    ['with a quote', key('a"b')],
    ['with an element', key('a<b/>')],
    ['too long', key('a'.repeat(129))],
    ['twice, but not the same', key('a-1') + key('a-2')],
  ])('%s: refused', async (_kind, blocks) => {
    expect((await send(blocks)).said).toStrictEqual(INVALID);
  });

  test('is sent by our client', async () => {
    const idempotencyKey = `<a>&amp;'`;
    await expect(client.deleteSkill({ id: 'a' }, { idempotencyKey, token: 'a.b.c' })).rejects.toThrow(
      'this far',
    );
    expect(reached).toMatchObject({ idempotencyKey, token: 'a.b.c' });
    const { code } = await refusal(client.deleteSkill({ id: 'a' }, { idempotencyKey: 'a"' }));
    expect(code).toBe('INVALID_ARGUMENT');
  });

  test('with the same input has one effect', async () => {
    const skill = '<id>once</id><name>Once</name><categoryIds><item>tools</item></categoryIds>';
    const xml = envelope(
      `<CreateSkill><skill>${skill}</skill></CreateSkill>`,
      `<e:Header>${key('once')}</e:Header>`,
    );
    const [first, second] = [await soapPost(xml)(served()), await soapPost(xml)(served())];
    expect(first.code).toBe('OK');
    expect(second).toStrictEqual(first);
    const { reason } = await soapPost(xml.replace('Once', 'Twice'))(served());
    expect(reason).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

describe('a block that must be understood, and is not:', () => {
  test.each([
    ['an unknown one', `<a xmlns="urn:a" ${MUST}/>`],
    ['a key of another namespace', key('a-1', `xmlns="urn:a" ${MUST}`)],
    ['a Security of another namespace', `<Security xmlns="urn:a" ${MUST}/>`],
    ['a Security with more than a token', security(`<wsse:UsernameToken/>${bst('a.b.c')}`, MUST)],
    ['one for the next actor', `<a xmlns="urn:a" ${MUST} ${NEXT}/>`],
    ['one for an actor of no name', `<a xmlns="urn:a" ${MUST} e:actor=""/>`],
    [
      'said by another prefix',
      '<a xmlns:f="http://schemas.xmlsoap.org/soap/envelope/" f:mustUnderstand="1"/>',
    ],
    ['said in a character reference', '<a e:mustUnderstand="&#49;"/>'],
    ['said as true', '<a e:mustUnderstand="true"/>'],
  ])('%s is refused', async (_kind, blocks) => {
    expect((await send(key('a-1') + blocks)).said).toStrictEqual(NOT_UNDERSTOOD);
  });

  test.each([
    ['an unknown one that need not be', '<a xmlns="urn:a" e:mustUnderstand="0"><b><c/></b></a>'],
    ['one for another actor', `<a xmlns="urn:a" ${MUST} ${ELSEWHERE}/>`],
    ["what is no attribute of SOAP's", '<a xmlns:f="urn:f" f:mustUnderstand="1" mustUnderstand="1"/>'],
    ['said deeper than a block', `<a xmlns="urn:a"><b ${MUST}/></a>`],
    ['an envelope in a block', envelope('<DeleteSkill><id>a</id></DeleteSkill>').replace(/^<\?.*?\?>/, '')],
    ['a Body of another namespace', '<Body xmlns="urn:a"><DeleteSkill id="a" href="#a"/></Body>'],
  ])('%s is ignored', async (_kind, blocks) => {
    expect((await send(blocks)).said).toStrictEqual(REACHED);
  });
});

nothingLogged(served);
