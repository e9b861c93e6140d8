/** What a protocol calls things where the model's name is another: changed at both ends, it breaks every other caller. */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { ServiceDefinition } from '@grpc/proto-loader';
import { DOCUMENTS } from '../../src/adapters/graphql/requests';
import { REQUESTS } from '../../src/adapters/grpc/requests';
import { PACKAGE, SERVICE_NAME } from '../../src/adapters/grpc/schema';
import { PROTOCOLS } from '../../src/app/servers';
import type { CallContext } from '../../src/contract/context';
import { SkillsError } from '../../src/contract/errors';
import { PROTOCOL_NAMES, type ProtocolName, type RunningServer } from '../../src/contract/protocol';
import { NO_GRAPH } from '../support/implementations';
import { refusal } from '../support/outcome';
import { apiThat } from '../support/plain-api';
import { type Ask, graphql, graphqlPost, grpc, rest, soap } from '../support/raw/ask';
import { proto } from '../support/raw/grpc';
import { servedHere } from '../support/raw/table';
import type { Served } from '../support/served';
import './error-forms';

// Here, as loading the servers costs more than these.
const served = servedHere();

/** Real servers of an api that refuses everything, in the shape that Asks take. */
let toThrow: unknown;
let context: CallContext | undefined;
const refusing = apiThat((_operation, _input, given) => {
  context = given;
  return Promise.reject(toThrow);
});
const servers = new Map<ProtocolName, RunningServer>();
let refuser: Served;
beforeAll(async () => {
  for (const name of PROTOCOL_NAMES) {
    const options = { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH };
    servers.set(name, await PROTOCOLS[name].serve(refusing, options));
  }
  const addresses = [...servers].map(([name, { address }]) => [name, address]);
  refuser = { ...served(), address: Object.fromEntries(addresses) };
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

/** All skills of the shipped map were made at one time, so an order by time is one by id, up or down. */
const ORDERS = {
  rest: (order: string) => rest('GET', `/api/skills?orderBy=${encodeURIComponent(order)}&fields=id`),
  grpc: (order: string) => grpc('ListSkills', { orderBy: order, readMask: { paths: ['id'] } }),
};
const idsIn = ({ rest: ids, grpc: bytes }: { rest?: string; grpc?: string }): string[] => {
  const { items, skills } =
    ids !== undefined
      ? JSON.parse(ids)
      : proto('ListSkillsResponse').deserialize(Buffer.from(String(bytes), 'latin1').subarray(5));
  return (items ?? skills).map(({ id }: { id: string }) => id);
};

test.each([
  ['rest', 'name', 'NAME'],
  ['rest', 'name desc', 'NAME_DESC'],
  ['rest', 'updateTime', 'UPDATE_TIME'],
  ['rest', 'updateTime desc', 'UPDATE_TIME_DESC'],
  ['grpc', 'name', 'NAME'],
  ['grpc', 'name desc', 'NAME_DESC'],
  ['grpc', 'update_time', 'UPDATE_TIME'],
  ['grpc', 'update_time desc', 'UPDATE_TIME_DESC'],
] as const)('%s orders by "%s" as the model by %s', async (protocol, order, orderBy) => {
  const { code, body } = await ORDERS[protocol](order)(served());
  expect(code).toBe('OK');
  const { items } = await served().service.api.listSkills({ orderBy });
  expect(idsIn({ [protocol]: body })).toStrictEqual(items.map(({ id }) => id));
});

const LIST: Readonly<Record<ProtocolName, Ask>> = {
  rest: rest('GET', '/api/skills'),
  graphql: graphql('{ skills { totalSize } }'),
  grpc: grpc('ListSkills', {}),
  soap: soap('<ListSkills/>'),
};
const FIELDS = {
  rest: ['category', 'tag', 'q', 'orderBy', 'pageSize', 'pageToken', 'fields[0]'],
  graphql: ['filter.category', 'filter.tag', 'filter.text', 'orderBy', 'first', 'after', 'fields[0]'],
  grpc: ['category', 'tag', 'text', 'order_by', 'page_size', 'page_token', 'fields[0]'],
  soap: ['category', 'tag', 'text', 'orderBy', 'pageSize', 'pageToken', 'fields[0]'],
} as const satisfies Record<ProtocolName, readonly string[]>;

test.each(PROTOCOL_NAMES)('%s calls the fields of listSkills by its own names', async (protocol) => {
  const fields = ['category', 'tag', 'text', 'orderBy', 'pageSize', 'pageToken', 'fields[0]'];
  const violations = fields.map((field) => ({ field, description: 'is wrong' }));
  toThrow = new SkillsError('INVALID_ARGUMENT', 'A_REASON', 'A message.', { violations });
  expect(Object.keys((await LIST[protocol](refuser)).violations)).toStrictEqual(FIELDS[protocol]);
});

test('rest points to a member whose name has the characters of a pointer (RFC 6901, section 3)', async () => {
  const skill = { id: 'x', name: 'x', categoryIds: ['tools'], 'a/b~c': 1 };
  const { violations } = await rest('POST', '/api/skills', JSON.stringify(skill))(served());
  expect(violations).toStrictEqual({ '#/a~1b~0c': 'is not a known field' });
});

test.each(['rest', 'graphql', 'soap'] as const)('%s: a timeout travels in seconds', async (protocol) => {
  toThrow = new SkillsError('NOT_FOUND', 'A_REASON', 'A message.');
  const header = { 'request-timeout': '1.5' };
  const asks = {
    rest: rest('GET', '/api/skills', undefined, header),
    graphql: graphqlPost('{"query":"{ skills { totalSize } }"}', header),
    soap: soap('<ListSkills/>', header),
  };
  await asks[protocol](refuser);
  expect(context).toMatchObject({ timeoutMs: 1500 });
});

test('graphql lets no name that is not a field into a document', () => {
  for (const name of ['colour', 'id } evil { id', 'constructor']) {
    const fields = ['id', name];
    expect(() => DOCUMENTS.getSkill({ id: 'git', fields } as { fields: string[] })).toThrow(SkillsError);
  }
});

test("graphql says a library's complaint by the library's own code", async () => {
  const codeOf = async (query: string, variables?: object) => {
    const { body } = await graphql(query, variables)(served());
    return JSON.parse(body).errors[0].extensions.code;
  };
  expect(await codeOf('{')).toBe('GRAPHQL_PARSE_FAILED');
  expect(await codeOf('{ colours }')).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('grpc sends masks with the names of the .proto', () => {
  expect(REQUESTS.getSkill.encode({ id: 'git', fields: ['categoryIds', 'etag'] })).toStrictEqual({
    id: 'git',
    readMask: { paths: ['category_ids', 'etag'] },
  });
  const patch = { categoryIds: ['tools'], tags: undefined };
  expect(REQUESTS.updateSkill.encode({ id: 'git', etag: '*', patch })).toMatchObject({
    updateMask: { paths: ['category_ids'] },
  });
});

describe('grpc gives reasons to what a library refuses, which has none:', () => {
  const refusedBy = async (server: Server) => {
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    const client = PROTOCOLS.grpc.connect(`127.0.0.1:${port}`);
    const { code, reason } = await refusal(client.getSkill({ id: 'longer-than-ten-bytes' }));
    await client.close();
    server.forceShutdown();
    return [code, reason];
  };

  test('a service that a server does not have', async () => {
    expect(await refusedBy(new Server())).toStrictEqual(['UNIMPLEMENTED', 'METHOD_NOT_FOUND']);
  });

  test('a message that is too large for a server', async () => {
    const server = new Server({ 'grpc.max_receive_message_length': 10 });
    server.addService(PACKAGE[SERVICE_NAME] as ServiceDefinition, { getSkill: () => undefined });
    expect(await refusedBy(server)).toStrictEqual(['RESOURCE_EXHAUSTED', 'BODY_TOO_LARGE']);
  });
});
