/** setProgress and listProgress: each learner has separate progress, the same through every protocol. */
import { allItems } from '../../src/calls/all-items';
import type { Progress } from '../../src/contract/model';
import { PROGRESS_STATUSES } from '../../src/contract/model';
import type { SkillsApi } from '../../src/contract/skills-api';
import { withDefaultContext } from '../support/caller';
import { DOCKER } from '../support/contract-map';
import { IMPLEMENTATION_NAMES, implementationsWithoutToken } from '../support/implementations';
import { singlePage } from '../support/single-page';

const TIME = expect.stringMatching(/^2026-05-01T00:00:\d\d\.\d{3}Z$/);
const progressOf = (skillId: string, status: Progress['status']) => ({ skillId, status, updateTime: TIME });

export const describeProgress = (): void => {
  let now = Date.parse('2026-05-01T00:00:00.000Z');
  const clock = () => new Date(now++);
  const { apiOf, service } = implementationsWithoutToken(clock);

  /** The subjects contain the name of the implementation, because all five share one service. */
  const learner = async (
    name: string,
  ): Promise<(implementation: (typeof IMPLEMENTATION_NAMES)[number]) => SkillsApi> => {
    const token = await service().value.identity.issue({ subject: name, scopes: ['skills:write'] });
    return (implementation) => withDefaultContext(apiOf(implementation), { token });
  };

  describe.each(IMPLEMENTATION_NAMES)('%s:', (implementation) => {
    test('setProgress returns what it stored, and every implementation lists it by skill id', async () => {
      const ada = await learner(`${implementation}-ada`);
      expect(await ada(implementation).listProgress({})).toStrictEqual(singlePage());
      const made = [];
      for (const [index, skillId] of ['hostile', 'git', 'docker'].entries()) {
        const status = PROGRESS_STATUSES[index]!;
        const progress = await ada(implementation).setProgress({ skillId, status });
        expect(progress).toStrictEqual(progressOf(skillId, status));
        made.unshift(progress);
      }
      const [docker, git, hostile] = made;
      for (const other of IMPLEMENTATION_NAMES) {
        expect(await ada(other).listProgress({})).toStrictEqual(singlePage(docker, git, hostile));
      }
    });

    test('setProgress replaces the status, in any direction', async () => {
      const ada = await learner(`${implementation}-replaces`);
      for (const status of ['LEARNED', 'PLANNED', 'LEARNING'] as const) {
        const progress = await ada(implementation).setProgress({ skillId: 'git', status });
        expect(progress).toStrictEqual(progressOf('git', status));
        expect(await ada(implementation).listProgress({})).toStrictEqual(singlePage(progress));
      }
    });

    test.each(IMPLEMENTATION_NAMES)(
      'setProgress keeps the update time if %s has already set the same status',
      async (other) => {
        const ada = await learner(`${implementation}-again-${other}`);
        const first = await ada(other).setProgress({ skillId: 'git', status: 'LEARNING' });
        expect(await ada(implementation).setProgress({ skillId: 'git', status: 'LEARNING' })).toStrictEqual(
          first,
        );
        expect(await ada(implementation).listProgress({})).toStrictEqual(singlePage(first));
      },
    );

    test('a learner does not see the progress of another', async () => {
      const [ada, bob] = [await learner(`${implementation}-mine`), await learner(`${implementation}-yours`)];
      await ada(implementation).setProgress({ skillId: 'git', status: 'LEARNED' });
      await bob(implementation).setProgress({ skillId: 'git', status: 'PLANNED' });
      expect(await ada(implementation).listProgress({})).toStrictEqual(
        singlePage(progressOf('git', 'LEARNED')),
      );
      expect(await bob(implementation).listProgress({})).toStrictEqual(
        singlePage(progressOf('git', 'PLANNED')),
      );
      expect((await bob(implementation).getLearningPath({ id: 'github' })).learnedIds).toStrictEqual([]);
    });

    test('getLearningPath lists the learned skills in path order', async () => {
      const ada = await learner(`${implementation}-path`);
      for (const skillId of ['deployment', 'github', 'git', 'hostile']) {
        await ada(implementation).setProgress({ skillId, status: 'LEARNED' });
      }
      await ada(implementation).setProgress({ skillId: 'docker', status: 'LEARNING' });
      const { learnedIds, skills } = await ada(implementation).getLearningPath({
        id: 'deployment',
        fields: ['id'],
      });
      expect(learnedIds).toStrictEqual(['git', 'github', 'deployment']);
      expect(skills).toHaveLength(4);
      expect((await ada(implementation).getLearningPath({ id: 'git' })).learnedIds).toStrictEqual(['git']);
      await ada(implementation).setProgress({ skillId: 'git', status: 'PLANNED' });
      expect((await ada(implementation).getLearningPath({ id: 'git' })).learnedIds).toStrictEqual([]);
    });

    test('getLearningPath lists no learned skills for anonymous calls and for services', async () => {
      const name = `${implementation}-nobody`;
      await (await learner(name))(implementation).setProgress({ skillId: 'git', status: 'LEARNED' });
      const token = await service().value.identity.issue({ subject: name, learner: false });
      for (const context of [undefined, { token }]) {
        expect(
          (await apiOf(implementation).getLearningPath({ id: 'git' }, context)).learnedIds,
        ).toStrictEqual([]);
      }
    });

    test('deleteSkill removes the progress of all learners, and creating the skill again does not restore it', async () => {
      const [ada, bob] = [
        await learner(`${implementation}-gone`),
        await learner(`${implementation}-gone-too`),
      ];
      const skill = { ...DOCKER, id: `${implementation}-gone` };
      await ada(implementation).createSkill({ skill });
      for (const one of [ada, bob]) {
        await one(implementation).setProgress({ skillId: skill.id, status: 'LEARNED' });
        await one(implementation).setProgress({ skillId: 'git', status: 'PLANNED' });
      }
      await ada(implementation).deleteSkill({ id: skill.id, etag: '*' });
      await ada(implementation).createSkill({ skill });
      for (const one of [ada, bob]) {
        expect(await one(implementation).listProgress({})).toStrictEqual(
          singlePage(progressOf('git', 'PLANNED')),
        );
        expect((await one(implementation).getLearningPath({ id: skill.id })).learnedIds).toStrictEqual([]);
      }
    });

    test('updateSkill does not change progress', async () => {
      const ada = await learner(`${implementation}-kept`);
      const skill = { ...DOCKER, id: `${implementation}-kept` };
      await ada(implementation).createSkill({ skill });
      const progress = await ada(implementation).setProgress({ skillId: skill.id, status: 'LEARNED' });
      await ada(implementation).updateSkill({
        id: skill.id,
        etag: '*',
        patch: { name: 'Kept', requires: ['git'] },
      });
      expect(await ada(implementation).listProgress({})).toStrictEqual(singlePage(progress));
    });
  });

  test('every implementation lists progress with 200 skills', async () => {
    const ada = await learner('far');
    const { items } = await apiOf('direct').listSkills({ pageSize: 200, fields: ['id'] });
    for (const { id } of items) await ada('direct').setProgress({ skillId: id, status: 'LEARNED' });
    const ids = items.map(({ id }) => id).sort();
    for (const implementation of IMPLEMENTATION_NAMES) {
      const progress = await allItems((paging) => ada(implementation).listProgress(paging), 60);
      expect(progress.map(({ skillId }) => skillId)).toStrictEqual(ids);
      expect((await ada(implementation).listProgress({})).totalSize).toBe(ids.length);
    }
  });
};
