/** Clients in front of another server: every response that is not one of this service is an error that names the server. */
import { createServer, type Server } from 'node:http';
import { PROTOCOLS } from '../../src/app/servers';
import type { ProtocolName, SkillsClient } from '../../src/contract/protocol';
import { OPERATION_NAMES, type Operation } from '../../src/contract/skills-api';
import { errorOf } from '../support/outcome';
import { CALLS } from '../support/plain-api';

const HTTP_PROTOCOLS = ['rest', 'graphql', 'soap'] as const satisfies readonly ProtocolName[];

interface Response {
  readonly status?: number;
  readonly type?: string;
  readonly body: string | Buffer;
}

const HTML = { type: 'text/html', body: '<html><body>Welcome</body></html>' };

const soap = (content: string): string =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Body>${content}</s:Body></s:Envelope>`;
const inSkills = (name: string, content: string) =>
  `<${name} xmlns="urn:api-rosetta:skills:v1">${content}</${name}>`;
const fault = (detail: string) =>
  soap(
    `<s:Fault><faultcode>s:Server</faultcode><faultstring xml:lang="en">Boom</faultstring>${detail}</s:Fault>`,
  );
const SKILL =
  '<id>git</id><name>Café</name><summary/><categoryIds/><tags/><requires/><related/><aliases/><demonstrations/>' +
  '<createTime>2026-01-01T00:00:00.000Z</createTime><updateTime>2026-01-01T00:00:00.000Z</updateTime><etag>e</etag>';
const getSkill = (more = '', skill = SKILL) =>
  soap(inSkills('GetSkillResponse', `<skill>${skill}${more}</skill>`));

/** Responses of other servers, with the status 200 unless they have another. */
const FOREIGN: Readonly<Record<(typeof HTTP_PROTOCOLS)[number], Readonly<Record<string, Response>>>> = {
  rest: {
    'an HTML page': HTML,
    'an HTML page as JSON': { body: HTML.body },
    nothing: { body: '' },
    'JSON cut short': { body: '{"id":"git"' },
    'a JSON string': { body: '"git"' },
    'a JSON null': { body: 'null' },
    'an object of another service': { body: '{"hello":"world"}' },
    'a list': { body: '[]' },
    'JSON that is not UTF-8': { body: Buffer.from('{"id":"caf\xe9"}', 'latin1') },
    'a problem of another service': { status: 400, body: '{"type":"about:blank","title":"No"}' },
    'a problem with other members': { status: 404, body: '{"code":"NOT_FOUND","errors":[{"pointer":7}]}' },
    'an error that is null': { status: 500, body: 'null' },
  },
  graphql: {
    'an HTML page': HTML,
    nothing: { body: '' },
    'JSON cut short': { body: '{"data":' },
    'data without the field': { body: '{"data":{}}' },
    'data of another service': { body: '{"data":{"skill":"git","deleteSkill":null}}' },
    'errors of another service': { body: '{"errors":[{"message":"No"}]}' },
    'errors that are not a list': { body: '{"errors":"No"}' },
    'errors with other extensions': {
      body: '{"errors":[{"message":"No","extensions":{"domainCode":"NOT_FOUND","violations":7}}]}',
    },
    'JSON that is not UTF-8': { body: Buffer.from('{"data":"caf\xe9"}', 'latin1') },
  },
  soap: {
    'an HTML page': HTML,
    nothing: { body: '' },
    'a message cut short': { body: getSkill().slice(0, -20) },
    'an envelope of another version': { body: getSkill().replaceAll('schemas.xmlsoap.org', 'www.w3.org') },
    'another element around the Body': { body: getSkill().replaceAll('s:Envelope', 's:Message') },
    'an empty Body': { body: soap('') },
    'a response of another service': { body: soap('<GetSkillResponse xmlns="urn:other"/>') },
    'an empty response': { body: soap(inSkills('GetSkillResponse', '')) },
    'a skill without an id': { body: getSkill('', '<name>Git</name>') },
    'a fault without a detail': { status: 500, body: fault('') },
    'a fault of another service': { status: 500, body: fault('<detail><x xmlns="urn:x"/></detail>') },
    'a fault with another detail': { status: 500, body: fault('<detail>Boom</detail>') },
    'a problem of another service': {
      status: 400,
      type: 'application/problem+json',
      body: '{"type":"about:blank","title":"No"}',
    },
    'XML in Latin-1': { type: 'text/xml; charset=iso-8859-1', body: Buffer.from(getSkill(), 'latin1') },
    'XML that is not UTF-8': { body: Buffer.from(getSkill(), 'latin1') },
  },
};

const TYPES = { rest: 'application/json', graphql: 'application/json', soap: 'text/xml' } as const;

export const describeForeignResponses = (): void => {
  let server: Server;
  let origin: string;
  let next: Response = HTML;
  let type = '';
  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.writeHead(next.status ?? 200, { 'content-type': next.type ?? type }).end(next.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  describe.each(HTTP_PROTOCOLS)('the client of %s', (protocol) => {
    let client: SkillsClient;
    beforeAll(() => {
      client = PROTOCOLS[protocol].connect(origin);
      type = TYPES[protocol];
    });
    afterAll(() => client.close());

    const foreign = (code = 'INTERNAL') => ({
      code,
      reason: 'NOT_OUR_ANSWER',
      message: expect.stringContaining(origin),
    });

    test.each(Object.entries(FOREIGN[protocol]))('reports %s', async (_kind, response) => {
      next = response;
      for (const operation of ['getSkill', 'deleteSkill'] as const)
        expect(await errorOf(CALLS[operation](client))).toMatchObject(foreign());
    });

    test.each(OPERATION_NAMES)('reports an HTML page for %s', async (operation: Operation) => {
      next = HTML;
      expect(await errorOf(CALLS[operation](client))).toMatchObject(foreign());
      next = { ...HTML, status: 503 };
      expect(await errorOf(CALLS[operation](client))).toMatchObject(foreign('UNAVAILABLE'));
    });
  });

  test('the client of soap reads the problem details of HTTP below it', async () => {
    const problem = {
      status: 413,
      code: 'RESOURCE_EXHAUSTED',
      reason: 'BODY_TOO_LARGE',
      detail: 'Too much.',
    };
    const errors = [{ parameter: 'pageSize', detail: 'is wrong' }];
    next = {
      status: 413,
      type: 'application/problem+json',
      body: JSON.stringify({ ...problem, errors, retryDelayMs: 5 }),
    };
    const client = PROTOCOLS.soap.connect(origin);
    expect(await errorOf(client.getSkill({ id: 'git' }))).toStrictEqual({
      ...{ code: 'RESOURCE_EXHAUSTED', reason: 'BODY_TOO_LARGE', message: 'Too much.' },
      details: { violations: [{ field: 'pageSize', description: 'is wrong' }], retryDelayMs: 5 },
    });
    await client.close();
  });

  describe('the client of soap, of another implementation of the WSDL,', () => {
    let client: SkillsClient;
    beforeAll(() => {
      client = PROTOCOLS.soap.connect(origin);
      type = TYPES.soap;
    });
    afterAll(() => client.close());

    test.each([
      [
        'in UTF-16',
        { type: 'text/xml; charset=utf-16', body: Buffer.from(`\uFEFF${getSkill()}`, 'utf16le') },
      ],
      ['with a nil level', { body: getSkill('<level xsi:nil="true"/>') }],
    ])('reads a skill %s', async (_kind, response) => {
      next = response;
      const skill = await client.getSkill({ id: 'git' });
      expect(skill).toMatchObject({ id: 'git', name: 'Café' });
      expect(skill).not.toHaveProperty('level');
    });

    test('reads a fault with any status, and tells the text of a fault without our detail', async () => {
      const detail = inSkills('SkillsFault', '<code>NOT_FOUND</code><reason>SKILL_NOT_FOUND</reason>');
      next = { body: fault(`<detail><x xmlns="urn:x"/>${detail}</detail>`) };
      expect(await errorOf(client.getSkill({ id: 'git' }))).toMatchObject({ reason: 'SKILL_NOT_FOUND' });
      next = { status: 500, body: fault('') };
      expect((await errorOf(client.getSkill({ id: 'git' }))).message).toMatch(/Boom/);
    });
  });
};
