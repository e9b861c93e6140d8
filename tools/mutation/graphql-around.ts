/** GraphQL, around the codec: the walk through the graph, the bounds of a document, and the extensions of an error. */
import { adapter, badInput, change, forms, type Mutant, names, wire, wires } from './mutant';

const server = change('src/adapters/graphql/server.ts');
const context = change('src/adapters/graphql/context.ts');
const schema = change('src/adapters/graphql/schema.ts');
const SERVER: readonly Mutant[] = [
  server('a category has no children', 'graph().childrenOf(id)', '[]', adapter('graphql.test', 'the graph:')),
  server(
    'a category has no parent',
    'parentId && graph().category(parentId)',
    'undefined',
    adapter('graphql.test', 'the graph:'),
  ),
  server(
    'a skill has no categories',
    'found(categoryIds, graph().category)',
    '[]',
    adapter('graphql.test', 'the graph:'),
  ),
  server(
    'a node is of the other type',
    "? 'Skill' : 'Category'",
    "? 'Category' : 'Skill'",
    adapter('graphql.test', "Relay's object identification"),
  ),
  server('a deletion answers nothing', 'return input.id;', 'return undefined;', wire('deleteSkill')),
  server(
    'introspection is off',
    'introspection: true',
    'introspection: false',
    adapter('graphql.test', 'the schema: introspection'),
  ),
  server(
    'a document may have any number of tokens',
    'parseOptions: { maxTokens: LIMITS.graphqlTokensMax },',
    '',
    badInput('thousands of questions in one: graphql'),
  ),
  server(
    'a body may have any size',
    'limit: LIMITS.bodyBytesMax',
    "limit: '1gb'",
    badInput('a body over 1 MiB: graphql'),
  ),
  server(
    'the content type is not looked at',
    "request.method !== 'POST' || request.is",
    "request.method === 'POST' || request.is",
    badInput('a wrong content type: graphql'),
  ),
  server(
    'any HTTP method is let through',
    'requireGetOrPost, requireJson',
    'requireJson',
    badInput('a wrong HTTP method: graphql'),
  ),
  server(
    'the request id does not come back',
    "'no-store', ...security, ...answerHeaders(request) }",
    "'no-store', ...security }",
    adapter('graphql.test', 'X-Request-Id goes back'),
  ),
  server('an answer may be kept by a cache', "'Cache-Control': 'no-store', ", '', wire('getSkill')),
  context(
    'the timeout and the request id are not read',
    'call: decodeHttpContext(request, response)',
    'call: {}',
    wires('graphql what travels beside the input reaches'),
  ),
  context(
    'the idempotency key of a mutation is lost',
    '{ ...call, idempotencyKey }',
    'call',
    adapter('graphql/guards.test', 'the idempotency key: is the own one'),
  ),
  server(
    'the security headers are not there',
    "'no-store', ...security,",
    "'no-store',",
    adapter('graphql/guards.test', 'the security headers are there with data'),
  ),
  server(
    'every refusal is a 400',
    'STATUS_OF_REFUSAL[error.reason] ??',
    '',
    adapter('graphql/guards.test', 'the bearer token: "Basic YTpi"'),
  ),
  server(
    'those who watch hear of no error',
    'if (errors?.[0]) observed.failed(',
    'if (errors?.[99]) observed.failed(',
    adapter('graphql/guards.test', 'those who watch: hear of an error'),
  ),
  server(
    'those who watch hear of no refusal by Apollo',
    'if (statusCode >= 400) observed.failed(',
    'if (statusCode >= 600) observed.failed(',
    adapter('graphql/guards.test', 'those who watch: hear of an error'),
  ),
  schema(
    'nesting has no bound',
    'n: LIMITS.graphqlDepthMax',
    'n: 1000',
    badInput('more levels than any question needs: graphql'),
  ),
  schema(
    'a document may have any number of aliases',
    'n: LIMITS.graphqlAliasesMax',
    'n: 1000',
    adapter('graphql.test', 'aliases:'),
  ),
  schema(
    'an answer may have any size',
    '<= LIMITS.graphqlCostMax) return;\n  if',
    '<= Number.POSITIVE_INFINITY) return;\n  if',
    adapter('graphql.test', 'the cost:'),
  ),
  schema(
    'what a variable could be is not thought of',
    "bound === 'at worst' && isVariable(node, name)",
    'bound === undefined && isVariable(node, name)',
    adapter('graphql.test', 'the cost:'),
  ),
  schema(
    'what a variable is does not count',
    "bound === 'at worst' && isVariable(node, name)",
    'isVariable(node, name)',
    adapter('graphql.test', 'the cost:'),
  ),
  schema(
    'a negative page takes from the rest',
    'args.first > 0 ? args.first',
    'args.first ? args.first',
    adapter('graphql.test', 'the cost: a page of less'),
  ),
  schema('the endpoint moves at both ends', "'/graphql'", "'/query'", wire('getSkill')),
];

const errors = change('src/adapters/graphql/errors.ts');
const ERRORS: readonly Mutant[] = [
  errors(
    'the violations are not sent',
    '...(details.violations && {',
    '...(false && {',
    wire('createSkill-invalid'),
  ),
  errors(
    "a violation has the model's name for the page size at both ends",
    "  pageSize: 'first',\n",
    '',
    wire('listSkills-invalid'),
  ),
  errors(
    "a violation has the model's name for the filter at both ends",
    "  text: 'filter.text',\n",
    '',
    names('graphql calls the fields'),
  ),
  errors(
    'a violation is not read as the model names it',
    'field: FIELDS[field] ?? field',
    'field',
    wires("graphql carries a violation of 'pageToken'"),
  ),
  errors(
    'the resource is not sent',
    '...(details.resource && { resource: details.resource }),',
    '',
    wire('getSkill-not-found'),
  ),
  errors(
    'the retry delay is not sent',
    '...(details.retryDelayMs !== undefined && { retryDelayMs: details.retryDelayMs }),',
    '',
    forms('graphql: extensions'),
  ),
  errors(
    'the scope is not sent',
    '...(details.scope !== undefined && { scope: details.scope }),',
    '',
    adapter('graphql/guards.test', 'the scope that would be enough'),
  ),
  errors(
    'the scope is not read',
    '...(scope !== undefined && { scope }),',
    '',
    adapter('graphql/guards.test', 'the scope that would be enough'),
  ),
  errors(
    'the reason is not read',
    'SkillsError(domainCode, reason,',
    'SkillsError(domainCode, domainCode,',
    wires('graphql carries NOT_FOUND of every'),
  ),
  errors('an error does not say where', '...(path && { path }),', '', wire('getSkill-not-found')),
  errors(
    "a library's own code is hidden",
    'ours ? extensions : { ...extensions, code: reason }',
    'extensions',
    names("graphql says a library's complaint"),
  ),
  errors(
    'what else is thrown is told',
    '? asSkillsError(original)',
    "? new SkillsError('INTERNAL', 'INTERNAL', String((original as Error)?.message))",
    wires('graphql says INTERNAL and nothing more where an Error is thrown'),
  ),
];

export const GRAPHQL_AROUND: readonly Mutant[] = [...SERVER, ...ERRORS];
