/** Values in the messages: every value of an answer and of an input is marked, with one key, wherever it was sent. */
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { OPERATION_NAMES } from '../../src/contract/skills-api';
import type { AskRequest, ProtocolName } from '../../src/explorer/api';
import { type Served, serveMap } from '../support/served';
import { GOLDEN_MAP } from '../wire/golden-calls';
import { askServed, equalResults, type ResultWithWire, valueIn } from './ask-served';
import { markedValues } from './marked-values';

let served: Served;
beforeAll(async () => {
  served = await serveMap(PROTOCOL_NAMES, { seed: GOLDEN_MAP });
});
afterAll(async () => {
  await served.stop();
});

const SKILL = { id: 'grpc', name: 'gRPC', summary: 'A & <b>', categoryIds: ['api-styles', 'apis'] };

/** In an order that makes every call succeed. */
const QUESTIONS: readonly AskRequest[] = [
  { operation: 'listProgress', as: 'learner', input: {} },
  { operation: 'listCategories', input: {} },
  { operation: 'getCategory', input: { id: 'api-styles', fields: ['name', 'parentId'] } },
  { operation: 'getSkill', input: { id: 'json' } },
  { operation: 'getSkill', input: { id: 'graphql', fields: ['id', 'level', 'requires', 'categoryIds'] } },
  { operation: 'listSkills', input: { category: 'apis', orderBy: 'NAME_DESC', pageSize: 3 } },
  { operation: 'listSkills', input: { text: 'js & no', tag: 'a, b', fields: ['id'] } },
  { operation: 'batchGetSkills', input: { ids: ['graphql', 'cobol', 'json'], fields: ['id', 'tags'] } },
  { operation: 'getLearningPath', input: { id: 'graphql', fields: ['id'] } },
  {
    operation: 'createSkill',
    as: 'writer',
    input: {
      skill: {
        ...SKILL,
        tags: ['wire', 'rpc'],
        level: 'ADVANCED',
        requires: ['json'],
        related: ['graphql'],
        aliases: ['gRPC Remote Procedure Calls'],
        demonstrations: [{ path: 'src/adapters/grpc/wire.ts', note: 'its bytes' }],
      },
    },
  },
  {
    operation: 'updateSkill',
    as: 'writer',
    input: {
      id: 'json',
      etag: '*',
      patch: { name: 'Json', summary: '', tags: [], level: null, aliases: ['JSON5'] },
    },
  },
  { operation: 'deleteSkill', as: 'writer', input: { id: 'grpc', etag: '*' } },
  { operation: 'setProgress', as: 'learner', input: { skillId: 'json', status: 'LEARNED' } },
  { operation: 'getLearningPath', as: 'learner', input: { id: 'graphql' } },
  { operation: 'listProgress', as: 'learner', input: {} },
];

type Values = ReadonlyMap<string, unknown>;

/** Values by path: `items[1].tags[0]`. Empty lists and objects count as values. */
const valuesIn = (value: unknown, place: string): [string, unknown][] => {
  const members: [string, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [`${place}[${index}]`, item])
    : Object.entries(Object(value)).map(([name, member]) => [`${place}.${name}`, member]);
  return typeof value === 'object' && members.length > 0
    ? members.flatMap(([name, member]) => valuesIn(member, name))
    : [[place, value]];
};

const resultValues = (value: unknown): Values =>
  new Map(
    valuesIn(Array.isArray(value) ? { items: value } : value, '')
      .filter(([, one]) => one !== undefined)
      .map(([place, one]) => [place.slice(1), one]),
  );

const textOf = (value: unknown): string =>
  value === null || (Array.isArray(value) && value.length === 0) ? '' : String(value);

/** Protobuf omits default values. */
const isOmitted = (protocol: ProtocolName, value: unknown): boolean =>
  protocol === 'grpc' && (textOf(value) === '' || value === 0);

/** REST and gRPC spell the order differently. */
const ORDER: Record<string, string> = { NAME_DESC: 'name desc' };

/** gRPC's update mask names the fields that become empty. */
const isInUpdateMask = (protocol: ProtocolName, key: string, value: unknown): boolean =>
  protocol === 'grpc' && key.startsWith('input.patch.') && textOf(value) === '';

const firstOf = ({ wire }: ResultWithWire) => wire.exchanges[0]!;

describe.each(QUESTIONS.map((request) => [request.operation, request.input, request] as const))(
  '%s %j',
  (_, __, request) => {
    let results: Record<ProtocolName, ResultWithWire>;
    let values: Values;
    beforeAll(async () => {
      results = equalResults(await askServed(served)(request));
      expect(results.rest.answer).toHaveProperty('value');
      values = resultValues(valueIn(results.rest.answer));
    });

    test.each(PROTOCOL_NAMES)('%s marks each value of the answer, and nothing else', (protocol) => {
      const marked = markedValues(firstOf(results[protocol]).response);
      for (const [key, value] of values) {
        const expected = isOmitted(protocol, value) ? undefined : new Set([textOf(value)]);
        expect({ key, texts: marked.get(key) }).toEqual({ key, texts: expected });
      }
      expect([...marked.keys()].filter((key) => !values.has(key))).toEqual([]);
    });

    test.each(PROTOCOL_NAMES)('%s marks each value of the input, and nothing else', (protocol) => {
      const marked = markedValues(firstOf(results[protocol]).request);
      const inputs = new Map(valuesIn(request.input, 'input').filter(([key]) => key !== 'input'));
      for (const [key, value] of inputs) {
        const named = isInUpdateMask(protocol, key, value) ? key.replace('input.patch.', '') : undefined;
        const own = ORDER[String(value)];
        const expected = own && (protocol === 'rest' || protocol === 'grpc') ? own : (named ?? textOf(value));
        expect({ key, texts: [...(marked.get(key) ?? [])] }).toEqual({
          key,
          texts: expect.arrayContaining([expected]),
        });
      }
      const others = [...marked.keys()].filter((key) => !inputs.has(key));
      expect(others).toEqual(
        request.as === 'writer' || request.operation === 'setProgress' ? ['input.idempotencyKey'] : [],
      );
    });
  },
);

test('the calls cover every operation, and a page token is marked in both pages', async () => {
  expect(new Set(QUESTIONS.map(({ operation }) => operation))).toEqual(new Set(OPERATION_NAMES));
  const page = QUESTIONS.find(({ input }) => 'pageSize' in input)!;
  const first = equalResults(await askServed(served)(page));
  const { nextPageToken } = valueIn(first.rest.answer) as { nextPageToken: string };
  const next = equalResults(
    await askServed(served)({ ...page, input: { ...page.input, pageToken: nextPageToken } }),
  );
  for (const protocol of PROTOCOL_NAMES) {
    expect(markedValues(firstOf(first[protocol]).response).get('nextPageToken')).toEqual(
      new Set([nextPageToken]),
    );
    expect(markedValues(firstOf(next[protocol]).request).get('input.pageToken')).toEqual(
      new Set([nextPageToken]),
    );
    expect(markedValues(firstOf(next[protocol]).response).has('nextPageToken')).toBe(false);
  }
});
