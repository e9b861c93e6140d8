/** Who may import whom: contract <- domain, store, policy, telemetry, identity, adapters/X <- main, compare, explorer, cli (docs: README). */
const only = (name, from, to, comment) => ({ name, severity: 'error', comment, from: { path: from }, to });
const PROTOCOL_LIBRARIES = {
  rest: '^node_modules/(express)/',
  graphql:
    '^node_modules/(graphql|graphql-jit|graphql-query-complexity|@apollo|@as-integrations|@escape\\.tech)/',
  grpc: '^node_modules/(@grpc|grpc-health-check|protobufjs)/',
  soap: '^node_modules/(soap)/',
};
/** Express serves more than REST: Apollo Server runs on it, and so do the pages where people sign in, and the explorer. */
const INSIDE = {
  rest: '^src/(adapters/(rest|graphql)|identity|explorer)/',
  graphql: '^src/adapters/graphql/',
  grpc: '^src/adapters/grpc/',
  soap: '^src/adapters/soap/',
};
/** What each of the others is made with, and nobody else knows. */
const LIBRARIES = {
  store: '^node_modules/(kysely|libsql)/',
  identity: '^node_modules/(jose|oidc-provider|cookie-parser|csrf-csrf)/',
  telemetry: '^node_modules/(@opentelemetry|pino|prom-client)/',
};
const MEASURED_ALONE = '^src/compare/explain/servers/';

module.exports = {
  forbidden: [
    only('no-cycles', '.', { circular: true }, 'A cycle has no first file to read.'),
    only(
      'contract-stands-alone',
      '^src/contract/',
      { path: '^src/', pathNot: '^src/contract/' },
      'The contract imports nothing else in src.',
    ),
    only(
      'domain-sees-contract',
      '^src/domain/',
      { path: '^src/', pathNot: '^src/(contract|domain)/' },
      'The rules know no protocol and no database.',
    ),
    only(
      'store-sees-contract',
      '^src/store/',
      { path: '^src/', pathNot: '^src/(contract|store)/' },
      'The store knows the port and the model only.',
    ),
    only(
      'policy-sees-contract',
      '^src/policy/',
      { path: '^src/', pathNot: '^src/(contract|policy)/' },
      'A policy is blind to protocols.',
    ),
    only(
      'limiter-sees-contract-and-policy',
      '^src/limiter\\.ts$',
      { path: '^src/', pathNot: '^src/(contract|policy)/' },
      'The buckets know what a policy takes from them, and no caller.',
    ),
    only(
      'identity-sees-contract-and-store',
      '^src/identity/',
      { path: '^src/', pathNot: '^src/((contract|store|identity)/|listen\\.ts$)' },
      'Who calls is asked of tokens and accounts, and of no protocol.',
    ),
    only(
      'listen-sees-contract',
      '^src/listen\\.ts$',
      { path: '^src/', pathNot: '^src/contract/' },
      'A port of its own is one for whoever wants it.',
    ),
    only(
      'page-sees-types',
      '^src/explorer/page/',
      { path: '^src/', pathNot: '^src/explorer/(page/|api\\.ts$)' },
      'The page runs in a browser; its server tells it all that it knows.',
    ),
    only(
      'telemetry-sees-contract',
      '^src/telemetry/',
      { path: '^src/', pathNot: '^src/(contract|telemetry)/' },
      'Who watches knows what is said of a call, and not who says it.',
    ),
    ...Object.keys(PROTOCOL_LIBRARIES).map((protocol) =>
      only(
        `${protocol}-sees-contract`,
        `^src/adapters/${protocol}/`,
        { path: '^src/', pathNot: `^src/(contract|adapters/common|adapters/${protocol})/` },
        'An adapter sees contract, adapters/common and itself.',
      ),
    ),
    only(
      'common-sees-contract',
      '^src/adapters/common/',
      { path: '^src/', pathNot: '^src/((contract|adapters/common)/|listen\\.ts$)' },
      'Common code knows no protocol.',
    ),
    ...Object.entries(PROTOCOL_LIBRARIES).map(([protocol, libraries]) => ({
      name: `${protocol}-library-stays-inside`,
      severity: 'error',
      comment: `The libraries of ${protocol} appear inside its adapter only, and bare, where they are measured alone.`,
      from: {
        path: '^src/',
        pathNot: [INSIDE[protocol], MEASURED_ALONE],
      },
      to: { path: libraries },
    })),
    ...Object.entries(LIBRARIES).map(([folder, libraries]) => ({
      name: `${folder}-library-stays-inside`,
      severity: 'error',
      comment: `The libraries of ${folder} appear inside its folder only.`,
      from: { path: '^src/', pathNot: `^src/${folder}/` },
      to: { path: libraries },
    })),
    only(
      'examples-are-raw',
      '^examples/',
      { path: '^src/' },
      'Examples use public libraries and no code of ours.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'types'] },
  },
};
