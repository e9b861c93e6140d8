/** Four contract documents, one contract: what they do not say as src/contract says it is in the table below. */
import { INPUTS } from '../src/contract/inputs';
import type { ProtocolName } from '../src/contract/protocol';
import { OPERATION_NAMES, OPERATIONS } from '../src/contract/skills-api';
import { type Contract, type Line, TYPE_NAMES } from './support/drift/contract';
import { fieldsOf, readGraphql } from './support/drift/graphql';
import { linesOfSchema, readModel } from './support/drift/model';
import { OPERATIONS_BY_PATH, readOpenapi, schemaLines } from './support/drift/openapi';
import { fieldNumbers, readProto } from './support/drift/proto';
import { BINDING, readWsdl, typeOfElement } from './support/drift/wsdl';

const MODEL = readModel();

const READ: Readonly<Record<ProtocolName, () => Contract>> = {
  rest: readOpenapi,
  graphql: () =>
    readGraphql({
      operations: {
        listCategories: 'Query.categories',
        getCategory: 'Query.category',
        getSkill: 'Query.skill',
        listSkills: 'Query.skills',
        batchGetSkills: 'Query.skillsById',
        // Every path begins at its skill.
        getLearningPath: 'Skill.learningPath',
        createSkill: 'Mutation.createSkill',
        updateSkill: 'Mutation.updateSkill',
        deleteSkill: 'Mutation.deleteSkill',
        setProgress: 'Mutation.setProgress',
        listProgress: 'Query.progress',
      },
      // Relay's name for a page; and GraphQL has types for inputs that are none for answers.
      types: { SkillConnection: 'Page', DemonstrationInput: 'Demonstration' },
    }),
  // A response with several fields is the type itself.
  grpc: () =>
    readProto({
      Page: 'ListSkillsResponse',
      SkillBatch: 'BatchGetSkillsResponse',
      LearningPath: 'GetLearningPathResponse',
    }),
  soap: () =>
    readWsdl({
      Page: 'ListSkillsResponse',
      SkillBatch: 'BatchGetSkillsResponse',
      LearningPath: 'GetLearningPathResponse',
    }),
};

/** Where, what the document says there, and what src/contract says: empty where only one of them says something. */
type Difference = readonly [place: string, theirs: string, ours: string];

const LISTS = ['tags', 'requires', 'related', 'aliases'];
const READS = [
  'listCategories',
  'getCategory',
  'getSkill',
  'listSkills',
  'batchGetSkills',
  'getLearningPath',
];
const WRITES = OPERATION_NAMES.filter((operation) => OPERATIONS[operation] === 'write');
/** The context's, where a protocol has no place beside the input. */
const keyed = (field: string): Difference[] =>
  WRITES.map((operation): Difference => [`inputs.${operation}`, field, '']);

