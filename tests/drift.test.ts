/** The four contract documents describe the contract of src/contract. The table below lists every permitted difference. */
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

/** A response with several fields is the type itself. */
const PAGES = {
  CategoryPage: 'ListCategoriesResponse',
  SkillPage: 'ListSkillsResponse',
  ProgressPage: 'ListProgressResponse',
};

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
        // A learning path is a field of its skill.
        getLearningPath: 'Skill.learningPath',
        createSkill: 'Mutation.createSkill',
        updateSkill: 'Mutation.updateSkill',
        deleteSkill: 'Mutation.deleteSkill',
        setProgress: 'Mutation.setProgress',
        listProgress: 'Query.progress',
      },
      // Relay calls a page a connection, and GraphQL needs a type of its own for the input of a demonstration.
      types: {
        CategoryConnection: 'CategoryPage',
        SkillConnection: 'SkillPage',
        ProgressConnection: 'ProgressPage',
        DemonstrationInput: 'Demonstration',
      },
    }),
  grpc: () =>
    readProto({
      ...PAGES,
      SkillBatch: 'BatchGetSkillsResponse',
      LearningPath: 'GetLearningPathResponse',
    }),
  soap: () =>
    readWsdl({
      ...PAGES,
      SkillBatch: 'BatchGetSkillsResponse',
      LearningPath: 'GetLearningPathResponse',
    }),
};

/** The place, the line in the document and the line in src/contract. A line that one of them lacks is empty. */
type Difference = readonly [place: string, documentLine: string, modelLine: string];

const PAGED = [
  ['listCategories', 'Category'],
  ['listSkills', 'Skill'],
  ['listProgress', 'Progress'],
] as const;
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
/** The idempotency key belongs to the context; these documents declare it as a field of the input. */
const keyed = (field: string): Difference[] =>
  WRITES.map((operation): Difference => [`inputs.${operation}`, field, '']);

