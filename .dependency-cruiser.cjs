/** The import rules of the tree: `npm run layers` checks them. */

/** What each folder may import of src, beside itself. `contract` imports nothing; `cli` may import everything. */
const LAYERS = {
  contract: [],
  domain: ['contract'],
  store: ['contract'],
  policy: ['contract'],
  runtime: ['contract'],
  telemetry: ['contract', 'runtime'],
  'rate-limit': ['contract', 'runtime'],
  identity: ['contract', 'store', 'runtime'],
  'adapters/common': ['contract', 'runtime'],
  'adapters/rest': ['contract', 'runtime', 'adapters/common'],
  'adapters/graphql': ['contract', 'runtime', 'adapters/common'],
  'adapters/grpc': ['contract', 'runtime', 'adapters/common'],
  'adapters/soap': ['contract', 'runtime', 'adapters/common'],
  app: [
    ...['contract', 'domain', 'store', 'policy', 'rate-limit', 'runtime', 'identity', 'telemetry'],
    ...['adapters/common', 'adapters/rest', 'adapters/graphql', 'adapters/grpc', 'adapters/soap'],
  ],
  wire: ['contract'],
  calls: ['contract', 'app', 'wire'],
  compare: ['contract', 'app', 'calls', 'wire'],
  explorer: ['contract', 'calls', 'wire', 'compare/index\\.ts'],
};

/** The comparison's arms measure the adapters' own codecs and the bare libraries, so they alone import those. */
const ARMS = '^src/compare/explain/';

/** Where each protocol's libraries may appear. Express also serves GraphQL, the sign-in pages and the explorer. */
const LIBRARIES = {
  express: ['^node_modules/express/', '^src/(adapters/(common|rest|graphql)|identity|explorer)/'],
  graphql: [
    '^node_modules/(graphql|graphql-jit|graphql-query-complexity|@apollo|@as-integrations|@escape\\.tech)/',
    '^src/adapters/graphql/',
  ],
  grpc: ['^node_modules/(@grpc|grpc-health-check|protobufjs)/', '^src/(adapters/grpc|wire)/'],
  soap: ['^node_modules/soap/', '^src/adapters/soap/'],
  store: ['^node_modules/(kysely|libsql)/', '^src/store/'],
  identity: ['^node_modules/(jose|oidc-provider|cookie-parser|csrf-csrf|@zxcvbn-ts)/', '^src/identity/'],
  telemetry: ['^node_modules/(@opentelemetry|pino|prom-client)/', '^src/telemetry/'],
};

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const anyOf = (folders) =>
  `^src/(${folders.map((one) => (one.endsWith('.ts') ? one : `${one}/`)).join('|')})`;

module.exports = {
  forbidden: [
    rule('no-cycles', 'A cycle has no first file to read.', { path: '.' }, { circular: true }),
    ...Object.entries(LAYERS).map(([folder, seen]) =>
      rule(
        `${folder}-imports`,
        `${folder} imports itself${seen.length > 0 ? `, ${seen.join(', ')}` : ''} and nothing else of src.`,
        { path: `^src/${folder}/`, pathNot: folder === 'compare' ? ARMS : undefined },
        { path: '^src/', pathNot: anyOf([folder, ...seen]) },
      ),
    ),
    rule(
      'arms-import-adapters',
      "The comparison's arms may import the adapters and what these listen with.",
      { path: ARMS },
      { path: '^src/', pathNot: anyOf([...LAYERS.compare, 'compare', 'adapters', 'runtime']) },
    ),
    rule(
      'page-imports',
      "The explorer's page runs in a browser: of its server it imports types only.",
      { path: '^src/explorer/page/' },
      { path: '^src/', pathNot: '^src/explorer/(page/|api\\.ts$)' },
    ),
    rule('nothing-imports-cli', 'cli parses and prints.', { path: '^src/(?!cli/)' }, { path: '^src/cli/' }),
    rule(
      'no-loose-file',
      'Only main.ts and index.ts stand at the top of src.',
      { path: '^src/' },
      { path: '^src/(?!main\\.ts$|index\\.ts$)[^/]+$' },
    ),
    ...Object.entries(LIBRARIES).map(([name, [libraries, users]]) =>
      rule(
        `${name}-libraries`,
        `The libraries of ${name} appear in its own folder and in the comparison's arms.`,
        { path: '^src/', pathNot: [users, ARMS] },
        { path: libraries },
      ),
    ),
    rule(
      'examples-are-plain',
      'Examples use public libraries and none of our code.',
      { path: '^examples/' },
      { path: '^src/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'types'] },
  },
};
