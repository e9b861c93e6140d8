/** An operation gets another route at both ends of its wire: the law still holds, and only the outside can tell. */
import { OPERATION_NAMES, type Operation } from '../../src/contract/skills-api';
import { type Edit, everywhere, type Mutant, wire } from './mutant';

type Edits = readonly [Edit, ...Edit[]];

const routesOf = (
  protocol: string,
  edits: (operation: Operation, method: string) => Edits,
  operations: readonly Operation[] = OPERATION_NAMES,
): Mutant[] =>
  operations.map((operation) => {
    const [first, ...and] = edits(operation, operation.charAt(0).toUpperCase() + operation.slice(1));
    return { name: `${protocol}'s ${operation} moves`, ...first, and, tests: wire(operation) };
  });

const restServer = (find: string, replace: string): Edit => ({
  file: 'src/adapters/rest/server.ts',
  find,
  replace,
});
const restClient = (find: string, replace: string): Edit => ({
  file: 'src/adapters/rest/client.ts',
  find,
  replace,
});

const REST: Readonly<Record<Operation, Edits>> = {
  listCategories: [
    restServer("path: '/categories',", "path: '/shelves',"),
    restClient("'/categories'", "'/shelves'"),
  ],
  getCategory: [
    restServer("path: '/categories/:id'", "path: '/category/:id'"),
    restClient('`/categories/$', '`/category/$'),
  ],
  getSkill: [
    restServer("method: 'get',\n    path: '/skills/:id',", "method: 'get',\n    path: '/skill/:id',"),
    restClient("'getSkill', input, context, `/skills/", "'getSkill', input, context, `/skill/"),
  ],
  listSkills: [
    restServer("method: 'get',\n    path: '/skills',", "method: 'get',\n    path: '/list',"),
    restClient("'listSkills', input, context, '/skills'", "'listSkills', input, context, '/list'"),
  ],
  batchGetSkills: [restServer(':batchGet', ':batch'), restClient(':batchGet', ':batch')],
  getLearningPath: [restServer('/learning-path', '/path'), restClient('/learning-path', '/path')],
  createSkill: [
    restServer("method: 'post',\n    path: '/skills',", "method: 'post',\n    path: '/skills/new',"),
    restClient("method: 'POST',\n        path: '/skills',", "method: 'POST',\n        path: '/skills/new',"),
  ],
  updateSkill: [
    restServer("method: 'patch'", "method: 'post'"),
    restClient("method: 'PATCH'", "method: 'POST'"),
  ],
  deleteSkill: [
    restServer("method: 'delete',\n    path: '/skills/:id'", "method: 'delete',\n    path: '/gone/:id'"),
    restClient("method: 'DELETE',\n        path: `/skills/", "method: 'DELETE',\n        path: `/gone/"),
  ],
  setProgress: [
    restServer("path: '/progress/:skillId'", "path: '/learned/:skillId'"),
    restClient('`/progress/$', '`/learned/$'),
  ],
  listProgress: [
    restServer("path: '/progress',", "path: '/learned',"),
    restClient("'/progress'", "'/learned'"),
  ],
};

/** Where the same rule names them all. */
const SOME = ['listCategories', 'getSkill', 'listSkills', 'updateSkill', 'deleteSkill'] as const;

const sdl = (find: string, replace: string): Edit => ({ file: 'graphql/skills.graphql', find, replace });
const resolver = (find: string, replace: string): Edit => ({
  file: 'src/adapters/graphql/server.ts',
  find,
  replace,
});
const documents = (find: string, replace: string): Edit => ({
  file: 'src/adapters/graphql/wire.ts',
  find,
  replace,
});
const answers = (find: string, replace: string): Edit => ({
  file: 'src/adapters/graphql/client.ts',
  find,
  replace,
});

