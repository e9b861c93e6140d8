/** Names that differ between a protocol and the model. Changing one in server and client breaks all other clients. */
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
import { errorOf } from '../support/outcome';
import { apiThat } from '../support/plain-api';
import { proto } from '../support/raw/grpc';
import { graphql, graphqlPost, grpc, rest, type SendRequest, soap } from '../support/raw/requests';
import { serveForTests } from '../support/raw/table';
import type { Served } from '../support/served';
import { describeErrorNames } from './error-names/error-names';
import { describeErrorTables } from './error-tables';

const served = serveForTests();

/** Real servers of an API that rejects every call. */
let toThrow: unknown;
let context: CallContext | undefined;
const rejecting = apiThat((_operation, _input, given) => {
  context = given;
  return Promise.reject(toThrow);
});
const servers = new Map<ProtocolName, RunningServer>();
let rejectingServers: Served;
beforeAll(async () => {
  for (const name of PROTOCOL_NAMES) {
    const options = { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH };
    servers.set(name, await PROTOCOLS[name].serve(rejecting, options));
  }
  const addresses = [...servers].map(([name, { address }]) => [name, address]);
  rejectingServers = { ...served(), address: Object.fromEntries(addresses) };
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

/** All skills of the shipped catalogue have one update time, so an order by time is an order by id. */
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
] as const)('%s maps the order "%s" to %s', async (protocol, order, orderBy) => {
  const { code, body } = await ORDERS[protocol](order)(served());
  expect(code).toBe('OK');
  const { items } = await served().service.api.listSkills({ orderBy });
  expect(idsIn({ [protocol]: body })).toStrictEqual(items.map(({ id }) => id));
});

const LIST: Readonly<Record<ProtocolName, SendRequest>> = {
  rest: rest('GET', '/api/skills'),
  graphql: graphql('{ skills { totalSize } }'),
  grpc: grpc('ListSkills', {}),
  soap: soap('<ListSkills/>'),
};
const FIELDS = {
  rest: ['category', 'tag', 'q', 'orderBy', 'pageSize', 'pageToken', 'fields[0]'],
  graphql: ['filter.category', 'filter.tag', 'filter.text', 'orderBy', 'first', 'after', 'fields[0]'],
  grpc: ['category', 'tag', 'text', 'order_by', 'page_size', 'page_token', 'read_mask.paths[0]'],
  soap: ['category', 'tag', 'text', 'orderBy', 'pageSize', 'pageToken', 'fields[0]'],
} as const satisfies Record<ProtocolName, readonly string[]>;

test.each(PROTOCOL_NAMES)('%s reports the fields of listSkills by its own names', async (protocol) => {
  const fields = ['category', 'tag', 'text', 'orderBy', 'pageSize', 'pageToken', 'fields[0]'];
  const violations = fields.map((field) => ({ field, description: 'is wrong' }));
  toThrow = new SkillsError('INVALID_ARGUMENT', 'A_REASON', 'A message.', { violations });
  expect(Object.keys((await LIST[protocol](rejectingServers)).violations)).toStrictEqual(FIELDS[protocol]);
});

test('rest escapes ~ and / in the pointer to a member (RFC 6901, section 3)', async () => {
  const skill = { id: 'x', name: 'x', categoryIds: ['tools'], 'a/b~c': 1 };
  const { violations } = await rest('POST', '/api/skills', JSON.stringify(skill))(served());
  expect(violations).toStrictEqual({ '#/a~1b~0c': 'is not a known field' });
});

test.each(['rest', 'graphql', 'soap'] as const)('%s reads Request-Timeout in seconds', async (protocol) => {
  toThrow = new SkillsError('NOT_FOUND', 'A_REASON', 'A message.');
  const header = { 'request-timeout': '1.5' };
  const requests = {
    rest: rest('GET', '/api/skills', undefined, header),
    graphql: graphqlPost('{"query":"{ skills { totalSize } }"}', header),
    soap: soap('<ListSkills/>', header),
  };
  await requests[protocol](rejectingServers);
  expect(context).toMatchObject({ timeoutMs: 1500 });
});

test('graphql rejects an unknown field name before it builds a document', () => {
  for (const name of ['colour', 'id } evil { id', 'constructor']) {
    const fields = ['id', name];
    expect(() => DOCUMENTS.getSkill({ id: 'git', fields } as { fields: string[] })).toThrow(SkillsError);
  }
});

test('graphql keeps the error codes of Apollo Server', async () => {
  const codeOf = async (query: string, variables?: object) => {
    const { body } = await graphql(query, variables)(served());
    return JSON.parse(body).errors[0].extensions.code;
  };
  expect(await codeOf('{')).toBe('GRAPHQL_PARSE_FAILED');
  expect(await codeOf('{ colours }')).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('grpc sends masks with the field names of the .proto file', () => {
  expect(REQUESTS.getSkill.encode({ id: 'git', fields: ['categoryIds', 'etag'] })).toStrictEqual({
    id: 'git',
    readMask: { paths: ['category_ids', 'etag'] },
  });
  const patch = { categoryIds: ['tools'], tags: undefined };
  expect(REQUESTS.updateSkill.encode({ id: 'git', etag: '*', patch })).toMatchObject({
    updateMask: { paths: ['category_ids'] },
  });
});

describe('the gRPC client gives a reason to errors of a gRPC library:', () => {
  const errorFrom = async (server: Server) => {
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    const client = PROTOCOLS.grpc.connect(`127.0.0.1:${port}`);
    const { code, reason } = await errorOf(client.getSkill({ id: 'longer-than-ten-bytes' }));
    await client.close();
    server.forceShutdown();
    return [code, reason];
  };

  test('METHOD_NOT_FOUND for a service that the server lacks', async () => {
    expect(await errorFrom(new Server())).toStrictEqual(['UNIMPLEMENTED', 'METHOD_NOT_FOUND']);
  });

  test('BODY_TOO_LARGE for a message over the limit of the server', async () => {
    const server = new Server({ 'grpc.max_receive_message_length': 10 });
    server.addService(PACKAGE[SERVICE_NAME] as ServiceDefinition, { getSkill: () => undefined });
    expect(await errorFrom(server)).toStrictEqual(['RESOURCE_EXHAUSTED', 'BODY_TOO_LARGE']);
  });
});

// One file runs all of these suites, because starting the servers costs more than each suite.
describe('error tables', describeErrorTables);
describe('error names', () => describeErrorNames(served));
