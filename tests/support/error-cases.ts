/** Invalid ids, etags and members of a skill, each with the error that the service reports. Several operations share them. */
import type { SkillsError } from '../../src/contract/errors';
import type { SkillsApi } from '../../src/contract/skills-api';
import { UNCARRIABLE_TEXTS } from './contract-map';

export type ExpectedError = Partial<Pick<SkillsError, 'code' | 'reason'>> & { fields?: readonly string[] };
export type ErrorCase = readonly [
  fact: string,
  call: (api: SkillsApi) => Promise<unknown>,
  expected: ExpectedError,
];

export const invalidFields = (...fields: string[]): ExpectedError => ({
  code: 'INVALID_ARGUMENT',
  reason: 'INVALID_INPUT',
  fields,
});
const notFound = (type: 'CATEGORY' | 'SKILL'): ExpectedError => ({
  code: 'NOT_FOUND',
  reason: `${type}_NOT_FOUND`,
});

export const INVALID_IDS = [
  '',
  'Git',
  'git ',
  '-git',
  'a--b',
  '..',
  '.',
  'a/b',
  'a%2Fb',
  'a?b',
  'é',
  '😀',
  'a\nb',
  '\uD800',
];
export const TOO_LONG_ID = 'x'.repeat(121);
export const textOfLength = (chars: number) => 'x'.repeat(chars);
export const distinctItems = (count: number) => Array.from({ length: count }, (_, index) => `item-${index}`);

export const idCases = (
  get: (api: SkillsApi, id: string) => Promise<unknown>,
  type: 'CATEGORY' | 'SKILL',
): ErrorCase[] => [
  ['an unknown id', (api) => get(api, 'nothing'), notFound(type)],
  ['an unknown id of the maximum length', (api) => get(api, textOfLength(120)), notFound(type)],
  ['an unknown id of digits', (api) => get(api, '007'), notFound(type)],
  ['an unknown id that is a member of Object.prototype', (api) => get(api, 'constructor'), notFound(type)],
  ...[...INVALID_IDS, TOO_LONG_ID].map(
    (id): ErrorCase => [
      `the id ${JSON.stringify(id).slice(0, 20)}`,
      (api) => get(api, id),
      { code: 'INVALID_ARGUMENT', reason: 'INVALID_INPUT' },
    ],
  ),
];

const TEXTS = {
  name: 200,
  summary: 4000,
} as const;

export const skillCases = (
  at: 'skill' | 'patch',
  write: (api: SkillsApi, members: object) => Promise<unknown>,
): ErrorCase[] => [
  ...Object.entries(TEXTS).map(
    ([name, chars]): ErrorCase => [
      `a ${name} one character too long`,
      (api) => write(api, { [name]: textOfLength(chars + 1) }),
      invalidFields(`${at}.${name}`),
    ],
  ),
  ...UNCARRIABLE_TEXTS.flatMap((text): ErrorCase[] => [
    [`${JSON.stringify(text)} in the name`, (api) => write(api, { name: text }), invalidFields(`${at}.name`)],
    [
      `${JSON.stringify(text)} in the second tag`,
      (api) => write(api, { tags: ['x', text] }),
      invalidFields(`${at}.tags[1]`),
    ],
    [
      `${JSON.stringify(text)} in a note`,
      (api) => write(api, { demonstrations: [{ path: 'x', note: text }] }),
      invalidFields(`${at}.demonstrations[0].note`),
    ],
  ]),
  ['an empty name', (api) => write(api, { name: '' }), invalidFields(`${at}.name`)],
  [
    'an empty list of categories',
    (api) => write(api, { categoryIds: [] }),
    invalidFields(`${at}.categoryIds`),
  ],
  ['an empty tag', (api) => write(api, { tags: [''] }), invalidFields(`${at}.tags[0]`)],
  [
    'a tag one character too long',
    (api) => write(api, { tags: ['x', textOfLength(61)] }),
    invalidFields(`${at}.tags[1]`),
  ],
  ['a repeated tag', (api) => write(api, { tags: ['x', 'x'] }), invalidFields(`${at}.tags`)],
  [
    'an alias one character too long',
    (api) => write(api, { aliases: [textOfLength(201)] }),
    invalidFields(`${at}.aliases[0]`),
  ],
  [
    'an invalid slug',
    (api) => write(api, { requires: ['git', 'Not A Slug'] }),
    invalidFields(`${at}.requires[1]`),
  ],
  ['one item too many', (api) => write(api, { aliases: distinctItems(101) }), invalidFields(`${at}.aliases`)],
  [
    'an empty path',
    (api) => write(api, { demonstrations: [{ path: '', note: '' }] }),
    invalidFields(`${at}.demonstrations[0].path`),
  ],
  [
    'two invalid fields',
    (api) => write(api, { name: '', tags: [''] }),
    invalidFields(`${at}.name`, `${at}.tags[0]`),
  ],
  [
    'a hundred invalid items',
    (api) => write(api, { tags: distinctItems(100).map((tag) => tag + textOfLength(60)) }),
    { code: 'INVALID_ARGUMENT' },
  ],
  [
    'an unknown category',
    (api) => write(api, { categoryIds: ['tools', 'none'] }),
    { reason: 'UNKNOWN_REFERENCE', fields: [`${at}.categoryIds[1]`] },
  ],
  [
    'unknown required and related skills',
    (api) => write(api, { requires: ['none'], related: ['git', 'none'] }),
    { reason: 'UNKNOWN_REFERENCE', fields: [`${at}.requires[0]`, `${at}.related[1]`] },
  ],
  [
    '200 unknown skills with ids of the maximum length',
    (api) => {
      const ids = distinctItems(100).map((id) => id.padEnd(120, 'x'));
      return write(api, { requires: ids, related: ids });
    },
    { reason: 'UNKNOWN_REFERENCE' },
  ],
];

export const etagCases = (
  write: (api: SkillsApi, id: string, etag?: string) => Promise<unknown>,
): ErrorCase[] => [
  ...idCases((api, id) => write(api, id, '*'), 'SKILL'),
  ['an absent etag', (api) => write(api, 'git'), { code: 'FAILED_PRECONDITION', reason: 'ETAG_REQUIRED' }],
  ['a stale etag', (api) => write(api, 'git', 'stale'), { code: 'ABORTED', reason: 'ETAG_MISMATCH' }],
  [
    'an etag of every permitted punctuation character',
    (api) => write(api, 'git', "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    { code: 'ABORTED' },
  ],
  ['an etag that begins like a weak one', (api) => write(api, 'git', 'W/x'), { code: 'ABORTED' }],
  [
    'an etag with the suffix of the XML representation',
    (api) => write(api, 'git', 'x.xml'),
    { code: 'ABORTED' },
  ],
  ['an etag of two asterisks', (api) => write(api, 'git', '**'), { code: 'ABORTED' }],
  ['an etag of the maximum length', (api) => write(api, 'git', textOfLength(120)), { code: 'ABORTED' }],
  ...['', ' ', '"', 'a b', ' *', 'é', '\u0000', textOfLength(121)].map(
    (etag): ErrorCase => [
      `the etag ${JSON.stringify(etag).slice(0, 20)}`,
      (api) => write(api, 'git', etag),
      { code: 'INVALID_ARGUMENT' },
    ],
  ),
];
