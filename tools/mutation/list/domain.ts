/** The rules of the domain, the validation of inputs and the limits. */
import { type Mutant, mutant } from '../mutant';
import { at } from '../place';
import { badInput, callers, contract, domain, learningPath, pageTokens } from '../tests';

const rules = at('src/domain');
const writes = at('src/domain/writes.ts');
const inputs = at('src/contract/inputs.ts');

export const DOMAIN: readonly Mutant[] = [
  mutant('a cycle of prerequisites is stored', domain(), rules.guard('PREREQUISITE_CYCLE').never()),
  mutant('a stale etag is accepted', domain('updateSkill'), rules.guard('ETAG_MISMATCH').never()),
  mutant('a reference to nothing is stored', domain('createSkill'), rules.guard('UNKNOWN_REFERENCE').never()),
  mutant(
    'a deleted skill stays related to others',
    domain('deleteSkill'),
    writes.in('decideDelete').call('filter').toReceiver(),
  ),
  mutant('the update time goes back', domain('updateTime'), rules.in('laterTime').condition('a').never()),
  mutant(
    'a planned skill counts as learned',
    callers('getLearningPath'),
    rules.comparison('LEARNED').replace('true'),
  ),
  mutant('a forged page token is accepted', pageTokens(), rules.operand('timingSafeEqual').remove()),
  mutant(
    "another order's page token is accepted",
    contract('direct', 'token of another query'),
    rules.in('skillsOfQuery').member('parts').item('orderBy').replace("''"),
  ),
  mutant(
    'a category lists only its own skills',
    contract('listSkills', 'category'),
    rules.in('categoryTree').call('get').with('lineage').replace('undefined'),
  ),
  mutant(
    'a full page is never the last',
    contract('direct', 'listSkills', 'pages'),
    rules.in('list').comparison('limit').operator('>='),
  ),
  mutant('descending is ascending', domain('listSkills'), rules.condition('_DESC').never()),
  mutant(
    'a learning path begins at its end',
    learningPath(),
    rules.call('push').with('top').word('push').replace('unshift'),
  ),
  mutant(
    'a page has no maximum',
    domain('listSkills', 'page size'),
    rules.in('pageSizeOf').call('min').toArgument(),
  ),
  mutant(
    'a missing id is repeated',
    domain('batchGetSkills'),
    rules.call('Set').with('ids').word('Set').replace('Array'),
  ),
  mutant(
    'an unknown field is dropped',
    badInput('rest', 'unknown field'),
    inputs.in('newSkill').word('strictObject').replace('object'),
  ),
  mutant(
    'a list may repeat an item',
    contract('rest', 'updateSkill', 'tag'),
    inputs.in('set').comparison('size').replace('true'),
  ),
  mutant(
    'carriage returns are stored',
    contract('direct', 'createSkill', 'carriage'),
    inputs.in('text').call('overwrite').toReceiver(),
  ),
];
