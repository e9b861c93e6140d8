/** GraphQL: selections, null and absent, the Relay connection, the limits of a document, extensions of an error. */
import { sdl } from '../documents';
import { type Mutant, mutant } from '../mutant';
import { at } from '../place';
import { badInput, contract, errorForms, graphql, graphqlCallers, wire } from '../tests';

const adapter = at('src/adapters/graphql');
const resolvers = adapter.in('resolvers');

const RESPONSES: readonly Mutant[] = [
  mutant(
    'a page counts only its own items',
    wire('listSkills'),
    adapter.in('encodeConnection').member('totalSize').setValue('items.length'),
  ),
  mutant(
    'a level that is null is not absent',
    contract('graphql', 'getSkill'),
    adapter.in('decodeSkill').comparison('level').operator('!=='),
  ),
  mutant(
    'the last page has a token',
    contract('graphql', 'listSkills'),
    adapter.in('decodeConnection').operand('hasNextPage').replace('true'),
  ),
  mutant(
    'a deletion returns no id',
    wire('deleteSkill'),
    adapter.in('RESPONSES', 'deleteSkill').member('encode').setValue('() => undefined'),
  ),
  mutant(
    'a node has the other type',
    graphql('object identification'),
    resolvers.in('__resolveType').condition('etag').never(),
  ),
];

const REQUESTS: readonly Mutant[] = [
  mutant(
    'the client selects the edges turned round',
    contract('graphql', 'getLearningPath'),
    adapter.text('edges { skillId requiresId }').replace('edges { skillId: requiresId requiresId: skillId }'),
  ),
  mutant(
    'an empty list of fields selects nothing',
    contract('graphql', 'getSkill', 'all'),
    adapter.in('select').condition('fields').replace('input.fields'),
  ),
  mutant(
    'a name that is not a field becomes a part of the document',
    errorForms('graphql', 'document'),
    adapter.in('select').guard('parseInput').never(),
  ),
  mutant(
    'the batch query changes its name at both ends',
    wire('batchGetSkills'),
    sdl('Query.skillsById').rename('skillsByIds'),
    adapter.in('ROUTES').text('skillsById').replace('skillsByIds'),
  ),
  mutant(
    'null is not absent',
    graphql('null', 'absent'),
    adapter.in('withoutNulls').operand('undefined').remove(),
  ),
  mutant(
    'null in a patch is absent',
    graphql('patch', 'null'),
    adapter.in('REQUESTS', 'updateSkill').member('patch').setValue('withoutNulls(patch)'),
  ),
  mutant(
    'the server ignores the idempotency key of a mutation',
    graphqlCallers('idempotency key', 'mutation'),
    adapter.in('withIdempotencyKey').member('idempotencyKey').remove(),
  ),
];

const LIMITS: readonly Mutant[] = [
  mutant(
    'the depth has no limit',
    badInput('graphql', 'depth limit'),
    adapter.word('graphqlDepthMax').replace('tokenCharsMax'),
  ),
  mutant(
    'aliases have no limit',
    graphql('aliases'),
    adapter.in('DOCUMENT_RULES').word('graphqlAliasesMax').replace('tokenCharsMax'),
  ),
  mutant('tokens have no limit', badInput('graphql', 'thousands'), adapter.member('maxTokens').remove()),
  mutant('the cost has no limit', graphql('cost'), adapter.in('checkCost').condition('cost').always()),
  mutant(
    'values are not counted',
    graphql('counts', 'resolved'),
    adapter.in('hasTooManyValues').comparison('values').replace('false'),
  ),
  mutant(
    'bytes are not counted',
    graphql('bytes', 'over'),
    adapter.in('isOver').comparison('bytes').replace('false'),
  ),
  mutant(
    'a field may be repeated without limit',
    graphql('times', 'selection'),
    adapter.in('addField').condition('graphqlRepeatsMax').never(),
  ),
  mutant(
    'errors of variables have no limit',
    graphql('errors', 'variables'),
    adapter.in('coerceVariables').member('maxErrors').remove(),
  ),
  mutant(
    'a negative page lowers the cost',
    graphql('cost', 'negative'),
    adapter.in('estimateValues').comparison('first').replace('args.first'),
  ),
  mutant('a cache may keep a response', wire('getSkill'), adapter.member('Cache-Control').remove()),
];

const COMPILED: readonly Mutant[] = [
  mutant(
    'every query is compiled',
    graphql('generated', 'queries'),
    adapter.in('compile').condition('isCompilable').never(),
  ),
  mutant(
    'a string of the document becomes code',
    graphql('string', 'code'),
    adapter.in('isCompilable').member('Argument').setValue('() => undefined'),
  ),
];

const ERRORS: readonly Mutant[] = [
  mutant(
    'a violation of the page size keeps its name at both ends',
    wire('listSkills-invalid'),
    adapter.in('NAMES').member('pageSize').remove(),
  ),
  mutant(
    'a message keeps the names of the domain at both ends',
    wire('listSkills-invalid'),
    at('src/adapters/common').in('translateMessage').condition('startsWith').never(),
  ),
  mutant(
    'the retry delay is not sent',
    errorForms('graphql', 'extensions'),
    adapter.in('encodeError').member('retryDelayMs').remove(),
  ),
  mutant(
    'the scope is not read',
    graphqlCallers('scope'),
    adapter.in('decodeError').member('scope').remove(),
  ),
  mutant(
    'an error has no path',
    wire('getSkill-not-found'),
    adapter.in('formatError').member('path').remove(),
  ),
  mutant(
    "a library's code is hidden",
    errorForms('graphql'),
    adapter.in('formatError').member('code').remove(),
  ),
  mutant(
    'every rejected request is a 400',
    graphqlCallers('bearer token'),
    adapter.in('httpStatus').operand('STATUS_OF_REASON').remove(),
  ),
];

export const GRAPHQL: readonly Mutant[] = [...RESPONSES, ...REQUESTS, ...LIMITS, ...COMPILED, ...ERRORS];
