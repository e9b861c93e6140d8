/** Requests that can be read and ask for what is not allowed: the same code and reason, whichever protocol carried them. */
import { PROTOCOL_NAMES, type ProtocolName } from '../../../src/contract/protocol';
import { type Ask, graphql, grpc, grpcBytes, rest, soap } from '../../support/raw/ask';
import { frame } from '../../support/raw/grpc';
import { nothingLogged, refusedEverywhere, servedHere } from '../../support/raw/table';
import {
  batchGetSkills,
  createSkill,
  deleteSkill,
  getSkill,
  listSkills,
  refused,
  setProgress,
  updateSkill,
} from './asks';

const served = servedHere();

const NEW = { id: 'new', name: 'New', categoryIds: ['tools'] };
const INVALID = ['INVALID_ARGUMENT', 'INVALID_INPUT'] as const;
/** What GraphQL's own types refuse, in the document and in its variables. */
const IN_DOCUMENT = ['INVALID_ARGUMENT', 'GRAPHQL_VALIDATION_FAILED'] as const;
const IN_VARIABLES = ['INVALID_ARGUMENT', 'BAD_USER_INPUT'] as const;

const inVariables = (ask: Ask) => ({ graphql: [ask, 400, ...IN_VARIABLES] }) as const;
const invalid = (asks: Parameters<typeof refused>[0], exceptions?: Parameters<typeof refused>[3]) =>
  refused(asks, ...INVALID, exceptions);
const many = (count: number) => Array.from({ length: count }, (_, index) => `skill-${index}`);

describe('wrong types:', () => {
  const twelve = listSkills({ pageSize: '12abc' });
  const fraction = listSkills({ pageSize: 1.5 });
  const huge = listSkills({ pageSize: 10_000_000_000 });
  const seven = createSkill({ ...NEW, name: 7 });
  const expert = createSkill({ ...NEW, level: 'EXPERT' });
  const knows = setProgress('git', 'KNOWS');
  const age = listSkills({ orderBy: 'AGE' });
  const nested = createSkill({ ...NEW, tags: [{ a: 'b' }] });
  refusedEverywhere(served, {
    'a number with letters behind it': invalid(twelve, {
      ...inVariables(twelve.graphql),
      grpc: 'A number is a number in protobuf.',
    }),
    'a fraction where a whole number is wanted': invalid(fraction, {
      ...inVariables(fraction.graphql),
      grpc: 'An int32 holds no fraction.',
    }),
    'a number over 32 bits': invalid(huge, {
      ...inVariables(huge.graphql),
      grpc: 'Protobuf cuts it to 32 bits, as its specification says.',
    }),
    'a number where text is wanted': invalid(seven, {
      ...inVariables(seven.graphql),
      grpc: [grpcBytes('GetSkill', frame(Buffer.from([0x08, 0x01]))), 3, ...INVALID],
      soap: [soap('<GetSkill><id><number>7</number></id></GetSkill>'), 500, ...INVALID],
    }),
    'an object where text is wanted': invalid(nested, {
      ...inVariables(nested.graphql),
      grpc: 'Protobuf has numbers for names, and text is any bytes.',
    }),
    'text where a list is wanted': invalid(createSkill({ ...NEW, categoryIds: 'tools' }), {
      graphql: 'GraphQL takes one value for a list of one (specification, section 3.11).',
      grpc: 'Protobuf writes a list of one as the one value.',
    }),
    'a level that there is not': invalid(expert, {
      ...inVariables(expert.graphql),
      grpc: [grpc('CreateSkill', { skill: { ...NEW, level: 99 } }), 3, ...INVALID],
    }),
    'a status that there is not': invalid(knows, {
      ...inVariables(knows.graphql),
      grpc: [grpc('SetProgress', { skillId: 'git', status: 99 }), 3, ...INVALID],
    }),
    'a status of nothing': invalid(setProgress('git', ''), {
      ...inVariables(setProgress('git', '').graphql),
      grpc: [grpc('SetProgress', { skillId: 'git' }), 3, ...INVALID],
    }),
    'an order that there is not': invalid(age, inVariables(age.graphql)),
    'a field to answer that there is not': {
      rest: [rest('GET', '/api/skills/git?fields=id,colour'), 400, ...INVALID],
      graphql: [graphql('{ skill(id: "git") { id colour } }'), 400, ...IN_DOCUMENT],
      grpc: [grpc('GetSkill', { id: 'git', readMask: { paths: ['id', 'colour'] } }), 3, ...INVALID],
      soap: [soap('<GetSkill><id>git</id><fields><item>colour</item></fields></GetSkill>'), 500, ...INVALID],
    },
    'nothing where something is required': {
      rest: [rest('POST', '/api/skills', '{"id":"new","categoryIds":["tools"]}'), 400, ...INVALID],
      graphql: [graphql('{ skill { id } }'), 400, ...IN_DOCUMENT],
      grpc: [grpc('CreateSkill', {}), 3, ...INVALID],
      soap: [soap('<GetSkill/>'), 500, ...INVALID],
    },
    'a parameter given twice': {
      rest: [rest('GET', '/api/skills?tag=http&tag=sql'), 400, ...INVALID],
      graphql: [graphql('{ skills(first: 1, first: 2) { totalSize } }'), 400, ...IN_DOCUMENT],
      grpc: 'In protobuf the last one counts, as its specification says.',
      soap: [soap('<ListSkills><tag>http</tag><tag>sql</tag></ListSkills>'), 500, ...INVALID],
    },
  });
});

