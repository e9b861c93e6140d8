/** Calls that the domain rejects, by operation: every client reports the same error as the service. */

import type { Operation, Paging, SkillsApi } from '../../src/contract/skills-api';
import { DEPLOYMENT, DOCKER, UNCARRIABLE_TEXTS } from '../support/contract-map';
import {
  distinctItems,
  type ErrorCase,
  etagCases,
  INVALID_IDS,
  idCases,
  invalidFields,
  skillCases,
  TOO_LONG_ID,
  textOfLength,
} from '../support/error-cases';
import { onEveryImplementation } from '../support/implementations';
import { errorOf } from '../support/outcome';
import { singlePage } from '../support/single-page';

const skill = { id: 'refused', name: 'Refused', categoryIds: ['tools'] };
const star = { id: 'git', etag: '*' };

const pagingCases = (list: (api: SkillsApi, paging: Paging) => Promise<unknown>): ErrorCase[] => [
  ['a negative page size', (api) => list(api, { pageSize: -1 }), invalidFields('pageSize')],
  [
    'a page token of another list',
    async (api) =>
      list(api, { pageToken: (await api.listSkills({ text: 'a', pageSize: 1 })).nextPageToken! }),
    { reason: 'PAGE_TOKEN_INVALID', fields: ['pageToken'] },
  ],
];

const CASES: { readonly [O in Operation]: readonly ErrorCase[] } = {
  listCategories: pagingCases((api, paging) => api.listCategories(paging)),
  getCategory: idCases((api, id) => api.getCategory({ id }), 'CATEGORY'),
  getSkill: idCases((api, id) => api.getSkill({ id }), 'SKILL'),
  listSkills: [
    ...idCases((api, category) => api.listSkills({ category }), 'CATEGORY'),
    [
      'a text one character too long',
      (api) => api.listSkills({ text: textOfLength(201) }),
      invalidFields('text'),
    ],
    [
      'a tag one character too long',
      (api) => api.listSkills({ tag: textOfLength(61) }),
      invalidFields('tag'),
    ],
    ...pagingCases((api, paging) => api.listSkills(paging)),
    ...UNCARRIABLE_TEXTS.map(
      (text): ErrorCase => [
        `the text ${JSON.stringify(text)}`,
        (api) => api.listSkills({ text, tag: text }),
        invalidFields('tag', 'text'),
      ],
    ),
  ],
  batchGetSkills: [
    ['an empty list of ids', (api) => api.batchGetSkills({ ids: [] }), invalidFields('ids')],
    ['101 ids', (api) => api.batchGetSkills({ ids: distinctItems(101) }), invalidFields('ids')],
    [
      '101 ids of the maximum length',
      (api) => api.batchGetSkills({ ids: distinctItems(101).map((id) => id.padEnd(120, 'x')) }),
      invalidFields('ids'),
    ],
    ...INVALID_IDS.map(
      (id): ErrorCase => [
        `the id ${JSON.stringify(id)}`,
        (api) => api.batchGetSkills({ ids: ['git', id] }),
        { code: 'INVALID_ARGUMENT' },
      ],
    ),
  ],
  getLearningPath: idCases((api, id) => api.getLearningPath({ id }), 'SKILL'),
  createSkill: [
    [
      'an id in use',
      (api) => api.createSkill({ skill: { ...skill, id: 'git' } }),
      { code: 'ALREADY_EXISTS', reason: 'SKILL_EXISTS' },
    ],
    ...[...INVALID_IDS, TOO_LONG_ID].map(
      (id): ErrorCase => [
        `the id ${JSON.stringify(id).slice(0, 20)}`,
        (api) => api.createSkill({ skill: { ...skill, id } }),
        { code: 'INVALID_ARGUMENT' },
      ],
    ),
    [
      'a skill related to itself',
      (api) => api.createSkill({ skill: { ...skill, related: ['refused'] } }),
      { reason: 'SELF_REFERENCE', fields: ['skill.related[0]'] },
    ],
    [
      'a skill that requires itself',
      (api) => api.createSkill({ skill: { ...skill, requires: ['refused'] } }),
      { reason: 'PREREQUISITE_CYCLE', fields: ['skill.requires'] },
    ],
    ...skillCases('skill', (api, members) => api.createSkill({ skill: { ...skill, ...members } })),
  ],
  updateSkill: [
    ...etagCases((api, id, etag) => api.updateSkill({ id, etag, patch: { name: 'Refused' } })),
    [
      'a prerequisite cycle',
      (api) => api.updateSkill({ ...star, patch: { requires: ['docker', 'deployment'] } }),
      { code: 'FAILED_PRECONDITION', reason: 'PREREQUISITE_CYCLE', fields: ['patch.requires'] },
    ],
    [
      'a skill related to itself',
      (api) => api.updateSkill({ ...star, patch: { related: ['docker', 'git'] } }),
      { reason: 'SELF_REFERENCE', fields: ['patch.related[1]'] },
    ],
    ...skillCases('patch', (api, patch) => api.updateSkill({ ...star, patch })),
  ],
  deleteSkill: [
    ...etagCases((api, id, etag) => api.deleteSkill({ id, etag })),
    [
      'a skill that several others require',
      (api) => api.deleteSkill(star),
      { code: 'FAILED_PRECONDITION', reason: 'SKILL_REQUIRED' },
    ],
    [
      'a skill that one other requires',
      (api) => api.deleteSkill({ id: DOCKER.id, etag: '*' }),
      { reason: 'SKILL_REQUIRED' },
    ],
  ],
  setProgress: idCases((api, skillId) => api.setProgress({ skillId, status: 'LEARNED' }), 'SKILL'),
  listProgress: pagingCases((api, paging) => api.listProgress(paging)),
};

export const describeRejections = (): void => {
  onEveryImplementation((api, _via, apiOf) => {
    describe.each(Object.entries(CASES).filter(([, cases]) => cases.length > 0))(
      '%s rejects',
      (_operation, cases) => {
        test.each(cases)('%s', async (_fact, call, { fields, ...expected }) => {
          const error = await errorOf(call(api()));
          expect(error).toMatchObject(expected);
          if (fields) expect(error.details.violations?.map(({ field }) => field)).toStrictEqual(fields);
          expect(error).toStrictEqual(await errorOf(call(apiOf('direct'))));
        });
      },
    );

    test('rejected calls change nothing', async () => {
      expect((await api().listSkills({})).totalSize).toBe((await apiOf('direct').listSkills({})).totalSize);
      expect(await errorOf(api().getSkill({ id: 'refused' }))).toMatchObject({ code: 'NOT_FOUND' });
      expect(await api().getSkill({ id: 'deployment' })).toMatchObject({ ...DEPLOYMENT });
      expect(await api().listProgress({})).toStrictEqual(singlePage());
    });
  });
};
