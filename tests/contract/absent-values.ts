/**
 * What absent, null and empty values mean, by operation and field. Each row is checked through the five implementations, and
 * through requests written by hand in the bytes of each protocol.
 */

import type { Skill } from '../../src/contract/model';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { OPERATION_NAMES, type Operation, type SkillsApi } from '../../src/contract/skills-api';
import { createSkill, listSkills, updateSkill } from '../adapters/bad-input/requests';
import { IMPLEMENTATION_NAMES, implementationsAsAda } from '../support/implementations';
import { outcomeOf } from '../support/outcome';
import { serveForTests, testNothingLogged } from '../support/raw/table';

/** `kept`: nothing changes. `cleared`: empty or absent afterwards. `all`: no filter applies. */
type Meaning = 'invalid' | 'kept' | 'cleared' | 'all';
const KINDS = ['absent', 'null', 'empty'] as const;
type Kind = (typeof KINDS)[number];

/** A text is the reason why the protocol cannot express the value. */
type Exceptions = Partial<
  Record<ProtocolName, Partial<Record<Kind, readonly [Meaning, reason: string] | string>>>
>;

interface Row extends Readonly<Record<Kind, Meaning>> {
  /** On the wire. Clients reject null before, and tell an empty list by a mask. */
  readonly except?: Exceptions;
}

const NO_NULL = { grpc: { null: 'Protobuf has no null.' } } as const satisfies Exceptions;
/** A parameter of a URL is text, and GraphQL lets null equal an absent argument (section 2.9.5), as many clients write it. */
const ARGUMENT = {
  ...NO_NULL,
  rest: { null: 'A query string has no null.' },
  graphql: { null: ['all', 'null may equal an absent argument'] },
} as const satisfies Exceptions;
const NO_EMPTY_LIST = {
  grpc: { ...NO_NULL.grpc, empty: ['kept', 'an empty list is not sent, and only update_mask tells of it'] },
} as const satisfies Exceptions;
/** Zero is the unspecified name of an enum, which stands for an absent one. */
const NO_EMPTY_NAME = {
  grpc: { ...NO_NULL.grpc, empty: 'An enum has no empty name.' },
} as const satisfies Exceptions;

const patched = (empty: Meaning, except: Exceptions = NO_NULL): Row => ({
  absent: 'kept',
  null: 'invalid',
  empty,
  except,
});
const created = (empty: Meaning, except: Exceptions = NO_NULL): Row => ({
  absent: 'cleared',
  null: 'invalid',
  empty,
  except,
});
const required = (empty: Meaning = 'invalid', except: Exceptions = NO_NULL): Row => ({
  absent: 'invalid',
  null: 'invalid',
  empty,
  except,
});
const filter = (empty: Meaning): Row => ({ absent: 'all', null: 'invalid', empty, except: ARGUMENT });

/** By operation, and by path into its input. */
const ABSENT_VALUES: Readonly<Record<Operation, Readonly<Record<string, Row>>>> = {
  listCategories: { pageToken: filter('all') },
  getCategory: { id: required() },
  getSkill: { id: required() },
  listSkills: {
    category: filter('invalid'),
    tag: filter('all'),
    text: filter('all'),
    pageToken: filter('all'),
  },
  batchGetSkills: { ids: required() },
  getLearningPath: { id: required() },
  createSkill: {
    skill: required(),
    'skill.name': required(),
    'skill.summary': created('cleared'),
    'skill.categoryIds': required(),
    'skill.tags': created('cleared'),
    'skill.level': created('invalid', NO_EMPTY_NAME),
    'skill.requires': created('cleared'),
    'skill.related': created('cleared'),
    'skill.aliases': created('cleared'),
    'skill.demonstrations': created('cleared'),
  },
  updateSkill: {
    id: required(),
    patch: required('kept'),
    'patch.name': patched('invalid'),
    'patch.summary': patched('cleared'),
    'patch.categoryIds': patched('invalid', NO_EMPTY_LIST),
    'patch.tags': patched('cleared', NO_EMPTY_LIST),
    'patch.level': { absent: 'kept', null: 'cleared', empty: 'invalid', except: NO_EMPTY_NAME },
    'patch.requires': patched('cleared', NO_EMPTY_LIST),
    'patch.related': patched('cleared', NO_EMPTY_LIST),
    'patch.aliases': patched('cleared', NO_EMPTY_LIST),
    'patch.demonstrations': patched('cleared', NO_EMPTY_LIST),
  },
  deleteSkill: { id: required() },
  setProgress: { skillId: required(), status: required() },
  listProgress: { pageToken: filter('all') },
};

const FULL = {
  name: 'Full',
  summary: 'A skill with a value in every member.',
  categoryIds: ['tools'],
  tags: ['a'],
  level: 'BEGINNER',
  requires: ['git'],
  related: ['git'],
  aliases: ['F'],
  demonstrations: [{ path: 'p', note: '' }],
} as const;

