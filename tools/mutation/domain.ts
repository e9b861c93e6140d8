/** The rules of the domain, which know no protocol. */
import { change, facts, type Mutant, type Tests } from './mutant';

const service = (named: string): Tests => ({ path: 'tests/domain/service', named });
const guards = (named: string): Tests => ({ path: 'tests/contract/guards', named });
const writes = change('src/domain/writes.ts');
const tokens = change('src/domain/page-token.ts');
const TOKEN = (named: string): Tests => ({ path: 'tests/domain/page-token', named });

export const DOMAIN: readonly Mutant[] = [
  writes(
    'a cycle is let through',
    '  if (cycle) {',
    '  if (cycle && cycle.length > 99) {',
    service('a skill that would require itself'),
  ),
  writes(
    'a stale etag is let through',
    "etag !== '*' && etag !== skill.etag",
    "etag !== '*' && etag === ''",
    service('updateSkill'),
  ),
  writes('no etag is any etag', 'if (etag === undefined) {', "if (etag === '') {", service('deleteSkill')),
  writes(
    'an id in use is written over',
    'if (catalogue.skill(id)) {',
    "if (catalogue.skill(id) && id === '') {",
    service('createSkill refuses an id in use'),
  ),
  writes(
    'what others require is deleted',
    'if (dependents.length > 0) throw',
    'if (dependents.length > 99) throw',
    service('deleteSkill is refused while'),
  ),
  writes(
    'what is deleted stays related',
    'skill.related.filter((other) => other !== id)',
    'skill.related',
    service('deleteSkill takes the skill out'),
  ),
  writes(
    'references to nothing are let through',
    "if (violations.length > 0) throw violated(violations, 'UNKNOWN_REFERENCE');",
    '',
    service('createSkill names every reference'),
  ),
  writes(
    'a skill may be related to itself',
    'if (self >= 0) throw',
    'if (self > 99) throw',
    service('a skill can not be related to itself'),
  ),
  writes(
    'a clock that is set back sets back a skill',
    '(a > b ? a : b)',
    "(a > '' ? b : a)",
    service('updateTime does not go back'),
  ),
  writes(
    'a change that changes nothing is written',
    'if (isDeepStrictEqual(after, before))',
    "if (isDeepStrictEqual(after, ''))",
    service('a patch that changes nothing'),
  ),
  tokens(
    'a forged page token is taken',
    '!timingSafeEqual(signature, sign(query, cursor))',
    '!sign(query, cursor)',
    TOKEN('a token with any character changed'),
  ),
  tokens(
    "another query's page token is taken",
    "orderBy ?? 'NAME', cursor]",
    'cursor]',
    facts('direct: listSkills pages nothing for the token of another query'),
  ),
  change('src/domain/categories.ts')(
    'a category has only its own skills',
    "...(lineage.get(category.parentId ?? '') ?? [])",
    '',
    facts('direct: listSkills finds a category with all below it'),
  ),
  change('src/domain/catalogue.ts')(
    'a full page is never the last',
    'more: found.length > limit',
    'more: found.length >= limit',
    facts('direct: listSkills pages the total on every page'),
  ),
  change('src/domain/catalogue.ts')(
    'descending is ascending',
    "endsWith('_DESC') ? -1 : 1",
    "endsWith('_DESC') ? 1 : 1",
    service('listSkills orders by folded name'),
  ),
  change('src/domain/words.ts')('accents matter', ".replace(/\\p{M}+/gu, '')", '', service('listSkills')),
  change('src/domain/learning-path.ts')(
    'a path begins with its end',
    'order.push(top.id)',
    'order.unshift(top.id)',
    { path: 'tests/domain/learning-path', named: 'a learning path holds exactly' },
  ),
  change('src/domain/mask.ts')(
    'fields are not looked at',
    'if (!fields?.length) return',
    'if (!fields?.length || fields) return',
    service('fields are answered in the order'),
  ),
  change('src/domain/service.ts')(
    'a page may have any size',
    'Math.min(pageSize || LIMITS.pageSizeDefault, LIMITS.pageSizeMax)',
    'pageSize || LIMITS.pageSizeDefault',
    service('listSkills takes no page size for 20'),
  ),
  change('src/domain/service.ts')(
    'a write is not told that its caller has gone',
    '{ signal, ...keyed }',
    '{ ...keyed }',
    service('a write whose caller has gone'),
  ),
  change('src/domain/service.ts')(
    'what is planned counts as learned',
    "filter(({ status }) => status === 'LEARNED')",
    'filter(({ status }) => status)',
    guards('getLearningPath names what its learner'),
  ),
  change('src/domain/service.ts')(
    'a service has learned what a learner of its name has',
    'if (!caller?.learner) return NOTHING;',
    'if (!caller) return NOTHING;',
    guards('getLearningPath names nothing for nobody'),
  ),
  writes(
    'a status that is said again begins anew',
    'if (same) return',
    "if (same && time === '') return",
    guards('setProgress leaves a status'),
  ),
  writes(
    'anything can be learned',
    "if (!catalogue.skill(skillId)) throw notFound('skill', skillId);",
    '',
    facts('direct: setProgress refuses an unknown id'),
  ),
  change('src/domain/service.ts')(
    'a missing id is named as often as it is asked for',
    'const missing = new Set(',
    'const missing = Array.from(',
    service('batchGetSkills keeps order'),
  ),
];