describe('text:', () => {
  refusedEverywhere(served, {
    'an id that is a path': invalid(getSkill('../../etc/passwd')),
    'an id in capitals': invalid(getSkill('Git')),
    'an id of 121 characters': invalid(getSkill('x'.repeat(121))),
    'a name of 201 characters': invalid(createSkill({ ...NEW, name: 'x'.repeat(201) })),
    'a summary of 4,001 characters': invalid(createSkill({ ...NEW, summary: 'x'.repeat(4001) })),
    'a tag of 61 characters': invalid(createSkill({ ...NEW, tags: ['x'.repeat(61)] })),
    'a search text of 201 characters': invalid(listSkills({ text: 'x'.repeat(201) })),
    'an empty name': invalid(createSkill({ ...NEW, name: '' })),
    'a control character': invalid(createSkill({ ...NEW, summary: 'a\u0001b' })),
    'a null character': invalid(listSkills({ text: 'a\u0000b' })),
    'half a surrogate pair': invalid(createSkill({ ...NEW, summary: 'a\uD800b' }), {
      grpc: 'UTF-8 has no way to write one.',
      soap: 'UTF-8 has no way to write one.',
    }),
    'a character that XML does not have': invalid(createSkill({ ...NEW, summary: 'a\uFFFEb' })),
  });
});

describe('lists:', () => {
  refusedEverywhere(served, {
    'no category': invalid(createSkill({ ...NEW, categoryIds: [] })),
    'a tag twice': invalid(createSkill({ ...NEW, tags: ['a', 'a'] })),
    '101 aliases': invalid(createSkill({ ...NEW, aliases: many(101) })),
    'a batch of none': invalid(batchGetSkills([])),
    'a batch of 101': invalid(batchGetSkills(many(101))),
  });
});

describe('what the catalogue does not allow:', () => {
  refusedEverywhere(served, {
    'a skill that there is not': refused(getSkill('nothing'), 'NOT_FOUND', 'SKILL_NOT_FOUND'),
    'progress with a skill that there is not': refused(
      setProgress('nothing', 'LEARNED'),
      'NOT_FOUND',
      'SKILL_NOT_FOUND',
    ),
    'a category that there is not': refused(
      listSkills({ category: 'nothing' }),
      'NOT_FOUND',
      'CATEGORY_NOT_FOUND',
    ),
    'an id in use': refused(createSkill({ ...NEW, id: 'git' }), 'ALREADY_EXISTS', 'SKILL_EXISTS'),
    'a reference to nothing': refused(
      createSkill({ ...NEW, requires: ['nothing'] }),
      'INVALID_ARGUMENT',
      'UNKNOWN_REFERENCE',
    ),
    'a change without an etag': refused(
      updateSkill('git', undefined, { name: 'Git' }),
      'FAILED_PRECONDITION',
      'ETAG_REQUIRED',
      {},
      428,
    ),
    'a change with a stale etag': refused(
      updateSkill('git', 'stale', { name: 'Git' }),
      'ABORTED',
      'ETAG_MISMATCH',
    ),
    'a deletion without an etag': refused(
      deleteSkill('git'),
      'FAILED_PRECONDITION',
      'ETAG_REQUIRED',
      {},
      428,
    ),
    'a deletion with a stale etag': refused(deleteSkill('git', 'stale'), 'ABORTED', 'ETAG_MISMATCH'),
    'a deletion of what others require': refused(
      deleteSkill('git', '*'),
      'FAILED_PRECONDITION',
      'SKILL_REQUIRED',
    ),
    'a cycle of prerequisites': refused(
      updateSkill('json', '*', { requires: ['rest'] }),
      'FAILED_PRECONDITION',
      'PREREQUISITE_CYCLE',
    ),
    'a skill that requires itself': refused(
      updateSkill('git', '*', { requires: ['git'] }),
      'FAILED_PRECONDITION',
      'PREREQUISITE_CYCLE',
    ),
    'a skill related to itself': refused(
      updateSkill('git', '*', { related: ['git'] }),
      'INVALID_ARGUMENT',
      'SELF_REFERENCE',
    ),
  });
});

/** A pointer into the body in REST, the argument's name in GraphQL, snake_case in gRPC. */
test('each protocol names what is wrong as it calls it', async () => {
  const violations = async (asks: Readonly<Record<ProtocolName, Ask>>) =>
    Promise.all(PROTOCOL_NAMES.map(async (name) => (await asks[name](served())).violations));
  const negative = 'must not be negative';
  expect(await violations(listSkills({ pageSize: -1 }))).toStrictEqual([
    { pageSize: negative },
    { first: negative },
    { page_size: negative },
    { pageSize: negative },
  ]);
  const slug = 'must be lower-case letters and digits joined by hyphens';
  expect(await violations(createSkill({ ...NEW, categoryIds: ['tools', 'B/~'] }))).toStrictEqual([
    { '#/categoryIds/1': slug },
    { 'skill.categoryIds[1]': slug },
    { 'skill.category_ids[1]': slug },
    { 'skill.categoryIds[1]': slug },
  ]);
  const { violations: header } = await grpc(
    'GetSkill',
    { id: 'git' },
    { 'x-request-id': 'two words' },
  )(served());
  expect(Object.keys(header)).toStrictEqual(['X-Request-Id']);
});

nothingLogged(served);
