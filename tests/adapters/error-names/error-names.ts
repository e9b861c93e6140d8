/** An error says fields and values by the names of the protocol's own contract, in its violations and in its message. */

import { PROTOCOLS } from '../../../src/app/servers';
import { PROGRESS_STATUSES, SKILL_LEVELS, SKILL_ORDERS } from '../../../src/contract/model';
import { PROTOCOL_NAMES, type ProtocolName } from '../../../src/contract/protocol';
import { OPERATION_NAMES, type Operation, type SkillsApi } from '../../../src/contract/skills-api';
import { outcomeOf } from '../../support/outcome';
import { type DecodedResponse, envelope, grpc, rest, soapPost } from '../../support/raw/requests';
import type { Served } from '../../support/served';
import { isInOpenapi, isInProto, isInSdl, isInWsdl, protoFields } from './contract-paths';
import { PROVOCATIONS, type Provocation } from './provocations';

const IS_IN_CONTRACT = {
  rest: isInOpenapi,
  graphql: isInSdl,
  grpc: isInProto,
  soap: isInWsdl,
} as const satisfies Record<ProtocolName, (operation: Operation, field: string) => boolean>;

const MESSAGE_OF = {
  rest: (body) => JSON.parse(body).detail,
  graphql: (body) => JSON.parse(body).errors[0].message,
  grpc: (body) => body,
  soap: (body) => /<faultstring>(.*)<\/faultstring>/s.exec(body)?.[1] ?? '',
} as const satisfies Record<ProtocolName, (body: string) => string>;

/** A place in the body as a text names it: `#/tags/0` is `tags[0]`. */
const inText = (field: string): string =>
  field === '#'
    ? 'body'
    : field
        .replace(/^#\//, '')
        .replace(/\/(\d+)/g, '[$1]')
        .replaceAll('/', '.');

const sentence = ([field, description]: [string, string]): string => `${inText(field)} ${description}`;

/** Names that only the domain has; gRPC says all of them otherwise. */
const OF_DOMAIN = new RegExp(
  `\\b([a-z]+[A-Z]\\w*|${[...SKILL_ORDERS, ...SKILL_LEVELS, ...PROGRESS_STATUSES].join('|')})\\b`,
);

export const describeErrorNames = (served: () => Served): void => {
  const rows = (protocol: ProtocolName) =>
    OPERATION_NAMES.flatMap((operation) =>
      PROVOCATIONS[protocol][operation].map(([send, field]: Provocation) => ({ operation, send, field })),
    );

  describe.each(PROTOCOL_NAMES)('%s', (protocol) => {
    test.each(rows(protocol))('names $field of $operation', async ({ operation, send, field }) => {
      const { violations, body } = await send(served());
      expect(Object.keys(violations)).toStrictEqual([field]);
      expect([field, IS_IN_CONTRACT[protocol](operation, field)]).toStrictEqual([field, true]);
      const message = MESSAGE_OF[protocol](body);
      const sentences = Object.entries(violations).map(sentence);
      if (protocol !== 'soap') expect(message.startsWith(sentences.join('; '))).toBe(true);
      if (protocol === 'grpc') expect(message.replace(/, got ".*"/, '')).not.toMatch(OF_DOMAIN);
    });
  });

  test.each(OPERATION_NAMES)('every field of the gRPC request of %s is provoked', (operation) => {
    const named = PROVOCATIONS.grpc[operation].map(([, field]) => field.replace(/\[\d+\]/g, ''));
    expect(protoFields(operation).filter((field) => !named.includes(field))).toStrictEqual([]);
  });

  test.each([
    ['order_by', 'ListSkills', { orderBy: 'NAME' }, 'name, name desc, update_time, update_time desc'],
    [
      'read_mask.paths[0]',
      'GetCategory',
      { id: 'tools', readMask: { paths: ['x'] } },
      'id, name, summary, parent_id, position',
    ],
    [
      'status',
      'SetProgress',
      { skillId: 'git' },
      'PROGRESS_STATUS_PLANNED, PROGRESS_STATUS_LEARNING, PROGRESS_STATUS_LEARNED',
    ],
    [
      'patch.level',
      'UpdateSkill',
      { id: 'git', etag: '*', patch: { level: 99 } },
      'SKILL_LEVEL_BEGINNER, SKILL_LEVEL_INTERMEDIATE, SKILL_LEVEL_ADVANCED',
    ],
  ])('grpc lists the values of %s as the .proto file does', async (field, method, request, values) => {
    const { violations, body } = await grpc(method, request)(served());
    expect(violations).toStrictEqual({ [field]: `must be one of ${values}` });
    expect(body).toBe(`${field} must be one of ${values}`);
  });

  test('grpc says which path of an update mask is unknown, as the client wrote it', async () => {
    const updateMask = { paths: ['name', 'createTime'] };
    const { body } = await grpc('UpdateSkill', { id: 'git', etag: '*', patch: {}, updateMask })(served());
    expect(body).toContain('update_mask.paths[1] must be a field of patch, got "createTime"');
  });

  test.each(['colour', 'category_ids', 'updateTime', 'größe', 'a.b', 'a "b"', 'constructor'])(
    'the gRPC client reports the unknown field "%s" as the service does',
    async (name) => {
      const { service, address, token } = served();
      const client = PROTOCOLS.grpc.connect(address.grpc, { token });
      const calls: ((api: SkillsApi) => Promise<unknown>)[] = [
        (api) => api.updateSkill({ id: 'git', etag: '*', patch: { [name]: 'x' } }, { token }),
        (api) => api.getSkill({ id: 'git', fields: ['id', name as 'id'] }),
      ];
      for (const call of calls)
        expect(await outcomeOf(call(client))).toStrictEqual(await outcomeOf(call(service.api)));
      await client.close();
    },
  );

  test('rest lists the orders of its OpenAPI document', async () => {
    const { violations } = await rest('GET', '/api/skills?orderBy=UPDATE_TIME')(served());
    expect(violations).toStrictEqual({
      orderBy: 'must be one of name, name desc, updateTime, updateTime desc',
    });
  });

  test.each(['text', 'etag', 'idempotencyKey', 'constructor'])(
    'rest names an unknown parameter as the client did: %s',
    async (name) => {
      const { violations }: DecodedResponse = await rest('GET', `/api/skills?${name}=x`)(served());
      expect(violations).toStrictEqual({ [name]: 'is not a known parameter' });
    },
  );

  test('soap names the header block of a bad idempotency key', async () => {
    const header = '<e:Header><IdempotencyKey>two words</IdempotencyKey></e:Header>';
    const { violations } = await soapPost(envelope('<DeleteSkill><id>git</id></DeleteSkill>', header))(
      served(),
    );
    expect(Object.keys(violations)).toStrictEqual(['IdempotencyKey']);
    expect(isInWsdl('deleteSkill', 'IdempotencyKey')).toBe(true);
  });
};
