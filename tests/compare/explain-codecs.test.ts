/** Encoding and decoding without a socket: the timed work must carry the real answer. */
import { connect as connectGraphql } from '../../src/adapters/graphql/client';
import {
  copyIfProjected,
  copyOutput,
  findCodec,
  type ReadCall,
  type ReadOperation,
  roundTrip,
} from '../../src/compare/explain/codecs';
import { invokeCall } from '../../src/compare/explain/setup';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import type { Input, SkillsApi } from '../../src/contract/skills-api';
import { withDefaultContext } from '../support/caller';
import { CONTRACT_MAP } from '../support/contract-map';
import { type Served, serveMap } from '../support/served';

let served: Served;
/** A learner with some progress. */
let api: SkillsApi;

beforeAll(async () => {
  served = await serveMap(['graphql'], { seed: CONTRACT_MAP });
  const { token, service } = served;
  api = withDefaultContext(service.api, { token });
  await api.setProgress({ skillId: 'docker', status: 'LEARNING' });
  await api.setProgress({ skillId: 'git', status: 'LEARNED' });
});

afterAll(async () => {
  expect(served.logged).toEqual([]);
  await served.stop();
});

const ids = ['git', 'no-such-skill', 'hostile', 'docker'];

const INPUTS = {
  listCategories: [{}, { pageSize: 1 }, { fields: ['id', 'parentId', 'position'] }],
  getCategory: [{ id: 'tools' }, { id: 'version-control' }, { id: 'tools', fields: ['name', 'parentId'] }],
  getSkill: [
    { id: 'git' },
    { id: 'docker' },
    { id: 'hostile' },
    { id: 'git', fields: ['level', 'requires'] },
  ],
  listSkills: [
    {},
    { pageSize: 200, orderBy: 'UPDATE_TIME_DESC' },
    { category: 'tools', text: 'git', tag: 'law', pageSize: 1 },
    { text: 'nowhere to be found', pageToken: '', fields: ['id', 'tags', 'level'] },
  ],
  batchGetSkills: [{ ids }, { ids, fields: ['etag', 'related', 'demonstrations', 'summary'] }],
  getLearningPath: [{ id: 'deployment' }, { id: 'git', fields: ['id', 'name', 'level'] }],
  listProgress: [{}],
} as const satisfies { readonly [O in ReadOperation]: readonly Input<O>[] };

const CALLS = Object.entries(INPUTS).flatMap(([operation, inputs]) =>
  inputs.map((input) => ({ operation, input }) as ReadCall),
);

describe.each(PROTOCOL_NAMES)("%s's codec alone", (protocol) => {
  test.each(CALLS.map((call): [string, ReadCall] => [JSON.stringify(call), call]))(
    'carries the question and the answer of %s',
    async (_title, call) => {
      const codec = findCodec(protocol, call.operation);
      const wire = codec.encodeRequest(call.input);
      // GraphQL's fields are in its document, which the library reads.
      const { fields, ...rest } = call.input as { fields?: unknown };
      expect(codec.decodeRequest(wire)).toEqual(protocol === 'graphql' ? rest : call.input);
      const output = await invokeCall(api, call);
      const produced = protocol === 'graphql' ? await executed(String(wire)) : output;
      expect(roundTrip(protocol, call, produced)).toStrictEqual(output);
      if (protocol !== 'graphql') expect(roundTrip(protocol, call, copyOutput(output))).toStrictEqual(output);
    },
  );
});

const executed = async (request: string): Promise<object> => {
  const client = connectGraphql(served.address.graphql, { token: served.token });
  const { query, variables } = JSON.parse(request);
  return client.execute(query, variables).finally(() => client.close());
};

test('whole skills are encoded from memoized encodings, selected fields are not', async () => {
  const call = { operation: 'batchGetSkills', input: { ids } } as const;
  const output = await api.batchGetSkills(call.input);
  expect(copyIfProjected(call.input, output)).toBe(output);
  const anew = copyIfProjected({ ...call.input, fields: ['id'] }, output) as typeof output;
  expect(anew).toStrictEqual(output);
  expect(anew.skills.some((skill) => output.skills.includes(skill))).toBe(false);
});
