/** SOAP header blocks: WS-Security tokens and idempotency keys, identified by their namespaces. */

import { PROTOCOLS } from '../../../src/app/servers';
import type { CallContext } from '../../../src/contract/context';
import { SkillsError } from '../../../src/contract/errors';
import type { RunningServer, SkillsClient } from '../../../src/contract/protocol';
import { NO_GRAPH } from '../../support/implementations';
import { errorOf } from '../../support/outcome';
import { apiThat } from '../../support/plain-api';
import { sendHttp } from '../../support/raw/http';
import { decodeSoap, envelope, soapPost } from '../../support/raw/requests';
import { serveForTests, testNothingLogged } from '../../support/raw/table';

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const BASE64 =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary';
const JWT = 'ValueType="urn:ietf:params:oauth:token-type:jwt"';
const bst = (text: string, attributes = JWT) =>
  `<wsse:BinarySecurityToken ${attributes}>${text}</wsse:BinarySecurityToken>`;
const security = (content: string, attributes = '') =>
  `<wsse:Security xmlns:wsse="${WSSE}" ${attributes}>${content}</wsse:Security>`;
const key = (text: string, attributes = '') => `<IdempotencyKey ${attributes}>${text}</IdempotencyKey>`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const MUST = 'e:mustUnderstand="1"';
const NEXT = 'e:actor="http://schemas.xmlsoap.org/soap/actor/next"';
const OTHER_ACTOR = 'e:actor="urn:other-actor"';

/** A body that is deeper than the header, so that the parser must keep the two apart. */
const CREATE =
  '<CreateSkill><skill><id>a</id><name>a</name><demonstrations><item><path>b</path><note/></item></demonstrations></skill></CreateSkill>';

const REACHED = [500, 'NOT_FOUND', 'REACHED'];
const NOT_UNDERSTOOD = [500, 'UNIMPLEMENTED', 'HEADER_NOT_UNDERSTOOD'];
const TOKEN_MALFORMED = [401, 'UNAUTHENTICATED', 'TOKEN_MALFORMED'];
const INVALID = [500, 'INVALID_ARGUMENT', 'INVALID_INPUT'];

