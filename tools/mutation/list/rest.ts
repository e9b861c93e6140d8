/** REST: JSON and XML, the query string, the headers that carry a part of the contract, problem documents. */
import { type Mutant, mutant } from '../mutant';
import { at } from '../place';
import { badInput, contract, errorForms, rest, transport, wire } from '../tests';

const adapter = at('src/adapters/rest');
const problem = at('src/adapters/common/problem-details.ts');
const context = at('src/adapters/rest/context.ts');
const xml = at('src/adapters/common/json-as-xml.ts');

const RESPONSES: readonly Mutant[] = [
  mutant(
    'a category loses its parentId',
    wire('getCategory'),
    adapter.in('encodeCategory').member('parentId').remove(),
  ),
  mutant(
    'requires and related are swapped',
    wire('getSkill-absent-and-empty'),
    adapter.in('encodeSkill').swapMembers('requires', 'related'),
  ),
  mutant(
    'a new skill has the status 200',
    wire('createSkill'),
    adapter.in('RESPONSES', 'createSkill').word('201').replace('200'),
  ),
  mutant('a page loses its Link', wire('listSkills'), adapter.in('nextLink').member('Link').remove()),
  mutant(
    'If-None-Match is ignored',
    rest('304'),
    adapter.in('RESPONSES', 'getSkill').condition('isUnchanged').never(),
  ),
  mutant('a list in XML has no items', rest('XML'), xml.in('withItems').condition('isArray').never()),
  mutant(
    'XML is not escaped',
    rest('XML'),
    xml.in('BUILDER').member('suppressEmptyNode').replace('processEntities: false'),
  ),
];

const REQUESTS: readonly Mutant[] = [
  mutant(
    'the path of progress changes at both ends',
    wire('listProgress'),
    adapter.text('/progress').replaceAll('/learned'),
  ),
  mutant(
    'an update is a POST at both ends',
    wire('updateSkill'),
    adapter.in('ROUTES', 'updateSkill').text('PATCH').replace('POST'),
  ),
  mutant(
    'the search text keeps its name at both ends',
    wire('listSkills-invalid'),
    adapter.in('REQUESTS', 'listSkills').word('q').replaceAll('text'),
  ),
  mutant(
    'orders are swapped at both ends',
    wire('listSkills'),
    adapter.in('ORDERS').swapMembers('NAME', 'NAME_DESC'),
  ),
  mutant(
    'the server does not know a tag',
    contract('rest', 'listSkills', 'tag'),
    adapter.in('REQUESTS', 'listSkills', 'decode').text('tag').remove(),
  ),
  mutant(
    'the client sends no fields',
    wire('getSkill-fields'),
    adapter.in('encodeFields').member('fields').setValue('undefined'),
  ),
  mutant(
    'a number may end in letters',
    badInput('rest', 'number'),
    at('src/adapters/common').in('decodePageSize').guard('invalidArgument').never(),
    at('src/adapters/common').in('decodePageSize').call('Number').word('Number').replace('Number.parseInt'),
  ),
  mutant(
    'an unknown parameter is ignored',
    badInput('rest', 'unknown parameter'),
    adapter.guard('is not a known parameter').never(),
  ),
];

const HEADERS: readonly Mutant[] = [
  mutant('XML has the entity tag of JSON', rest('XML'), context.in('encodeEtag').text('.xml').remove()),
  mutant(
    'If-Match is sent without quotes',
    contract('rest', 'updateSkill', 'etag'),
    context.in('encodeIfMatch').call('encodeEtag').toArgument(0),
  ),
  mutant('a weak tag matches', rest('weak'), context.in('decodeIfMatch').text('"').last().replace('W/"')),
  mutant(
    'a false precondition permits a write',
    rest('names the current version'),
    at('src/adapters/rest/preconditions.ts').in('checkSkill').condition('header').never(),
  ),
  mutant(
    'an idempotency key keeps its quotes',
    rest('quotes'),
    context.in('decodeContext').call('exec').replace('undefined'),
  ),
  mutant(
    'the client sends no idempotency key',
    wire('createSkill-idempotency-key'),
    context.in('encodeContext').condition('key').always(),
  ),
];

const ERRORS: readonly Mutant[] = [
  mutant(
    'ABORTED is 409',
    errorForms('rest', 'ABORTED'),
    adapter.in('STATUS').member('ABORTED').setValue('409'),
  ),
  mutant(
    'an expired token is another challenge',
    errorForms('rest', 'TOKEN_EXPIRED'),
    at('src/adapters/common').in('ERROR_OF_REASON').member('TOKEN_EXPIRED').remove(),
  ),
  mutant(
    'the violations are not sent',
    wire('createSkill-invalid'),
    problem.in('encodeProblem').member('errors').remove(),
  ),
  mutant(
    'an unknown parameter has the name of an input',
    errorForms('rest', 'unknown parameter'),
    adapter.in('invalidParameter').call('otherField').toArgument(0),
  ),
  mutant(
    'the values of an order are those of the domain',
    errorForms('rest', 'OpenAPI'),
    at('src/adapters/common').in('otherValues').condition('startsWith').always(),
  ),
  mutant(
    'the resource is not read',
    transport('rest', 'NOT_FOUND', 'details'),
    problem.in('decodeProblem').member('resource').remove(),
  ),
  mutant(
    'Retry-After is in milliseconds',
    errorForms('rest', 'Retry-After'),
    problem.in('encodeProblem').word('1000').replace('1'),
  ),
  mutant(
    'the escapes of a pointer are missing at both ends',
    errorForms('rest', 'RFC 6901'),
    at('src/adapters/common/json-pointer.ts').text('~1').replaceAll('/'),
  ),
];

export const REST: readonly Mutant[] = [...RESPONSES, ...REQUESTS, ...HEADERS, ...ERRORS];
