/** The peculiarities of SOAP: the WSDL, envelopes of other toolkits, mustUnderstand headers and empty elements. */
import { createClientAsync } from 'soap';
import { OPERATION_NAMES } from '../../src/contract/skills-api';
import { sendHttp } from '../support/raw/http';
import { decodeSoap, envelope, soapPost } from '../support/raw/requests';
import { serveForTests, testNothingLogged } from '../support/raw/table';
import { describeHeaderBlocks } from './soap/header-blocks';
import { describeHttp } from './soap/http';
import { describeSingleDefects } from './soap/single-defects';
import { describeXsd } from './soap/xsd';

const served = serveForTests(['soap']);
const post = (xml: string, headers = {}) => soapPost(xml, headers)(served());
const bearer = () => `Bearer ${served().token}`;

describe('the WSDL:', () => {
  const wsdlFor = async (host: string) => {
    const { status, headers, text } = await sendHttp(served().address.soap, '/soap?wsdl', {
      headers: { host },
    });
    expect([status, headers['content-type']]).toStrictEqual([200, 'text/xml; charset=utf-8']);
    return /<soap:address location="([^"]*)"/.exec(text)?.[1];
  };

  test('has the address of the Host header', async () => {
    expect(await wsdlFor('skills.example:8080')).toBe('http://skills.example:8080/soap');
    expect(await wsdlFor('[::1]:4004')).toBe('http://[::1]:4004/soap');
  });

  test.each([
    ['GET', '?WSDL'],
    ['GET', '?Wsdl'],
    ['GET', '?wsdl='],
    ['HEAD', '?wsdl'],
  ])('is the response to %s %s', async (method, query) => {
    const { status, headers, text } = await sendHttp(served().address.soap, `/soap${query}`, { method });
    expect([status, headers['content-type']]).toStrictEqual([200, 'text/xml; charset=utf-8']);
    expect(text.includes('<wsdl:definitions')).toBe(method === 'GET');
  });

  test.each([
    ['/soap', 'POST'],
    ['/soap?wsdl', 'GET, HEAD'],
  ])('%s allows %s', async (path, allow) => {
    const { status, headers } = await sendHttp(served().address.soap, path, { method: 'OPTIONS' });
    expect([status, headers.allow]).toStrictEqual([204, allow]);
  });
});

