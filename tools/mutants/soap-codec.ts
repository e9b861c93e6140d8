/** SOAP: escapes, empty and absent and nil, lists of items. */
import { adapter, badInput, change, facts, type Mutant, wire } from './mutant';

const codec = change('src/adapters/soap/wire.ts');
export const SOAP_CODEC: readonly Mutant[] = [
  codec('< is not escaped', "'<': '&lt;'", "'<': '<'", wire('getSkill')),
  codec('> is not escaped', "'>': '&gt;'", "'>': '>'", wire('getSkill')),
  codec(
    '& is not escaped where it stands alone',
    '/[&<>]/.test(text) ?',
    '/[<>]/.test(text) ?',
    facts('soap: createSkill keeps "&amp;"'),
  ),
  codec(
    'a category goes without its parent',
    "    element('parentId', parentId) +\n",
    '',
    wire('getCategory'),
  ),
  codec('a skill goes without its aliases', "    texts('aliases', skill.aliases) +\n", '', wire('getSkill')),
  codec(
    'requires and related change places',
    "texts('requires', skill.requires) +\n    texts('related', skill.related)",
    "texts('requires', skill.related) +\n    texts('related', skill.requires)",
    wire('getSkill-absent-and-empty'),
  ),
  codec(
    'a demonstration goes without its note',
    "element('path', path) + element('note', note)",
    "element('path', path)",
    wire('getSkill'),
  ),
  codec(
    'an empty list is absent',
    "items === undefined\n    ? ''",
    "items === undefined || items.length === 0\n    ? ''",
    wire('getSkill-absent-and-empty'),
  ),
  codec(
    'empty text is absent',
    "text === undefined ? ''",
    "text === undefined || text === '' ? ''",
    wire('getSkill-absent-and-empty'),
  ),
  codec('a page has no next one', "  element('nextPageToken', nextPageToken) +\n", '', wire('listSkills')),
  codec(
    'a page counts only its own items',
    "element('totalSize', totalSize)",
    "element('totalSize', items.length)",
    wire('listSkills'),
  ),
  codec(
    'a batch forgets what is missing',
    "texts('missingIds', missingIds)",
    "texts('missingIds', [])",
    wire('batchGetSkills'),
  ),
  codec(
    'the edges of a path are turned round',
    "element('skillId', skillId) + element('requiresId', requiresId)",
    "element('skillId', requiresId) + element('requiresId', skillId)",
    wire('getLearningPath'),
  ),
  codec(
    'spaces are trimmed as they are read',
    'trimValues: false',
    'trimValues: true',
    facts('soap: createSkill keeps " leading"'),
  ),
  codec(
    'text that looks like a number is read as one',
    'parseTagValue: false',
    'parseTagValue: true',
    facts('soap: createSkill keeps "-1"'),
  ),
  codec(
    'a list of one is read as that one',
    "(name) => name === 'item'",
    "(name) => name === 'items'",
    facts('soap: getSkill answers every field of github'),
  ),
  codec(
    'a total is read as text',
    'totalSize: Number(wire.totalSize)',
    'totalSize: wire.totalSize',
    facts('soap: listSkills finds one skill'),
  ),
  codec(
    'aliases are not read',
    '    aliases: items(wire.aliases),\n',
    '',
    facts('soap: getSkill answers every field of git'),
  ),
  codec(
    'null is sent as nothing',
    'return `<$' + '{name} xsi:nil="true"/>`',
    "return ''",
    wire('updateSkill'),
  ),
  codec(
    'the patch is sent before the id',
    "'id ids etag patch skill",
    "'patch id ids etag skill",
    wire('updateSkill'),
  ),
  codec(
    'fields are not sent',
    "if (value === undefined) return '';",
    "if (value === undefined || name === 'fields') return '';",
    wire('getSkill-fields'),
  ),
  codec(
    'an empty list is read as null',
    'if (wire === null) return [];',
    'if (wire === null) return wire;',
    facts('soap: updateSkill changes to no tags'),
  ),
  codec(
    "a list's strangers are let through",
    "if (item === undefined || Object.keys(strangers).some((other) => other !== 'attributes')) return wire;",
    'if (item === undefined) return [];',
    adapter('soap/refusals', 'a list that may be left out'),
  ),
  codec(
    'an element with a type is not read as text',
    'wire?.$value ?? wire',
    'wire',
    adapter('soap.test', 'xsi:type'),
  ),
  codec(
    'unknown elements are dropped',
    ".filter(([name]) => name !== 'attributes')",
    '.filter(([name]) => ORDER.includes(name))',
    badInput('', 'an unknown parameter: soap'),
  ),
  codec(
    'a page size is text',
    "if (name === 'pageSize') return decodeInteger(name, decodeText(wire));\n",
    '',
    facts('soap: listSkills pages 20 skills'),
  ),
];