/** The permitted differences. The readers already normalise snake_case, enum prefixes and ID. */
const DIFFERENCES: Readonly<Record<ProtocolName, readonly Difference[]>> = {
  rest: [
    // OpenAPI groups the methods of a path.
    ['operations', 'updateSkill', ''],
    ['operations', 'deleteSkill', ''],
    ['operations', 'createSkill', ''],
    ['operations', 'setProgress', ''],
    ['operations', 'listProgress', ''],
    ['operations', '', 'createSkill, updateSkill, deleteSkill, setProgress, listProgress'],
    // An order has the form of AIP-132: a field, followed by `desc` for descending order.
    ['enums.SkillOrder', 'name', 'NAME'],
    ['enums.SkillOrder', 'name desc', 'NAME_DESC'],
    ['enums.SkillOrder', 'updateTime', 'UPDATE_TIME'],
    ['enums.SkillOrder', 'updateTime desc', 'UPDATE_TIME_DESC'],
    // The query parameter for a text search is conventionally called q.
    ['inputs.listSkills', 'q?: text', 'text?: text'],
    // Preconditions of HTTP (RFC 9110, section 13).
    ['inputs.getSkill', 'If-Match?: text', ''],
    ['inputs.getSkill', 'If-None-Match?: text', ''],
    ['inputs.updateSkill', 'If-None-Match?: text', ''],
    ['inputs.deleteSkill', 'If-None-Match?: text', ''],
    ['inputs.setProgress', 'If-Match?: text', ''],
    ['inputs.setProgress', 'If-None-Match?: text', ''],
    ['inputs.createSkill', 'body: NewSkill', 'skill: NewSkill'],
    ['inputs.updateSkill', 'If-Match?: text', 'etag?: text'],
    ['inputs.updateSkill', 'body: SkillPatch', 'patch: SkillPatch'],
    ['inputs.deleteSkill', 'If-Match?: text', 'etag?: text'],
    ['inputs.setProgress', 'body: SetProgress', 'status: ProgressStatus'],
    ...keyed('Idempotency-Key?: text'),
  ],
  graphql: [
    // Queries stand before mutations.
    ['operations', 'listProgress', ''],
    ['operations', '', 'listProgress'],
    // Relay object identification.
    ['operations', 'Query.node', ''],
    ['types.Category', 'nodeId: text', ''],
    ['types.Skill', 'nodeId: text', ''],
    // GraphQL resolves references to the objects that they refer to.
    ['types.Category', 'parent?: Category', ''],
    ['types.Category', 'children: [Category]', ''],
    ['types.Category', 'skills: SkillPage', ''],
    ['types.Skill', 'categories: [Category]', ''],
    ['types.Skill', 'requires: [Skill]', 'requires: [text]'],
    ['types.Skill', 'related: [Skill]', 'related: [text]'],
    ['types.Skill', 'learningPath: LearningPath', ''],
    ['types.Progress', 'skill?: Skill', ''],
    // Any optional field is nullable; only a patch distinguishes null from absent.
    ['types.SkillPatch', 'level?: SkillLevel', 'level?: SkillLevel | null'],
    // A Relay connection with its arguments, and a filter as a separate argument.
    ...PAGED.flatMap(([operation, item]): Difference[] => [
      [`types.${item}Page`, `edges: [${item}Edge]`, ''],
      [`types.${item}Page`, `nodes: [${item}]`, `items: [${item}]`],
      [`types.${item}Page`, 'pageInfo: PageInfo', 'nextPageToken?: text'],
      [`inputs.${operation}`, 'first?: int', 'pageSize?: int'],
      [`inputs.${operation}`, 'after?: text', 'pageToken?: text'],
    ]),
    ['inputs.listSkills', 'filter?: SkillFilter', 'category?: text, tag?: text, text?: text'],
    // The id is that of the enclosing skill.
    ['inputs.getLearningPath', '', 'id: text'],
    // The selection set replaces `fields`.
    ...READS.map((operation): Difference => [`inputs.${operation}`, '', 'fields?: [text]']),
    ...keyed('idempotencyKey?: text'),
    // Every GraphQL field needs a type, so deleteSkill returns the id.
    ['outputs.deleteSkill', 'text', 'nothing'],
  ],
  grpc: [
    // proto3 has no optional list: an absent list is empty, and in a patch the mask selects the lists.
    ...LISTS.map((name): Difference => ['types.NewSkill', `${name}: [text]`, `${name}?: [text]`]),
    ['types.NewSkill', 'demonstrations: [Demonstration]', 'demonstrations?: [Demonstration]'],
    ...['categoryIds', ...LISTS].map(
      (name): Difference => ['types.SkillPatch', `${name}: [text]`, `${name}?: [text]`],
    ),
    ['types.SkillPatch', 'demonstrations: [Demonstration]', 'demonstrations?: [Demonstration]'],
    // A field that the mask names and the patch omits is removed (AIP-134).
    ['types.SkillPatch', 'level?: SkillLevel', 'level?: SkillLevel | null'],
    ['inputs.updateSkill', 'updateMask: mask', ''],
    // AIP-158: the list is named after its items, and an empty page token means that there is none.
    ['types.CategoryPage', 'categories: [Category]', 'items: [Category]'],
    ['types.SkillPage', 'skills: [Skill]', 'items: [Skill]'],
    ['types.ProgressPage', 'progress: [Progress]', 'items: [Progress]'],
    ...PAGED.flatMap(([operation, item]): Difference[] => [
      [`types.${item}Page`, 'nextPageToken: text', 'nextPageToken?: text'],
      [`inputs.${operation}`, 'pageSize: int', 'pageSize?: int'],
    ]),
    // AIP-132: order_by is text.
    ['enums.SkillOrder', '', 'NAME, NAME_DESC, UPDATE_TIME, UPDATE_TIME_DESC'],
    ['inputs.listSkills', 'orderBy?: text', 'orderBy?: SkillOrder'],
    // AIP-155: request_id; an empty one means that there is none.
    ...keyed('requestId: text'),
    // AIP-157: read_mask.
    ...READS.map((operation): Difference => [`inputs.${operation}`, 'readMask: mask', 'fields?: [text]']),
  ],
  // The schema equals the model. In responses any element may be absent, so xs:appinfo marks the optional ones.
  soap: [],
};

/** The lists of a contract by place, such as `types.Skill`. */
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