describe('a client that the soap package generates from the WSDL:', () => {
  // biome-ignore lint/suspicious/noExplicitAny: the library generates its methods at run time.
  let client: any;
  beforeAll(async () => {
    client = await createClientAsync(`${served().address.soap}/soap?wsdl`);
    client.addHttpHeader('Authorization', bearer());
  });

  /** Converts a result of the library: lists under `item`, times as Date, empty lists as null. */
  const plain = (value: unknown, name = ''): unknown => {
    if (value instanceof Date) return value.toISOString();
    if (value === null) return /^(level|parentId)$/.test(name) ? undefined : [];
    if (typeof value !== 'object') return value;
    const { item, ...members } = value as { item?: unknown };
    if (item !== undefined) return [item].flat().map((one) => plain(one));
    return Object.fromEntries(Object.entries(members).map(([key, member]) => [key, plain(member, key)]));
  };
  const call = async (operation: string, input: object): Promise<unknown> =>
    plain((await client[`${operation}Async`](input))[0]);
  const list = (...item: unknown[]) => ({ item });

  test('has every operation', () => {
    const described = client.describe().SkillsService.SkillsPort;
    const names = Object.keys(described).map((name) => name.charAt(0).toLowerCase() + name.slice(1));
    expect(names).toStrictEqual(OPERATION_NAMES);
  });

  test('reads the values of the service', async () => {
    const { api } = served().service;
    expect(await call('ListCategories', {})).toStrictEqual(await api.listCategories({}));
    expect(await call('GetCategory', { id: 'api-styles' })).toStrictEqual({
      category: await api.getCategory({ id: 'api-styles' }),
    });
    for (const id of ['rest', 'git']) {
      expect(await call('GetSkill', { id })).toStrictEqual({ skill: await api.getSkill({ id }) });
    }
    const query = { category: 'apis', tag: 'http', text: 'a', orderBy: 'NAME_DESC', pageSize: 2 } as const;
    expect(await call('ListSkills', { ...query, fields: list('id', 'tags') })).toStrictEqual(
      await api.listSkills({ ...query, fields: ['id', 'tags'] }),
    );
    const ids = ['xml', 'nothing'];
    expect(await call('BatchGetSkills', { ids: list(...ids) })).toStrictEqual(
      await api.batchGetSkills({ ids }),
    );
    expect(await call('GetLearningPath', { id: 'oauth2' })).toStrictEqual(
      await api.getLearningPath({ id: 'oauth2' }),
    );
  });

  test('creates, updates, deletes and sets progress', async () => {
    const { api } = served().service;
    const skill = {
      id: 'wsdl',
      name: 'WSDL <1.1>',
      categoryIds: list('apis'),
      tags: list('a', 'b'),
      level: 'ADVANCED',
    };
    const created = await call('CreateSkill', { skill });
    expect(created).toStrictEqual({ skill: await api.getSkill({ id: 'wsdl' }) });
    const { etag } = (created as { skill: { etag: string } }).skill;
    const updated = await call('UpdateSkill', { id: 'wsdl', etag, patch: { level: null, tags: list() } });
    expect(updated).toStrictEqual({ skill: await api.getSkill({ id: 'wsdl' }) });
    expect(updated).toMatchObject({ skill: { name: 'WSDL <1.1>', tags: [] } });
    const set = await call('SetProgress', { skillId: 'wsdl', status: 'LEARNED' });
    const { items } = (await call('ListProgress', {})) as { items: object[] };
    expect(set).toStrictEqual({ progress: { ...items[0], skillId: 'wsdl', status: 'LEARNED' } });
    expect(await call('GetLearningPath', { id: 'wsdl' })).toMatchObject({ learnedIds: ['wsdl'] });
    await call('DeleteSkill', { id: 'wsdl', etag: '*' });
    await expect(api.getSkill({ id: 'wsdl' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('rejects with the fault of the service', async () => {
    await expect(call('GetSkill', { id: 'nothing' })).rejects.toMatchObject({
      response: { status: 500 },
      root: { Envelope: { Body: { Fault: { detail: { SkillsFault: { reason: 'SKILL_NOT_FOUND' } } } } } },
    });
  });
});

const GIT = '<GetSkill><id>git</id></GetSkill>';
const FIRST = '<ListSkills><pageSize>1</pageSize><fields><item>id</item></fields></ListSkills>';

describe('envelopes of other toolkits are accepted with', () => {
  const xs = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"';
  test.each([
    [
      'prefixes of its own',
      '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Header/><S:Body><ns0:GetSkill xmlns:ns0="urn:api-rosetta:skills:v1"><ns0:id>git</ns0:id></ns0:GetSkill></S:Body></S:Envelope>',
    ],
    [
      'no prefix for the envelope',
      '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><GetSkill xmlns="urn:api-rosetta:skills:v1"><id>git</id></GetSkill></Body></Envelope>',
    ],
    [
      'lines and indents',
      envelope(
        '\n  <GetSkill>\n    <id>git</id>\n    <fields>\n      <item>name</item>\n    </fields>\n  </GetSkill>\n',
      ),
    ],
    ['CDATA', envelope('<GetSkill><id><![CDATA[git]]></id></GetSkill>')],
    ['character references', envelope('<GetSkill><id>&#103;&#x69;t</id></GetSkill>')],
    ['xsi:type', envelope(`<GetSkill ${xs}><id xsi:type="xs:string">git</id></GetSkill>`)],
    ['unknown attributes', envelope('<GetSkill a="b"><id c="d">git</id></GetSkill>')],
    ['a byte order mark', `\uFEFF${envelope(GIT)}`],
    [
      'comments',
      `<!-- <a> -->${envelope('<GetSkill><!-- b --><id>gi<!-- c -->t</id></GetSkill>').replace(/^<\?.*?\?>/, '')}<!-- d -->`,
    ],
    [
      'a header that need not be understood',
      envelope(GIT, '<e:Header><a xmlns="urn:a" e:mustUnderstand="0">b</a><c/></e:Header>'),
    ],
  ])('%s', async (_kind, xml) => {
    const { code, body } = await post(xml);
    expect(code).toBe('OK');
    expect(body).toContain('<name>Git</name>');
  });

  test.each([
    'text/xml',
    'text/xml; charset=utf-8',
    'text/xml;charset="UTF-8"',
    'Text/XML; Charset = UTF-8; action=""',
  ])('the content type %s', async (type) => {
    expect((await post(envelope(GIT), { 'content-type': type })).code).toBe('OK');
  });

  test('a number with a sign, spaces or a type', async () => {
    for (const number of ['<pageSize> +1\n</pageSize>', `<pageSize ${xs} xsi:type="xs:int">1</pageSize>`]) {
      const { body } = await post(envelope(FIRST.replace('<pageSize>1</pageSize>', number)));
      expect(body).toContain('<items><item><id>aws-lambda</id></item></items>');
    }
  });
});

describe('text:', () => {
  const created = async (id: string, name: string, more = '') =>
    decodeSoap(
      await sendHttp(served().address.soap, '/soap', {
        method: 'POST',
        headers: { 'content-type': 'text/xml', authorization: bearer() },
        body: envelope(
          `<CreateSkill><skill><id>${id}</id><name>${name}</name><categoryIds><item>tools</item></categoryIds>${more}</skill></CreateSkill>`,
        ),
      }),
    );

  test('keeps spaces, line ends and markup', async () => {
    const { body } = await created(
      'spaces',
      ' <![CDATA[ <b> & ]]>]]&gt;<!-- <![CDATA[ --> <![CDATA[]]>\n\u00A0 ',
    );
    expect(body).toContain('<name>  &lt;b&gt; &amp; ]]&gt; \n\u00A0 </name>');
  });

  test('is empty and not absent in an empty element', async () => {
    const { body } = await created(
      'empty',
      'Empty',
      '<tags/><demonstrations><item><path>a</path><note/></item></demonstrations>',
    );
    expect(body).toContain('<summary></summary><categoryIds><item>tools</item></categoryIds><tags></tags>');
    expect(body).toContain('<path>a</path><note></note>');
    expect(body).not.toContain('<level>');
  });
});

describe('a patch of the level:', () => {
  const patch = (level: string) =>
    post(envelope(`<UpdateSkill><id>docker</id><etag>*</etag><patch>${level}</patch></UpdateSkill>`));

  test('an empty level is rejected', async () => {
    const { code, violations } = await patch('<level/>');
    expect([code, Object.keys(violations)]).toStrictEqual(['INVALID_ARGUMENT', ['patch.level']]);
  });

  test('an absent level is kept, and xsi:nil removes it', async () => {
    expect((await patch('<summary>Containers.</summary>')).body).toContain('<level>INTERMEDIATE</level>');
    expect((await patch('<level xsi:nil="true"/>')).body).not.toContain('<level>');
    expect((await patch('<level>BEGINNER</level>')).body).toContain('<level>BEGINNER</level>');
    expect((await patch('<level xsi:nil="1"></level>')).body).not.toContain('<level>');
  });
});

describe('headers:', () => {
  test.each([
    ['a block', '<a xmlns="urn:a" e:mustUnderstand="1">b</a>'],
    ['an empty block', '<a xmlns="urn:a" e:mustUnderstand="1"/>'],
    [
      'a block after another one of the same name',
      '<a xmlns="urn:a"/><a xmlns="urn:a" e:mustUnderstand="1"><b/></a>',
    ],
  ])('%s with mustUnderstand is rejected (SOAP 1.1, section 4.2.3)', async (_kind, blocks) => {
    const { code, reason } = await post(envelope(GIT, `<e:Header>${blocks}</e:Header>`));
    expect([code, reason]).toStrictEqual(['UNIMPLEMENTED', 'HEADER_NOT_UNDERSTOOD']);
  });

  test.each(['"urn:api-rosetta:skills:v1:DeleteSkill"', '""', 'DeleteSkill'])(
    'a SOAPAction of %s does not change the operation of the body',
    async (soapaction) => {
      expect((await post(envelope(GIT), { soapaction })).body).toContain('<GetSkillResponse');
    },
  );

  test('X-Request-Id is returned with a result and with a fault', async () => {
    for (const body of [envelope(GIT), envelope('<Nothing/>'), 'no XML']) {
      const headers = { 'content-type': 'text/xml', 'x-request-id': 'soap-1' };
      const answer = await sendHttp(served().address.soap, '/soap', { method: 'POST', headers, body });
      expect(answer.headers['x-request-id']).toBe('soap-1');
    }
  });
});

test.each(['/livez', '/readyz'])('GET %s reports that the server is healthy', async (path) => {
  expect(await sendHttp(served().address.soap, path)).toMatchObject({ status: 200, text: '{"status":"ok"}' });
});

// One file runs all of these suites, because starting the servers costs more than each suite.
describe('header blocks', describeHeaderBlocks);
describe('HTTP', describeHttp);
describe('single defects', describeSingleDefects);
describe('XML Schema', describeXsd);

testNothingLogged(served);