/** All that is style. Names in snake_case, prefixes of enum values, ID for text: the readers see to those. */
const DIFFERENCES: Readonly<Record<ProtocolName, readonly Difference[]>> = {
  rest: [
    // All methods of a path stand together.
    ['operations', 'updateSkill', ''],
    ['operations', 'deleteSkill', ''],
    ['operations', 'createSkill', ''],
    ['operations', 'setProgress', ''],
    ['operations', 'listProgress', ''],
    ['operations', '', 'createSkill, updateSkill, deleteSkill, setProgress, listProgress'],
    // An order reads as in AIP-132: a field, and `desc` where it goes down.
    ['enums.SkillOrder', 'name', 'NAME'],
    ['enums.SkillOrder', 'name desc', 'NAME_DESC'],
    ['enums.SkillOrder', 'updateTime', 'UPDATE_TIME'],
    ['enums.SkillOrder', 'updateTime desc', 'UPDATE_TIME_DESC'],
    // Every search on the web is called q.
    ['inputs.listSkills', 'q?: text', 'text?: text'],
    ['inputs.createSkill', 'body: NewSkill', 'skill: NewSkill'],
    ['inputs.updateSkill', 'If-Match?: text', 'etag?: text'],
    ['inputs.updateSkill', 'body: SkillPatch', 'patch: SkillPatch'],
    ['inputs.deleteSkill', 'If-Match?: text', 'etag?: text'],
    ['inputs.setProgress', 'body: SetProgress', 'status: ProgressStatus'],
    ...keyed('Idempotency-Key?: text'),
    // A JSON answer is an object, so that it can grow.
    ['outputs.listCategories', 'CategoryList', '[Category]'],
    ['outputs.listProgress', 'ProgressList', '[Progress]'],
  ],
  graphql: [
    // Questions stand before changes.
    ['operations', 'listProgress', ''],
    ['operations', '', 'listProgress'],
    // Relay's object identification.
    ['operations', 'Query.node', ''],
    ['types.Category', 'nodeId: text', ''],
    ['types.Skill', 'nodeId: text', ''],
    // The graph that there is to walk: references are what they refer to.
    ['types.Category', 'parent?: Category', ''],
    ['types.Category', 'children: [Category]', ''],
    ['types.Category', 'skills: [Skill]', ''],
    ['types.Skill', 'categories: [Category]', ''],
    ['types.Skill', 'requires: [Skill]', 'requires: [text]'],
    ['types.Skill', 'related: [Skill]', 'related: [text]'],
    ['types.Skill', 'learningPath: LearningPath', ''],
    ['types.Progress', 'skill?: Skill', ''],
    // Whatever may be absent may be null; the patch alone hears a difference.
    ['types.SkillPatch', 'level?: SkillLevel', 'level?: SkillLevel | null'],
    // Relay's connection, its arguments, and a filter apart from them.
    ['types.Page', 'edges: [SkillEdge]', ''],
    ['types.Page', 'nodes: [Skill]', 'items: [Skill]'],
    ['types.Page', 'pageInfo: PageInfo', 'nextPageToken?: text'],
    ['inputs.listSkills', 'filter?: SkillFilter', 'category?: text, tag?: text, text?: text'],
    ['inputs.listSkills', 'first?: int', 'pageSize?: int'],
    ['inputs.listSkills', 'after?: text', 'pageToken?: text'],
    // The id is that of the skill around it.
    ['inputs.getLearningPath', '', 'id: text'],
    // The selection set says which fields.
    ...READS.map((operation): Difference => [`inputs.${operation}`, '', 'fields?: [text]']),
    ...keyed('idempotencyKey?: text'),
    // A field needs a type, so what is gone answers its id.
    ['outputs.deleteSkill', 'text', 'nothing'],
  ],
  grpc: [
    // proto3 knows no optional list: none sent is none there, or in a patch what the mask says of it.
    ...LISTS.map((name): Difference => ['types.NewSkill', `${name}: [text]`, `${name}?: [text]`]),
    ['types.NewSkill', 'demonstrations: [Demonstration]', 'demonstrations?: [Demonstration]'],
    ...['categoryIds', ...LISTS].map(
      (name): Difference => ['types.SkillPatch', `${name}: [text]`, `${name}?: [text]`],
    ),
    ['types.SkillPatch', 'demonstrations: [Demonstration]', 'demonstrations?: [Demonstration]'],
    // A field that the mask names and the patch leaves out is removed (AIP-134).
    ['types.SkillPatch', 'level?: SkillLevel', 'level?: SkillLevel | null'],
    ['inputs.updateSkill', 'updateMask: mask', ''],
    // AIP-158: the list has its items' name, and an empty token is none.
    ['types.Page', 'skills: [Skill]', 'items: [Skill]'],
    ['types.Page', 'nextPageToken: text', 'nextPageToken?: text'],
    ['inputs.listSkills', 'pageSize: int', 'pageSize?: int'],
    // AIP-132: an order is text.
    ['enums.SkillOrder', '', 'NAME, NAME_DESC, UPDATE_TIME, UPDATE_TIME_DESC'],
    ['inputs.listSkills', 'orderBy?: text', 'orderBy?: SkillOrder'],
    // AIP-155; an empty one is none.
    ...keyed('requestId: text'),
    // AIP-157.
    ...READS.map((operation): Difference => [`inputs.${operation}`, 'readMask: mask', 'fields?: [text]']),
  ],
  // The schema is the model, but for its answers: there any element may be absent, and xs:appinfo marks the optional.
  soap: [],
};

/** The lists of a contract by their place, such as `types.Skill`. */
const flat = ({ operations, types, enums, inputs, outputs }: Contract): Record<string, readonly string[]> => {
  const under = (name: string, lists: Readonly<Record<string, readonly string[] | string>>) =>
    Object.entries(lists).map(([key, list]): [string, readonly string[]] => [
      `${name}.${key}`,
      [list].flat(),
    ]);
  return Object.fromEntries([
    ['operations', operations] as const,
    ...under('types', types),
    ...under('enums', enums),
    ...under('inputs', inputs),
    ...under('outputs', outputs),
  ]);
};

