/** Well-formed requests with invalid values: the same code and reason in every protocol. */
import { PROTOCOL_NAMES, type ProtocolName } from '../../../src/contract/protocol';
import { frame } from '../../support/raw/grpc';
import { graphql, grpc, grpcBytes, rest, type SendRequest, soap } from '../../support/raw/requests';
import { serveForTests, testNothingLogged, testRejections } from '../../support/raw/table';
import {
  batchGetSkills,
  createSkill,
  deleteSkill,
  getSkill,
  listSkills,
  rejectedRow,
  setProgress,
  updateSkill,
} from './requests';

const NEW = { id: 'new', name: 'New', categoryIds: ['tools'] };
const INVALID = ['INVALID_ARGUMENT', 'INVALID_INPUT'] as const;
/** The errors of the GraphQL type system, in the document and in the variables. */
const IN_DOCUMENT = ['INVALID_ARGUMENT', 'GRAPHQL_VALIDATION_FAILED'] as const;
const IN_VARIABLES = ['INVALID_ARGUMENT', 'BAD_USER_INPUT'] as const;

const inVariables = (send: SendRequest) => ({ graphql: [send, 400, ...IN_VARIABLES] }) as const;
const invalid = (asks: Parameters<typeof rejectedRow>[0], exceptions?: Parameters<typeof rejectedRow>[3]) =>
  rejectedRow(asks, ...INVALID, exceptions);
const many = (count: number) => Array.from({ length: count }, (_, index) => `skill-${index}`);