/** Rewrites the lists of a document to those of src/contract, as far as the table lists the differences. */
const explained = (lists: Record<string, readonly string[]>, differences: readonly Difference[]) => {
  const result = structuredClone(lists) as Record<string, Line[]>;
  for (const [place, documentLine, modelLine] of differences) {
    const list = result[place]!;
    const replacement = modelLine === '' ? [] : modelLine.split(', ');
    if (documentLine === '') list.push(...replacement);
    else {
      // A row whose difference no longer exists must be removed.
      expect([place, list]).toStrictEqual([place, expect.arrayContaining([documentLine])]);
      list.splice(list.indexOf(documentLine), 1, ...replacement);
    }
  }
  return result;
};

describe.each(Object.entries(READ))('%s:', (protocol, read) => {
  const documentLists = explained(flat(read()), DIFFERENCES[protocol as ProtocolName]);
  test.each(Object.entries(flat(MODEL)))('%s equals src/contract', (place, modelLines) => {
    expect(documentLists[place]).toStrictEqual(modelLines);
  });
});

test('the validation schemas of a skill have the fields of its interface', () => {
  const { skill } = INPUTS.createSkill.shape;
  const { patch } = INPUTS.updateSkill.shape;
  const [newSkill, skillPatch] = [linesOfSchema(skill), linesOfSchema(patch)];
  expect(newSkill.toSorted()).toStrictEqual(MODEL.types.NewSkill!.toSorted());
  expect(skillPatch).toStrictEqual(MODEL.types.SkillPatch);
});

test('OPERATION_NAMES has the order of the SkillsApi interface', () => {
  expect(MODEL.operations).toStrictEqual(OPERATION_NAMES);
});

test('OpenAPI has its paths, and the methods of each path, in SkillsApi order', () => {
  const places = OPERATIONS_BY_PATH.map((path) => path.map(([name]) => MODEL.operations.indexOf(name)));
  const sorted = (numbers: readonly number[]) => numbers.toSorted((one, other) => one - other);
  expect(places).toStrictEqual(places.map(sorted));
  const firsts = places.map(([first]) => first!);
  expect(firsts).toStrictEqual(sorted(firsts));
});

test.each(['Category', 'Skill'])(
  'OpenAPI: Partial%s has the fields of the full type, all optional',
  (name) => {
    const optional = schemaLines(name).map((one) => one.replace(/\??:/, '?:'));
    expect(schemaLines(`Partial${name}`)).toStrictEqual(optional);
  },
);

test('OpenAPI: SetProgress is an object with one member', () => {
  expect(schemaLines('SetProgress')).toStrictEqual(['status: ProgressStatus']);
});

test('GraphQL: SkillFilter, the edges, PageInfo and DemonstrationInput have the fields that the table assumes', () => {
  expect(fieldsOf('SkillFilter')).toStrictEqual(['category?: text', 'tag?: text', 'text?: text']);
  for (const [, item] of PAGED) {
    expect(fieldsOf(`${item}Edge`)).toStrictEqual(['cursor: text', `node: ${item}`]);
  }
  expect(fieldsOf('PageInfo').slice(-2)).toStrictEqual(['startCursor?: text', 'endCursor?: text']);
  expect(fieldsOf('DemonstrationInput')).toStrictEqual(fieldsOf('Demonstration'));
});

test('protobuf: fields are numbered in order, and skills or progress are field 1 of a response', () => {
  const numbered = [
    ...TYPE_NAMES.filter(
      (name) => !name.endsWith('Page') && name !== 'SkillBatch' && name !== 'LearningPath',
    ),
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
  expect(fieldNumbers('SetProgressResponse')).toStrictEqual({ progress: 1 });
  for (const [operation, items] of [
    ['ListCategories', 'categories'],
    ['ListSkills', 'skills'],
    ['ListProgress', 'progress'],
  ] as const) {
    const numbers = { [items]: 1, nextPageToken: 2, totalSize: 3 };
    expect(fieldNumbers(`${operation}Response`)).toStrictEqual(numbers);
  }
});

test('WSDL: the binding has every operation in SkillsApi order, each with its SOAPAction', () => {
  expect(BINDING).toStrictEqual(
    OPERATION_NAMES.map((name) => [
      name,
      `urn:api-rosetta:skills:v1:${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    ]),
  );
});

test('WSDL: IdempotencyKey is a global element, as a header block must be', () => {
  expect(typeOfElement('IdempotencyKey')).toStrictEqual(['tns:IdempotencyKey', 'xs:token']);
});
