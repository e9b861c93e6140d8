/** setProgress and listProgress: each learner has separate progress, the same through every protocol. */
import type { Progress } from '../../src/contract/model';
import { PROGRESS_STATUSES } from '../../src/contract/model';
import type { SkillsApi } from '../../src/contract/skills-api';
import { inContext } from '../support/caller';
import { fiveForAnybody, VIAS } from '../support/implementations';
import { DOCKER } from '../support/law-map';

let now = Date.parse('2026-05-01T00:00:00.000Z');
const clock = () => new Date(now++);
const { apiOf, service } = fiveForAnybody(clock);

/** The subjects contain the name of the implementation, because all five share one service. */
const learner = async (name: string): Promise<(via: (typeof VIAS)[number]) => SkillsApi> => {
  const token = await service().value.identity.issue({ subject: name, scopes: ['skills:write'] });
  return (via) => inContext(apiOf(via), { token });
};

const TIME = expect.stringMatching(/^2026-05-01T00:00:\d\d\.\d{3}Z$/);
const progressOf = (skillId: string, status: Progress['status']) => ({ skillId, status, updateTime: TIME });

describe.each(VIAS)('%s:', (via) => {
  test('setProgress returns what it stored, and every implementation lists it by skill id', async () => {
    const ada = await learner(`${via}-ada`);
    expect(await ada(via).listProgress({})).toStrictEqual([]);
    const made = [];
    for (const [index, skillId] of ['hostile', 'git', 'docker'].entries()) {
      const status = PROGRESS_STATUSES[index]!;
      const progress = await ada(via).setProgress({ skillId, status });
      expect(progress).toStrictEqual(progressOf(skillId, status));
      made.unshift(progress);
    }
    const [docker, git, hostile] = made;
    for (const other of VIAS) {
      expect(await ada(other).listProgress({})).toStrictEqual([docker, git, hostile]);
    }
  });

  test('setProgress replaces the status, in any direction', async () => {
    const ada = await learner(`${via}-replaces`);
    for (const status of ['LEARNED', 'PLANNED', 'LEARNING'] as const) {
      const progress = await ada(via).setProgress({ skillId: 'git', status });
      expect(progress).toStrictEqual(progressOf('git', status));
      expect(await ada(via).listProgress({})).toStrictEqual([progress]);
    }
  });

  test.each(VIAS)(
    'setProgress keeps the update time if %s has already set the same status',
    async (other) => {
      const ada = await learner(`${via}-again-${other}`);
      const first = await ada(other).setProgress({ skillId: 'git', status: 'LEARNING' });
      expect(await ada(via).setProgress({ skillId: 'git', status: 'LEARNING' })).toStrictEqual(first);
      expect(await ada(via).listProgress({})).toStrictEqual([first]);
    },
  );

  test('a learner does not see the progress of another', async () => {
    const [ada, bob] = [await learner(`${via}-mine`), await learner(`${via}-yours`)];
    await ada(via).setProgress({ skillId: 'git', status: 'LEARNED' });
    await bob(via).setProgress({ skillId: 'git', status: 'PLANNED' });
    expect(await ada(via).listProgress({})).toStrictEqual([progressOf('git', 'LEARNED')]);
    expect(await bob(via).listProgress({})).toStrictEqual([progressOf('git', 'PLANNED')]);
    expect((await bob(via).getLearningPath({ id: 'github' })).learnedIds).toStrictEqual([]);
  });

  test('getLearningPath lists the learned skills in path order', async () => {
    const ada = await learner(`${via}-path`);
    for (const skillId of ['deployment', 'github', 'git', 'hostile']) {
      await ada(via).setProgress({ skillId, status: 'LEARNED' });
    }
    await ada(via).setProgress({ skillId: 'docker', status: 'LEARNING' });
    const { learnedIds, skills } = await ada(via).getLearningPath({ id: 'deployment', fields: ['id'] });
    expect(learnedIds).toStrictEqual(['git', 'github', 'deployment']);
    expect(skills).toHaveLength(4);
    expect((await ada(via).getLearningPath({ id: 'git' })).learnedIds).toStrictEqual(['git']);
    await ada(via).setProgress({ skillId: 'git', status: 'PLANNED' });
    expect((await ada(via).getLearningPath({ id: 'git' })).learnedIds).toStrictEqual([]);
  });

  test('getLearningPath lists no learned skills for anonymous calls and for services', async () => {
    const name = `${via}-nobody`;
    await (await learner(name))(via).setProgress({ skillId: 'git', status: 'LEARNED' });
    const token = await service().value.identity.issue({ subject: name, learner: false });
    for (const context of [undefined, { token }]) {
      expect((await apiOf(via).getLearningPath({ id: 'git' }, context)).learnedIds).toStrictEqual([]);
    }
  });

  test('deleteSkill removes the progress of all learners, and creating the skill again does not restore it', async () => {
    const [ada, bob] = [await learner(`${via}-gone`), await learner(`${via}-gone-too`)];
    const skill = { ...DOCKER, id: `${via}-gone` };
    await ada(via).createSkill({ skill });
    for (const one of [ada, bob]) {
      await one(via).setProgress({ skillId: skill.id, status: 'LEARNED' });
      await one(via).setProgress({ skillId: 'git', status: 'PLANNED' });
    }
    await ada(via).deleteSkill({ id: skill.id, etag: '*' });
    await ada(via).createSkill({ skill });
    for (const one of [ada, bob]) {
      expect(await one(via).listProgress({})).toStrictEqual([progressOf('git', 'PLANNED')]);
      expect((await one(via).getLearningPath({ id: skill.id })).learnedIds).toStrictEqual([]);
    }
  });

  test('updateSkill does not change progress', async () => {
    const ada = await learner(`${via}-kept`);
    const skill = { ...DOCKER, id: `${via}-kept` };
    await ada(via).createSkill({ skill });
    const progress = await ada(via).setProgress({ skillId: skill.id, status: 'LEARNED' });
    await ada(via).updateSkill({ id: skill.id, etag: '*', patch: { name: 'Kept', requires: ['git'] } });
    expect(await ada(via).listProgress({})).toStrictEqual([progress]);
  });
});

test('every implementation lists progress with 200 skills', async () => {
  const ada = await learner('far');
  const { items } = await apiOf('direct').listSkills({ pageSize: 200, fields: ['id'] });
  for (const { id } of items) await ada('direct').setProgress({ skillId: id, status: 'LEARNED' });
  const ids = items.map(({ id }) => id).sort();
  for (const via of VIAS) {
    expect((await ada(via).listProgress({})).map(({ skillId }) => skillId)).toStrictEqual(ids);
  }
});