const VALID: { readonly [O in Operation]: object } = {
  listCategories: {},
  getCategory: { id: 'tools' },
  getSkill: { id: 'git' },
  listSkills: {},
  batchGetSkills: { ids: ['git'] },
  getLearningPath: { id: 'git' },
  createSkill: { skill: FULL },
  updateSkill: { id: '', etag: '*', patch: {} },
  deleteSkill: { id: '', etag: '*' },
  setProgress: { skillId: 'git', status: 'LEARNED' },
  listProgress: {},
};

const EMPTY: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(
    ['ids', 'categoryIds', 'tags', 'requires', 'related', 'aliases', 'demonstrations'].map((name) => [
      name,
      [],
    ]),
  ),
  skill: {},
  patch: {},
};

/** The input with one member absent, null or empty. */
const withValue = (input: object, path: string, kind: Kind): object => {
  const [name = '', ...rest] = path.split('.');
  const { [name]: member, ...others } = input as Record<string, object>;
  if (rest.length > 0) return { ...others, [name]: withValue(member ?? {}, rest.join('.'), kind) };
  if (kind === 'absent') return others;
  return { ...others, [name]: kind === 'null' ? null : (EMPTY[name] ?? '') };
};

const ROWS = OPERATION_NAMES.flatMap((operation) =>
  Object.entries(ABSENT_VALUES[operation]).flatMap(([path, row]) =>
    KINDS.map((kind) => ({ operation, path, kind, row, expected: row[kind] })),
  ),
);

/** What a call meant: its error, or what it did to the member of the skill with this id. */
const meaningOf = async (
  code: string,
  { operation, path }: { readonly operation: Operation; readonly path: string },
  read: () => Promise<Skill>,
): Promise<string> => {
  if (code !== 'OK') return code === 'INVALID_ARGUMENT' ? 'invalid' : code;
  if (operation.startsWith('list')) return 'all';
  const skill = (await read()) as unknown as Record<string, unknown>;
  const name = path.split('.')[1];
  if (name === undefined) return 'kept';
  const value = skill[name];
  if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return 'cleared';
  return JSON.stringify(value) === JSON.stringify(FULL[name as 'name']) ? 'kept' : 'changed';
};

let made = 0;

export const describeAbsentValues = (): void => {
  describe('through', () => {
    const apiOf = implementationsAsAda();

    describe.each(IMPLEMENTATION_NAMES)('%s,', (implementation) => {
      test.each(ROWS)('$kind $path of $operation is $expected', async (row) => {
        const { operation, path, kind, expected } = row;
        const id = `absent-${++made}`;
        const direct = apiOf('direct');
        const call = (api: SkillsApi) =>
          (api[operation] as (input: object) => Promise<unknown>)(
            withValue(withId(VALID[operation], id), path, kind),
          );
        if (operation !== 'createSkill') await direct.createSkill({ skill: { ...FULL, id } });
        const outcome = await outcomeOf(call(apiOf(implementation)));
        const code = 'error' in outcome ? outcome.error.code : 'OK';
        expect(await meaningOf(code, row, () => direct.getSkill({ id }))).toBe(expected);
        if ('error' in outcome) expect(outcome).toStrictEqual(await outcomeOf(call(direct)));
        await direct.deleteSkill({ id, etag: '*' }).catch(() => undefined);
      });
    });
  });

  describe('in the bytes of', () => {
    const served = serveForTests();
    const REQUESTS = {
      listSkills: (input: object) => listSkills(input as never),
      createSkill: ({ skill }: { skill?: object }) => createSkill(skill as never),
      updateSkill: ({ id, patch }: { id: string; patch?: object }) => updateSkill(id, '*', patch as never),
    };

    describe.each(PROTOCOL_NAMES)('%s,', (protocol) => {
      const rows = ROWS.flatMap((row) => {
        const { operation, path, kind } = row;
        const other = row.row.except?.[protocol]?.[kind];
        // The whole body is another request in REST, and an id is a part of its path.
        const isMember = path.includes('.') || operation === 'listSkills';
        if (!(operation in REQUESTS) || !isMember || typeof other === 'string') return [];
        return [{ ...row, expected: other?.[0] ?? row.expected }];
      });

      test.each(rows)('$kind $path of $operation is $expected', async (row) => {
        const { operation, path, kind, expected } = row;
        const id = `bytes-${protocol}-${++made}`;
        const { api } = served().service;
        const ada = { token: served().token };
        if (operation !== 'createSkill') await api.createSkill({ skill: { ...FULL, id } }, ada);
        const input = withValue(withId(VALID[operation], id), path, kind);
        const { code } = await REQUESTS[operation as 'createSkill'](input)[protocol](served());
        expect(await meaningOf(code, row, () => api.getSkill({ id }))).toBe(expected);
        await api.deleteSkill({ id, etag: '*' }, ada).catch(() => undefined);
      });
    });

    testNothingLogged(served);
  });
};

const withId = (input: object, id: string): object => {
  if ('skill' in input) return { skill: { ...FULL, id } };
  return 'etag' in input ? { ...input, id } : input;
};