export const describeHeaderBlocks = (): void => {
  const served = serveForTests(['soap']);

  /** The context of the last call that reached the API, which rejects every call. */
  let reached: CallContext | undefined;
  let server: RunningServer;
  let client: SkillsClient;
  beforeAll(async () => {
    const api = apiThat((_operation, _input, context) => {
      reached = context;
      return Promise.reject(new SkillsError('NOT_FOUND', 'REACHED', 'The call reached the service.'));
    });
    server = await PROTOCOLS.soap.serve(api, { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH });
    client = PROTOCOLS.soap.connect(server.address);
  });
  afterAll(async () => {
    await client.close();
    await server.stop();
  });

  const send = async (blocks: string, headers: Record<string, string> = {}) => {
    reached = undefined;
    const answer = await sendHttp(server.address, '/soap', {
      method: 'POST',
      headers: { 'content-type': 'text/xml', ...headers },
      body: envelope(CREATE, `<e:Header>${blocks}</e:Header>`),
    });
    const { token, idempotencyKey } = (reached ?? {}) as CallContext;
    const { status, code, reason } = decodeSoap(answer);
    return { error: [status, code, reason], token, idempotencyKey, answer };
  };

  /** Calls the service without HTTP headers of the client; only the envelope has credentials. */
  const anonymous = async (body: string) => {
    const headers = { 'content-type': 'text/xml' };
    return decodeSoap(await sendHttp(served().address.soap, '/soap', { method: 'POST', headers, body }));
  };

  describe('a token is read', () => {
    test.each([
      ['in the HTTP header', '', bearer('a.b.c')],
      ['as a BinarySecurityToken', security(bst('a.b.c')), {}],
      ['as one with mustUnderstand', security(bst('a.b.c'), MUST), {}],
      ['as one for the next actor', security(bst('a.b.c'), `${MUST} ${NEXT}`), {}],
      ['as one without a type', security(bst('a.b.c', '')), {}],
      [
        'as one with an encoding and an id of its own',
        security(bst('a.b.c', `${JWT} Id="a" EncodingType="b"`)),
        {},
      ],
      [
        'in Base64, where its EncodingType says so',
        security(bst(Buffer.from('a.b.c').toString('base64'), `${JWT} EncodingType="${BASE64}"`)),
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
      const { error, token } = await send(blocks, headers as Record<string, string>);
      expect([error, token]).toStrictEqual([REACHED, 'a.b.c']);
    });

    test.each([
      ['that differs between the HTTP header and the block', security(bst('a.b.c')), bearer('a.b.d')],
      ['that differs between two elements of a block', security(bst('a.b.c') + bst('a.b.d')), {}],
      ['that differs between two blocks', security(bst('a.b.c')) + security(bst('a.b.d')), {}],
      ['of another type', security(bst('a.b.c', 'ValueType="urn:kerberos"')), {}],
      ['that is empty', security(bst('')), {}],
      ['that is not the Base64 it says', security(bst('a.b.c', `EncodingType="${BASE64}"`)), {}],
      ['in Base64 without padding', security(bst('YS5iLmM', `EncodingType="${BASE64}"`)), {}],
      ['of two words', security(bst('a b')), {}],
      ['with an element in it', security(bst('a<b/>')), {}],
      ['of another scheme in the HTTP header', '', { authorization: 'Basic YTpi' }],
    ])('%s is rejected', async (_what, blocks, headers) => {
      const { error, answer } = await send(blocks, headers as Record<string, string>);
      expect(error).toStrictEqual(TOKEN_MALFORMED);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="api-rosetta"');
    });

    test.each([
      [
        'of another namespace',
        `<Security xmlns="urn:a"><BinarySecurityToken>a.b.c</BinarySecurityToken></Security>`,
      ],
      ['in another block', `<a xmlns="urn:a">${security(bst('a.b.c'))}</a>`],
      ['deeper in its own', security(`<a>${bst('a.b.c')}</a>`)],
      ['for another actor', security(bst('a.b.c'), OTHER_ACTOR)],
    ])('%s is ignored', async (_what, blocks) => {
      const { error, token } = await send(blocks);
      expect([error, token]).toStrictEqual([REACHED, undefined]);
    });

    test('and authorizes a write; a Timestamp beside it adds no header to the response', async () => {
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
      ['in a block', key('a-1'), 'a-1'],
      ['with mustUnderstand', key('a-1', MUST), 'a-1'],
      ['between spaces', key('\n a-1 '), 'a-1'],
      ['with markup', key('&lt;a&amp;<![CDATA[&]]>&gt;'), '<a&&>'],
      ['twice', key('a-1') + key('a-1'), 'a-1'],
      ['for another actor', key('a-1', OTHER_ACTOR), undefined],
      ['of another namespace', key('a-1', 'xmlns="urn:a"'), undefined],
      [
        'in another block',
        `<a xmlns="urn:a">${key('a-1', 'xmlns="urn:api-rosetta:skills:v1"')}</a>`,
        undefined,
      ],
    ])('%s has the expected value', async (_kind, blocks, expected) => {
      const { error, idempotencyKey } = await send(blocks);
      expect([error, idempotencyKey]).toStrictEqual([REACHED, expected]);
    });

    test.each([
      ['that is empty', key('')],
      ['with a quote', key('a"b')],
      ['with an element', key('a<b/>')],
      ['too long', key('a'.repeat(129))],
      ['that differs between two blocks', key('a-1') + key('a-2')],
    ])('%s is rejected', async (_kind, blocks) => {
      expect((await send(blocks)).error).toStrictEqual(INVALID);
    });

    test('is sent by our client', async () => {
      const idempotencyKey = `<a>&amp;'`;
      await expect(client.deleteSkill({ id: 'a' }, { idempotencyKey, token: 'a.b.c' })).rejects.toThrow(
        'reached the service',
      );
      expect(reached).toMatchObject({ idempotencyKey, token: 'a.b.c' });
      const { code } = await errorOf(client.deleteSkill({ id: 'a' }, { idempotencyKey: 'a"' }));
      expect(code).toBe('INVALID_ARGUMENT');
    });

    test('repeated with the same input has one effect', async () => {
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

  describe('mustUnderstand:', () => {
    test.each([
      ['an unknown block', `<a xmlns="urn:a" ${MUST}/>`],
      ['a key of another namespace', key('a-1', `xmlns="urn:a" ${MUST}`)],
      ['a Security of another namespace', `<Security xmlns="urn:a" ${MUST}/>`],
      ['a Security with more than a token', security(`<wsse:UsernameToken/>${bst('a.b.c')}`, MUST)],
      ['a block for the next actor', `<a xmlns="urn:a" ${MUST} ${NEXT}/>`],
      ['a block for an empty actor', `<a xmlns="urn:a" ${MUST} e:actor=""/>`],
      [
        'an attribute with another prefix',
        '<a xmlns:f="http://schemas.xmlsoap.org/soap/envelope/" f:mustUnderstand="1"/>',
      ],
      ['an attribute with a character reference', '<a e:mustUnderstand="&#49;"/>'],
      ['an attribute with the value true', '<a e:mustUnderstand="true"/>'],
    ])('%s is rejected', async (_kind, blocks) => {
      expect((await send(key('a-1') + blocks)).error).toStrictEqual(NOT_UNDERSTOOD);
    });

    test.each([
      ['an unknown operation', '<Nothing xmlns="urn:x"/>', {}],
      ['an invalid input', '<ListSkills><pageSize>x</pageSize></ListSkills>', {}],
      ['an empty Body', '', {}],
      ['a token that is not one', CREATE, { authorization: 'Basic YTpi' }],
    ])('is judged before %s', async (_what, body, headers) => {
      const answer = await sendHttp(server.address, '/soap', {
        method: 'POST',
        headers: { 'content-type': 'text/xml', ...(headers as Record<string, string>) },
        body: envelope(body, `<e:Header>${key('a"b')}<a xmlns="urn:a" ${MUST}/></e:Header>`),
      });
      expect(decodeSoap(answer).reason).toBe('HEADER_NOT_UNDERSTOOD');
    });

    test.each([
      ['an unknown block with the value 0', '<a xmlns="urn:a" e:mustUnderstand="0"><b><c/></b></a>'],
      ['a block for another actor', `<a xmlns="urn:a" ${MUST} ${OTHER_ACTOR}/>`],
      ['an attribute of another namespace', '<a xmlns:f="urn:f" f:mustUnderstand="1" mustUnderstand="1"/>'],
      ['an attribute below a block', `<a xmlns="urn:a"><b ${MUST}/></a>`],
      ['an envelope in a block', envelope('<DeleteSkill><id>a</id></DeleteSkill>').replace(/^<\?.*?\?>/, '')],
      ['a Body of another namespace', '<Body xmlns="urn:a"><DeleteSkill id="a" href="#a"/></Body>'],
    ])('%s is ignored', async (_kind, blocks) => {
      expect((await send(blocks)).error).toStrictEqual(REACHED);
    });
  });

  testNothingLogged(served);
};
