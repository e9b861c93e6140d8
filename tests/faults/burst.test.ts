/** Concurrent writes run one after another and do not block the event loop. */
import type { SkillsApi } from '../../src/contract/skills-api';
import { errorIfRejected, SMALL_MAP } from '../support/small-map';
import { tempService } from '../support/temp';

const WRITES = 50;

const burst = (api: SkillsApi): Promise<unknown> =>
  Promise.all(
    Array.from({ length: WRITES }, (_, at) =>
      api.createSkill({ skill: { id: `burst-${at}`, name: 'Burst', categoryIds: ['tools'] } }),
    ),
  );

test('the event loop runs between two writes', async () => {
  const { api } = await tempService(SMALL_MAP);
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await burst(api);
  isOver = true;
  expect(turns).toBeGreaterThanOrEqual(WRITES - 1);
});

test('a write whose deadline passes while it waits is not made', async () => {
  const { api } = await tempService(SMALL_MAP);
  const before = burst(api);
  const skill = { id: 'late', name: 'Late', categoryIds: ['tools'] };
  expect(await errorIfRejected(api.createSkill({ skill }, { timeoutMs: 1 }))).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  });
  await before;
  expect(await errorIfRejected(api.getSkill({ id: 'late' }))).toMatchObject({ code: 'NOT_FOUND' });
});