const GRAPHQL: Readonly<Record<Operation, Edits>> = {
  listCategories: [
    sdl('  categories: [Category!]\n', '  shelves: [Category!]\n'),
    resolver('    categories: (_, _input', '    shelves: (_, _input'),
    documents('{ categories {', '{ shelves {'),
    answers(').categories', ').shelves'),
  ],
  getCategory: [
    sdl('  category(id', '  shelf(id'),
    resolver('    category: (_', '    shelf: (_'),
    documents('{ category(id', '{ shelf(id'),
    answers(').category)', ').shelf)'),
  ],
  getSkill: [
    sdl('  skill(id', '  one(id'),
    resolver('    skill: (_', '    one: (_'),
    everywhere(documents('{ skill(id', '{ one(id')),
    everywhere(answers('{ id: input.id })).skill', '{ id: input.id })).one')),
  ],
  listSkills: [
    sdl('  skills(filter', '  list(filter'),
    resolver('    skills: async', '    list: async'),
    documents('{ skills(filter', '{ list(filter'),
    answers(').skills)', ').list)'),
  ],
  batchGetSkills: [
    sdl('  skillsById(', '  some('),
    resolver('    skillsById: (', '    some: ('),
    documents('{ skillsById(', '{ some('),
    answers(').skillsById', ').some'),
  ],
  getLearningPath: [
    sdl('  learningPath: L', '  path: L'),
    resolver('    learningPath: (', '    path: ('),
    documents('{ learningPath {', '{ path {'),
    answers('.learningPath', '.path'),
  ],
  createSkill: [
    sdl('  createSkill(', '  addSkill('),
    resolver('    createSkill: (', '    addSkill: ('),
    documents('{ createSkill(', '{ addSkill('),
    answers(').createSkill', ').addSkill'),
  ],
  updateSkill: [
    sdl('  updateSkill(', '  setSkill('),
    resolver('    updateSkill: (', '    setSkill: ('),
    documents('{ updateSkill(', '{ setSkill('),
    answers(').updateSkill', ').setSkill'),
  ],
  deleteSkill: [
    sdl('  deleteSkill(', '  dropSkill('),
    resolver('    deleteSkill: async', '    dropSkill: async'),
    documents('{ deleteSkill(', '{ dropSkill('),
  ],
  setProgress: [
    sdl('  setProgress(', '  learn('),
    resolver('    setProgress: (', '    learn: ('),
    documents('{ setProgress(', '{ learn('),
    answers(').setProgress', ').learn'),
  ],
  listProgress: [
    sdl('  progress: [Progress!]', '  learned: [Progress!]'),
    resolver('    progress: (_', '    learned: (_'),
    documents('`{ progress {', '`{ learned {'),
    answers(').progress', ').learned'),
  ],
};

const grpc = (_operation: Operation, method: string): Edits => [
  { file: 'protos/skills/v1/skills.proto', find: `rpc ${method}(`, replace: `rpc Do${method}(` },
  {
    file: 'src/adapters/grpc/schema.ts',
    find: 'PACKAGE[SERVICE_NAME] as ServiceDefinition).map(([name, method]) => [',
    replace:
      "PACKAGE[SERVICE_NAME] as ServiceDefinition).map(([rpc, method]) => [rpc.replace(/^Do/, ''), method] as const).map(([name, method]) => [",
  },
];

const soap = (operation: Operation, method: string): Edits => {
  const wsdl = (before: string, after: string): Edit =>
    everywhere({
      file: 'wsdl/skills.wsdl',
      find: before + method + after,
      replace: `${before}Do${method}${after}`,
    });
  return [
    wsdl('"', '"'),
    wsdl('tns:', '"'),
    wsdl('"', 'Response"'),
    wsdl('tns:', 'Response"'),
    wsdl(':v1:', '"'),
    {
      file: 'src/adapters/soap/schema.ts',
      find: '  operation.charAt(0)',
      replace: `  (operation === '${operation}' ? 'Do' : '') + operation.charAt(0)`,
    },
  ];
};

export const ROUTES: readonly Mutant[] = [
  ...routesOf('rest', (operation) => REST[operation]),
  ...routesOf('graphql', (operation) => GRAPHQL[operation]),
  ...routesOf('grpc', grpc, SOME),
  ...routesOf('soap', soap, SOME),
];