export const describeValues = (): void => {
  const served = serveForTests();

  describe('wrong types:', () => {
    const withLetters = listSkills({ pageSize: '12abc' });
    const exponent = listSkills({ pageSize: '1e1' });
    const fraction = listSkills({ pageSize: 1.5 });
    const huge = listSkills({ pageSize: 10_000_000_000 });
    const numericName = createSkill({ ...NEW, name: 7 });
    const unknownLevel = createSkill({ ...NEW, level: 'EXPERT' });
    const unknownStatus = setProgress('git', 'KNOWS');
    const unknownOrder = listSkills({ orderBy: 'AGE' });
    const nested = createSkill({ ...NEW, tags: [{ a: 'b' }] });
    testRejections(served, {
      'a number followed by letters': invalid(withLetters, {
        ...inVariables(withLetters.graphql),
        grpc: 'Protobuf numbers have no text form.',
      }),
      'a number with an exponent': invalid(exponent, {
        ...inVariables(exponent.graphql),
        grpc: 'Protobuf numbers have no text form.',
      }),
      'a fraction instead of an integer': invalid(fraction, {
        ...inVariables(fraction.graphql),
        grpc: 'An int32 cannot hold a fraction.',
      }),
      'a number over 32 bits': invalid(huge, {
        ...inVariables(huge.graphql),
        grpc: 'Protobuf truncates it to 32 bits, as its specification requires.',
      }),
      'a number instead of text': invalid(numericName, {
        ...inVariables(numericName.graphql),
        grpc: [grpcBytes('GetSkill', frame(Buffer.from([0x08, 0x01]))), 3, ...INVALID],
        soap: [soap('<GetSkill><id><number>7</number></id></GetSkill>'), 500, ...INVALID],
      }),
      'an object instead of text': invalid(nested, {
        ...inVariables(nested.graphql),
        grpc: 'Protobuf does not mark the type of a message, and its bytes are valid text.',
      }),
      'text instead of a list': invalid(createSkill({ ...NEW, categoryIds: 'tools' }), {
        graphql: 'GraphQL accepts one value as a list of one (specification, section 3.11).',
        grpc: 'Protobuf encodes a list of one like a single value.',
      }),
      'an unknown level': invalid(unknownLevel, {
        ...inVariables(unknownLevel.graphql),
        grpc: [grpc('CreateSkill', { skill: { ...NEW, level: 99 } }), 3, ...INVALID],
      }),
      'an unknown status': invalid(unknownStatus, {
        ...inVariables(unknownStatus.graphql),
        grpc: [grpc('SetProgress', { skillId: 'git', status: 99 }), 3, ...INVALID],
      }),
      'an empty status': invalid(setProgress('git', ''), {
        ...inVariables(setProgress('git', '').graphql),
        grpc: [grpc('SetProgress', { skillId: 'git' }), 3, ...INVALID],
      }),
      'an unknown order': invalid(unknownOrder, inVariables(unknownOrder.graphql)),
      'an unknown field in a field mask': {
        rest: [rest('GET', '/api/skills/git?fields=id,colour'), 400, ...INVALID],
        graphql: [graphql('{ skill(id: "git") { id colour } }'), 400, ...IN_DOCUMENT],
        grpc: [grpc('GetSkill', { id: 'git', readMask: { paths: ['id', 'colour'] } }), 3, ...INVALID],
        soap: [
          soap('<GetSkill><id>git</id><fields><item>colour</item></fields></GetSkill>'),
          500,
          ...INVALID,
        ],
      },
      'an absent required value': {
        rest: [rest('POST', '/api/skills', '{"id":"new","categoryIds":["tools"]}'), 400, ...INVALID],
        graphql: [graphql('{ skill { id } }'), 400, ...IN_DOCUMENT],
        grpc: [grpc('CreateSkill', {}), 3, ...INVALID],
        soap: [soap('<GetSkill/>'), 500, ...INVALID],
      },
      'a repeated parameter': {
        rest: [rest('GET', '/api/skills?tag=http&tag=sql'), 400, ...INVALID],
        graphql: [graphql('{ skills(first: 1, first: 2) { totalSize } }'), 400, ...IN_DOCUMENT],
        grpc: 'In protobuf the last value applies, as its specification requires.',
        soap: [soap('<ListSkills><tag>http</tag><tag>sql</tag></ListSkills>'), 500, ...INVALID],
      },
    });
  });

  describe('text:', () => {
    const control = createSkill({ ...NEW, summary: 'a\u0001b' });
    const nul = listSkills({ text: 'a\u0000b' });
    const excluded = createSkill({ ...NEW, summary: 'a\uFFFEb' });
    /** Such a character is not XML (XML 1.0, section 2.2). */
    const notXml = (send: SendRequest) =>
      ({ soap: [send, 400, 'INVALID_ARGUMENT', 'MALFORMED_XML'] }) as const;
    testRejections(served, {
      'an id that is a path': invalid(getSkill('../../etc/passwd')),
      'an id in capitals': invalid(getSkill('Git')),
      'an id of 121 characters': invalid(getSkill('x'.repeat(121))),
      'a name of 201 characters': invalid(createSkill({ ...NEW, name: 'x'.repeat(201) })),
      'a summary of 4,001 characters': invalid(createSkill({ ...NEW, summary: 'x'.repeat(4001) })),
      'a tag of 61 characters': invalid(createSkill({ ...NEW, tags: ['x'.repeat(61)] })),
      'a search text of 201 characters': invalid(listSkills({ text: 'x'.repeat(201) })),
      'an empty name': invalid(createSkill({ ...NEW, name: '' })),
      'a control character': invalid(control, notXml(control.soap)),
      'a null character': invalid(nul, notXml(nul.soap)),
      'an unpaired surrogate': invalid(createSkill({ ...NEW, summary: 'a\uD800b' }), {
        grpc: 'UTF-8 cannot encode it.',
        soap: 'UTF-8 cannot encode it.',
      }),
      'a character that XML excludes': invalid(excluded, notXml(excluded.soap)),
    });
  });

  describe('lists:', () => {
    testRejections(served, {
      'an empty list of categories': invalid(createSkill({ ...NEW, categoryIds: [] })),
      'a repeated tag': invalid(createSkill({ ...NEW, tags: ['a', 'a'] })),
      '101 aliases': invalid(createSkill({ ...NEW, aliases: many(101) })),
      '2,000 aliases': invalid(createSkill({ ...NEW, aliases: many(2000) })),
      'an empty batch': invalid(batchGetSkills([])),
      'a batch of 101': invalid(batchGetSkills(many(101))),
    });
  });

  describe('violations of the rules of the catalogue:', () => {
    testRejections(served, {
      'an unknown skill': rejectedRow(getSkill('nothing'), 'NOT_FOUND', 'SKILL_NOT_FOUND'),
      'progress with an unknown skill': rejectedRow(
        setProgress('nothing', 'LEARNED'),
        'NOT_FOUND',
        'SKILL_NOT_FOUND',
      ),
      'an unknown category': rejectedRow(
        listSkills({ category: 'nothing' }),
        'NOT_FOUND',
        'CATEGORY_NOT_FOUND',
      ),
      'an id in use': rejectedRow(createSkill({ ...NEW, id: 'git' }), 'ALREADY_EXISTS', 'SKILL_EXISTS'),
      'a reference to an unknown skill': rejectedRow(
        createSkill({ ...NEW, requires: ['nothing'] }),
        'INVALID_ARGUMENT',
        'UNKNOWN_REFERENCE',
      ),
      'an update without an etag': rejectedRow(
        updateSkill('git', undefined, { name: 'Git' }),
        'FAILED_PRECONDITION',
        'ETAG_REQUIRED',
        {},
        428,
      ),
      'an update with a stale etag': rejectedRow(
        updateSkill('git', 'stale', { name: 'Git' }),
        'ABORTED',
        'ETAG_MISMATCH',
      ),
      'a deletion without an etag': rejectedRow(
        deleteSkill('git'),
        'FAILED_PRECONDITION',
        'ETAG_REQUIRED',
        {},
        428,
      ),
      'a deletion with a stale etag': rejectedRow(deleteSkill('git', 'stale'), 'ABORTED', 'ETAG_MISMATCH'),
      'a deletion of a skill that others require': rejectedRow(
        deleteSkill('git', '*'),
        'FAILED_PRECONDITION',
        'SKILL_REQUIRED',
      ),
      'a cycle of prerequisites': rejectedRow(
        updateSkill('json', '*', { requires: ['rest'] }),
        'FAILED_PRECONDITION',
        'PREREQUISITE_CYCLE',
      ),
      'a skill that requires itself': rejectedRow(
        updateSkill('git', '*', { requires: ['git'] }),
        'FAILED_PRECONDITION',
        'PREREQUISITE_CYCLE',
      ),
      'a skill related to itself': rejectedRow(
        updateSkill('git', '*', { related: ['git'] }),
        'INVALID_ARGUMENT',
        'SELF_REFERENCE',
      ),
    });
  });

  /** REST reports a pointer into the body, GraphQL the name of the argument, gRPC a name in snake_case. */
  test('each protocol reports violations by its own field names', async () => {
    const violations = async (asks: Readonly<Record<ProtocolName, SendRequest>>) =>
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
    expect(Object.keys(header)).toStrictEqual(['x-request-id']);
  });

  testNothingLogged(served);
};