/** The document's lists as src/contract has them, where the table explains the difference. */
const explained = (lists: Record<string, readonly string[]>, differences: readonly Difference[]) => {
  const result = structuredClone(lists) as Record<string, Line[]>;
  for (const [place, theirs, ours] of differences) {
    const list = result[place]!;
    const replacement = ours === '' ? [] : ours.split(', ');
    if (theirs === '') list.push(...replacement);
    else {
      // A row that explains nothing any more has to go.
      expect([place, list]).toStrictEqual([place, expect.arrayContaining([theirs])]);
      list.splice(list.indexOf(theirs), 1, ...replacement);
    }
  }
  return result;
};

describe.each(Object.entries(READ))('%s:', (protocol, read) => {
  const theirs = explained(flat(read()), DIFFERENCES[protocol as ProtocolName]);
  test.each(Object.entries(flat(MODEL)))('%s is as src/contract has it', (place, ours) => {
    expect(theirs[place]).toStrictEqual(ours);
  });
});

test('the schemas that check a skill have the fields of its interface', () => {
  const { skill } = INPUTS.createSkill.shape;
  const { patch } = INPUTS.updateSkill.shape;
  const [newSkill, skillPatch] = [linesOfSchema(skill), linesOfSchema(patch)];
  expect(newSkill.toSorted()).toStrictEqual(MODEL.types.NewSkill!.toSorted());
  expect(skillPatch).toStrictEqual(MODEL.types.SkillPatch);
});

test('the operations of src/contract stand in THE order', () => {
  expect(MODEL.operations).toStrictEqual(OPERATION_NAMES);
});

test('OpenAPI has its paths, and the methods of each, in THE order', () => {
  const places = OPERATIONS_BY_PATH.map((path) => path.map(([name]) => MODEL.operations.indexOf(name)));
  const sorted = (numbers: readonly number[]) => numbers.toSorted((one, other) => one - other);
  expect(places).toStrictEqual(places.map(sorted));
  const firsts = places.map(([first]) => first!);
  expect(firsts).toStrictEqual(sorted(firsts));
});

test.each(['Category', 'Skill'])('OpenAPI: a partial %s has the same fields, all optional', (name) => {
  const optional = schemaLines(name).map((one) => one.replace(/\??:/, '?:'));
  expect(schemaLines(`Partial${name}`)).toStrictEqual(optional);
});

test('OpenAPI: a list without pages is an object with one member, and a status is one too', () => {
  expect(schemaLines('CategoryList')).toStrictEqual(['items: [Category]']);
  expect(schemaLines('ProgressList')).toStrictEqual(['items: [Progress]']);
  expect(schemaLines('SetProgress')).toStrictEqual(['status: ProgressStatus']);
});

test("GraphQL: the parts of Relay's connection, and the filter, are what the table above takes them for", () => {
  expect(fieldsOf('SkillFilter')).toStrictEqual(['category?: text', 'tag?: text', 'text?: text']);
  expect(fieldsOf('SkillEdge')).toStrictEqual(['cursor: text', 'node: Skill']);
  expect(fieldsOf('PageInfo').slice(-2)).toStrictEqual(['startCursor?: text', 'endCursor?: text']);
  expect(fieldsOf('DemonstrationInput')).toStrictEqual(fieldsOf('Demonstration'));
});

test('protobuf: fields are numbered in their order, and skills come first in every answer that has some', () => {
  const numbered = [
    ...TYPE_NAMES.filter((name) => name !== 'Page' && name !== 'SkillBatch' && name !== 'LearningPath'),
  ];
  for (const name of numbered) {
    const numbers = Object.values(fieldNumbers(name));
    expect([name, numbers]).toStrictEqual([name, numbers.map((_, index) => index + 1)]);
  }
  for (const name of ['GetSkill', 'CreateSkill', 'UpdateSkill'])
    expect(fieldNumbers(`${name}Response`).skill).toBe(1);
  for (const name of ['ListSkills', 'BatchGetSkills', 'GetLearningPath']) {
    expect(fieldNumbers(`${name}Response`).skills).toBe(1);
  }
  for (const name of ['SetProgress', 'ListProgress']) {
    expect(fieldNumbers(`${name}Response`)).toStrictEqual({ progress: 1 });
  }
});

test('WSDL: the binding has every operation in THE order, with a SOAPAction of its own', () => {
  expect(BINDING).toStrictEqual(
    OPERATION_NAMES.map((name) => [
      name,
      `urn:api-rosetta:skills:v1:${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    ]),
  );
});

test('WSDL: the key is an element, as a block of the header has to be', () => {
  expect(typeOfElement('IdempotencyKey')).toStrictEqual(['tns:IdempotencyKey', 'xs:token']);
});
