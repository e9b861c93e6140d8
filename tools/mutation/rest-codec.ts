/** REST: the codec and the query string. */
import { adapter, badInput, change, facts, type Mutant, names, wire } from './mutant';

const codec = change('src/adapters/rest/wire.ts');
export const REST_CODEC: readonly Mutant[] = [
  codec(
    'a category goes without its parent',
    'JSON.stringify({ id, name, summary, parentId, position })',
    'JSON.stringify({ id, name, summary, position })',
    wire('getCategory'),
  ),
  codec('a skill goes without its aliases', '    aliases: skill.aliases,\n', '', wire('getSkill')),
  codec(
    'requires and related change places',
    'requires: skill.requires,\n    related: skill.related,',
    'requires: skill.related,\n    related: skill.requires,',
    facts('rest: getSkill answers every field of git'),
  ),
  codec(
    'a demonstration goes without its note',
    '({ path, note }) => ({ path, note })',
    '({ path }) => ({ path })',
    wire('getSkill'),
  ),
  codec(
    'a page has no next one',
    'nextPageToken === undefined ?',
    'nextPageToken !== null ?',
    wire('listSkills'),
  ),
  codec(
    'a page counts only its own items',
    '"totalSize":$' + '{totalSize}',
    '"totalSize":$' + '{items.length}',
    wire('listSkills'),
  ),
  codec(
    'a batch forgets what is missing',
    'JSON.stringify(missingIds)',
    'JSON.stringify([])',
    wire('batchGetSkills'),
  ),
  codec(
    'the edges of a path are turned round',
    '({ skillId, requiresId }) => ({ skillId, requiresId })',
    '({ skillId, requiresId }) => ({ skillId: requiresId, requiresId: skillId })',
    wire('getLearningPath'),
  ),
  codec(
    'a path forgets what is learned',
    'JSON.stringify(learnedIds)',
    'JSON.stringify([])',
    adapter('rest.test', 'PUT answers what GET then lists'),
  ),
  codec(
    'progress goes without its time',
    'JSON.stringify({ skillId, status, updateTime })',
    'JSON.stringify({ skillId, status })',
    adapter('rest.test', 'PUT answers what GET then lists'),
  ),
  codec(
    'a body may name another skill than the path',
    "  if (Object.hasOwn(Object(body), 'skillId')) throw invalid('skillId', 'must stand in the path alone');\n",
    '',
    adapter('rest.test', 'is refused by the place'),
  ),
  codec(
    'XML is not escaped',
    'suppressEmptyNode: true }',
    'suppressEmptyNode: true, processEntities: false }',
    adapter('rest.test', 'with text that XML has to escape'),
  ),
  codec(
    'a list in XML is repeated elements without items',
    '? { item: value.map(withItems) }',
    '? value.map(withItems)',
    adapter('rest.test', 'XML says what JSON says: /api/skills/rest'),
  ),
  codec(
    'descending names are asked for as ascending ones, and read so',
    "NAME: 'name',\n  NAME_DESC: 'name desc'",
    "NAME: 'name desc',\n  NAME_DESC: 'name'",
    wire('listSkills'),
  ),
  codec(
    'descending times are asked for as ascending ones, and read so',
    "UPDATE_TIME: 'updateTime',\n  UPDATE_TIME_DESC: 'updateTime desc'",
    "UPDATE_TIME: 'updateTime desc',\n  UPDATE_TIME_DESC: 'updateTime'",
    names('rest orders'),
  ),
  codec(
    'fields are not asked for',
    'fields: fields?.length ? fields.join() : undefined',
    'fields: undefined',
    wire('getSkill-fields'),
  ),
  codec(
    'fields are split elsewhere',
    ".split(',')",
    ".split(';')",
    facts('rest: getSkill reads no fields as all'),
  ),
  codec(
    'the search text has another name at both ends',
    'q: text,',
    'text,',
    wire('listSkills-invalid'),
    {
      file: 'src/adapters/rest/wire.ts',
      find: 'const { category, q, tag, orderBy, pageSize, pageToken } = once(',
      replace: 'const { category, text: q, tag, orderBy, pageSize, pageToken } = once(',
    },
    { file: 'src/adapters/rest/wire.ts', find: "'q', 'tag'", replace: "'text', 'tag'" },
  ),
  codec('a tag is not read', '...(tag !== undefined && { tag }),', '', facts('rest: listSkills finds a tag')),
  codec(
    'a page token is not read',
    '    ...(pageToken !== undefined && { pageToken }),\n',
    '',
    facts('rest: listSkills pages the total on every page'),
  ),
  codec(
    'a number may have letters behind it',
    "if (!/^-?\\d{1,15}$/.test(text)) throw invalid(name, 'must be a whole number');\n  return Number(text);",
    'return Number.parseInt(text, 10);',
    badInput('a number with letters behind it: rest'),
  ),
  codec(
    'an unknown parameter is let through',
    "if (stranger !== undefined) throw invalid(stranger, 'is not a known parameter');",
    '',
    badInput('an unknown parameter: rest'),
  ),
  codec(
    'a parameter may be given twice',
    "if (twice !== undefined) throw invalid(twice, 'must be given once');",
    'if (twice !== undefined) query = { ...query, [twice]: query[twice]?.at(-1) };',
    badInput('a parameter given twice: rest'),
  ),
  codec('the etag of a write is lost', '  ...(etag !== undefined && { etag }),\n', '', wire('updateSkill')),
];
