/** Generated inputs: mostly valid, often with hostile text, sometimes invalid in ways that the types do not exclude. */
import fc from 'fast-check';
import { LIMITS } from '../../src/contract/limits';
import {
  CATEGORY_FIELDS,
  type NewSkill,
  PROGRESS_STATUSES,
  SKILL_FIELDS,
  SKILL_LEVELS,
  SKILL_ORDERS,
  type SkillPatch,
} from '../../src/contract/model';
import type { Fields, Input, Operation } from '../../src/contract/skills-api';
import type { SkillMap } from '../../src/domain/seed';
import { HOSTILE_TEXTS, UNCARRIABLE_TEXTS } from './contract-map';

/** One value in 31 is invalid; every protocol must reject it with the same error. */
const mostlyValid = <T>(valid: fc.Arbitrary<T>, invalid: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 30, arbitrary: valid }, { weight: 1, arbitrary: invalid });

/** Any code point except surrogates. The arbitrary of fast-check builds a table of all of them first. */
const codePoint = fc
  .integer({ min: 0, max: 0x10_ffff - 0x800 })
  .map((at) => String.fromCodePoint(at < 0xd800 ? at : at + 0x800));

const fragments = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: codePoint, maxLength: 6 }).filter((text) => !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text)),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom(
    '<',
    '>',
    '&',
    ']]>',
    '"',
    "'",
    ' ',
    '\t',
    '\n',
    '\r',
    '\u00A0',
    '%',
    '+',
    '\\',
    '/',
    ';',
    '#',
  ),
);

/** Text of at most `charsMax` characters; rarely one longer, or with characters that no wire format can carry. */
export const text = (charsMax: number, charsMin = 0): fc.Arbitrary<string> => {
  const valid = fc
    .array(fragments, { minLength: charsMin, maxLength: 6 })
    .map((parts) =>
      parts
        .join('')
        .slice(0, charsMax)
        .replace(/\p{Cs}$/u, ''),
    )
    .filter((joined) => joined.length >= charsMin);
  const longest = fc
    .constantFrom('x', '&', '<', '\u2603', ' ')
    .map((character) => character.repeat(charsMax));
  return mostlyValid(
    fc.oneof({ weight: 9, arbitrary: valid }, { weight: 1, arbitrary: longest }),
    fc.oneof(
      fc.constantFrom(...UNCARRIABLE_TEXTS),
      fc.constantFrom('', 'x'.repeat(charsMax + 1), '\u{1F600}'.repeat(charsMax)),
      fc.string({ unit: codePoint, maxLength: 20 }),
    ),
  );
};

const slugs = fc.stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,4}){0,2}$/);
const badSlugs = fc.oneof(
  fc.constantFrom(
    '',
    '..',
    '.',
    'A',
    'a_b',
    'a--b',
    '-',
    ' a',
    'a\n',
    '__proto__',
    'x'.repeat(LIMITS.idCharsMax + 1),
  ),
  text(20),
);
const slug = (known: readonly string[]): fc.Arbitrary<string> =>
  mostlyValid(
    fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: slugs }),
    badSlugs,
  );

const items = <T>(item: fc.Arbitrary<T>, maxLength = 4): fc.Arbitrary<T[]> =>
  mostlyValid(
    fc.uniqueArray(item, { maxLength }),
    fc.oneof(
      fc.array(item, { maxLength }),
      fc.array(item, { minLength: LIMITS.listItemsMax, maxLength: LIMITS.listItemsMax + 1 }),
    ),
  );

/** A member that is absent, undefined or present. */
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

const fields = <F extends string>(names: readonly F[]): fc.Arbitrary<Fields<F>> =>
  fc.record({ fields: fc.array(fc.constantFrom(...names), { maxLength: 5 }) }, { requiredKeys: [] });

const level = fc.constantFrom(...SKILL_LEVELS);
const demonstrations = items(
  fc.record({ path: text(LIMITS.nameCharsMax, 1), note: text(LIMITS.nameCharsMax) }),
  3,
);

export interface Arbitraries {
  readonly inputs: { readonly [O in Operation]: fc.Arbitrary<Input<O>> };
  readonly newSkill: fc.Arbitrary<NewSkill>;
  readonly patch: fc.Arbitrary<SkillPatch>;
  readonly etag: fc.Arbitrary<string | undefined>;
}

