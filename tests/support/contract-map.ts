/** The catalogue of the contract suite: hand-written skills that the tests name, and 230 generated ones to fill pages. */

import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import type { Category, NewSkill } from '../../src/contract/model';
import type { SkillMap } from '../../src/domain/seed';

/** Text that careless escaping, trimming, parsing or query building would damage. The contract treats it as ordinary text. */
export const HOSTILE_TEXTS = [
  ' leading',
  'trailing ',
  ' \t both \n ',
  '   ',
  '\t',
  '\n',
  '\u00A0',
  '\u00A0no-break\u00A0',
  '\uFEFFbyte order mark',
  'line\nline\n\nline',
  'tab\tbed',
  'carriage\rreturn\r\nend\r',
  ']]>',
  '<![CDATA[x]]>',
  '&amp;',
  '&amp;amp; &lt; &#65; &#x41; &nbsp; &unknown;',
  'a & b < c > d',
  '<script>alert("1")</script>',
  '<item>one</item>',
  '<!-- comment --><?pi?>',
  `"double" 'single' \`back\``,
  '👩🏽‍💻 emoji 😀',
  'שלום עולם مرحبا',
  '\u202Ereversed\u202C',
  'e\u0301 is not é',
  'İstanbul ẞ ς ﬁ',
  '\u2028\u2029',
  '100% _under_ %25 %00 %E0%A4%A',
  `'; DROP TABLE skills; --`,
  `' OR '1'='1`,
  'back\\slash \\n \\u0000 \\',
  'AND OR NOT NEAR() name:* "x" ^ ~ - + (',
  '{"json": [null, true, 1]}',
  '{ skills { nodes { id } } } # $id @include(if: true) """',
  `\${template} {{mustache}} <%= erb %>`,
  '__proto__',
  'constructor',
  'null',
  'undefined',
  'true',
  '0',
  '-1',
  '1e3',
  '12 apples',
  'a,b;c=d&e=f?g#h/i:j@k',
  '../../etc/passwd',
  '+ plus + signs +',
  '\uE000\uFFFD\u{10FFFD}',
] as const;

/** Text that UTF-8 or XML 1.0 cannot carry. */
export const UNCARRIABLE_TEXTS = [
  '\u0000',
  'bell\u0007',
  '\u001B[31m',
  '\u007F',
  'next\u0085line',
  'high \uD83D alone',
  'low \uDE00 alone',
  '\uDE00\uD83D',
  '\uFFFE',
  'x\uFFFF',
] as const;

export const CREATE_TIME = '2026-01-01T00:00:00.000Z';

export const TOOLS: Category = { id: 'tools', name: 'Tools', summary: 'What one works with.', position: 0 };
export const VERSION_CONTROL: Category = {
  id: 'version-control',
  name: 'Version control',
  summary: '',
  parentId: 'tools',
  position: 7,
};
export const EMPTY_CATEGORY: Category = { id: 'empty-shelf', name: '<Empty> ', summary: ' ', position: 200 };

/** A skill with several items in most lists. */
export const GIT = {
  id: 'git',
  name: 'Git',
  summary: 'Keeps every version of a tree of files.',
  categoryIds: ['tools', 'version-control'],
  tags: ['daily', 'law'],
  level: 'BEGINNER',
  requires: [],
  related: ['docker', 'github'],
  aliases: ['version control', 'Ünïcode'],
  demonstrations: [
    { path: '.gitignore', note: 'what is not kept' },
    { path: 'README.md', note: '' },
  ],
} as const satisfies NewSkill;

/** A skill with one item in every list. */
export const GITHUB = {
  id: 'github',
  name: 'GitHub',
  summary: 'Git, with people.',
  categoryIds: ['version-control'],
  tags: ['law'],
  level: 'INTERMEDIATE',
  requires: ['git'],
  related: ['git'],
  aliases: ['gh'],
  demonstrations: [{ path: 'package.json', note: 'one' }],
} as const satisfies NewSkill;

/** A skill whose optional members are all empty or absent. */
export const DOCKER = {
  id: 'docker',
  name: 'Docker',
  summary: '',
  categoryIds: ['tools'],
  tags: [],
  requires: [],
  related: [],
  aliases: [],
  demonstrations: [],
} as const satisfies NewSkill;

/** A skill that requires Git directly and through GitHub. */
export const DEPLOYMENT = {
  ...DOCKER,
  id: 'deployment',
  name: 'Deployment',
  level: 'ADVANCED',
  requires: ['github', 'docker', 'git'],
} as const satisfies NewSkill;

const carriable = HOSTILE_TEXTS.filter((text) => !text.includes('\r'));

/** A skill with every hostile text in every member that holds text. */
export const HOSTILE = {
  ...DOCKER,
  id: 'hostile',
  name: ' <Hostile> &amp; "quoted" ]]> 😀 ',
  summary: carriable.join('|'),
  tags: carriable.filter((text) => text.length <= 60),
  aliases: carriable,
  demonstrations: carriable.map((text) => ({ path: text, note: text })),
} as const satisfies NewSkill;

const generated = generateSkillMap(230);

export const CONTRACT_MAP: SkillMap = {
  createTime: CREATE_TIME,
  categories: [...generated.categories, TOOLS, VERSION_CONTROL, EMPTY_CATEGORY],
  skills: [...generated.skills, GIT, GITHUB, DOCKER, DEPLOYMENT, HOSTILE],
};