/** Inputs that use the ids, tags and words of the given map. */
export const arbitrariesOf = ({ categories, skills }: SkillMap): Arbitraries => {
  const category = slug(categories.map(({ id }) => id));
  const skill = slug(skills.map(({ id }) => id));
  const words = skills.flatMap(({ name, summary = '', aliases = [] }) =>
    [name, summary, ...aliases].join(' ').split(/\s+/),
  );
  const wordPrefixes = fc
    .tuple(fc.constantFrom(...words), fc.nat({ max: 8 }))
    .map(([word, length]) => [...word].slice(0, length + 1).join(''));
  const search = fc.oneof(
    fc.array(wordPrefixes, { minLength: 1, maxLength: 3 }).map((some) => some.join(' ')),
    text(200),
  );
  const tag = fc.oneof(fc.constantFrom(...skills.flatMap(({ tags = [] }) => tags)), text(60));
  const pageSize = mostlyValid(
    fc.oneof(fc.nat({ max: 30 }), fc.constantFrom(0, 200, 201, 2 ** 31 - 1)),
    fc.constantFrom(-1, 1.5, -0.5, 2 ** 31, -(2 ** 31), Number.NaN, Number.NEGATIVE_INFINITY, 1e21),
  );
  const order = fc.constantFrom(...SKILL_ORDERS);
  const lists = {
    tags: items(text(LIMITS.tagCharsMax, 1)),
    requires: items(skill, 3),
    related: items(skill, 3),
    aliases: items(text(LIMITS.nameCharsMax, 1)),
    demonstrations,
  };
  const skillFields = fields(SKILL_FIELDS);
  const withFields = <T extends object>(input: fc.Arbitrary<T>) =>
    fc.tuple(input, skillFields).map(([some, mask]) => ({ ...some, ...mask }));
  const oneSkill = withFields(fc.record({ id: skill }));
  const newSkill: fc.Arbitrary<NewSkill> = fc.record(
    {
      id: slugs,
      name: text(LIMITS.nameCharsMax, 1),
      categoryIds: items(category, 3),
      summary: text(LIMITS.summaryCharsMax),
      level,
      ...lists,
    },
    { requiredKeys: ['id', 'name', 'categoryIds'] },
  );
  const patch: fc.Arbitrary<SkillPatch> = fc.record(
    {
      name: optional(text(LIMITS.nameCharsMax, 1)),
      summary: optional(text(LIMITS.summaryCharsMax)),
      categoryIds: optional(items(category, 3)),
      level: optional(fc.option(level)),
      ...lists,
    },
    { requiredKeys: [] },
  );
  const etag = fc.oneof(
    { weight: 6, arbitrary: fc.constant('*') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(undefined, '', 'stale', '"', 'W/"x"', 'é', 'a.xml', 'x'.repeat(121)),
    },
    { weight: 1, arbitrary: text(60) },
  );
  const paging = fc.record({ pageSize, pageToken: text(80) }, { requiredKeys: [] });
  const inputs: Arbitraries['inputs'] = {
    listCategories: fc.tuple(paging, fields(CATEGORY_FIELDS)).map(([page, mask]) => ({ ...page, ...mask })),
    getCategory: fc.tuple(category, fields(CATEGORY_FIELDS)).map(([id, mask]) => ({ id, ...mask })),
    getSkill: oneSkill,
    listSkills: withFields(
      fc.record(
        {
          category: optional(category),
          tag: optional(tag),
          text: optional(search),
          orderBy: order,
          pageSize,
          pageToken: text(80),
        },
        { requiredKeys: [] },
      ),
    ),
    batchGetSkills: withFields(fc.record({ ids: fc.array(skill, { minLength: 0, maxLength: 8 }) })),
    getLearningPath: oneSkill,
    createSkill: fc.record({ skill: newSkill }),
    updateSkill: fc.record({ id: skill, etag, patch }),
    deleteSkill: fc.record({ id: skill, etag }),
    setProgress: fc.record({ skillId: skill, status: fc.constantFrom(...PROGRESS_STATUSES) }),
    listProgress: paging,
  };
  return { inputs, newSkill, patch, etag };
};
