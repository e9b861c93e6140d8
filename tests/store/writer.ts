/** A child process that writes to a shared data folder until it is done or a test kills it. */
import { openService } from '../../src/app/service';
import type { SkillsApi } from '../../src/contract/skills-api';
import { asAda } from '../support/caller';
import { SMALL_MAP } from '../support/small-map';

const [, , task, dataFolder = '', name = '', count = '0'] = process.argv;

/** Writes rows in five tables, then deletes a skill, which changes several others. */
const createAndDelete = async (api: SkillsApi, id: string): Promise<void> => {
  await api.createSkill({
    skill: { id, name: id, categoryIds: ['tools', 'shells'], requires: ['git', 'bash'] },
  });
  for (const other of [`${id}-x`, `${id}-y`]) {
    await api.createSkill({
      skill: { id: other, name: other, categoryIds: ['tools'], related: [id, 'git'] },
    });
  }
  await api.deleteSkill({ id, etag: '*' });
};

/** Adds one to a number that all processes share; only the etag protects it. */
const increment = async (api: SkillsApi): Promise<void> => {
  for (;;) {
    const { summary, etag } = await api.getSkill({ id: 'git' });
    const patch = { summary: String(Number(summary) + 1) };
    const done = await api.updateSkill({ id: 'git', etag, patch }).catch(() => undefined);
    if (done) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
};

/** Writes with idempotency keys that every process uses. */
const writeWithKeys = async (api: SkillsApi, n: number): Promise<unknown[]> => {
  const skill = { id: `keyed-${n}`, name: 'Keyed', categoryIds: ['tools'] };
  const made = await api.createSkill({ skill }, { idempotencyKey: `create-${n}` });
  const input = { id: skill.id, etag: made.etag, patch: { name: 'Changed' } };
  const status = 'LEARNED' as const;
  return [
    made,
    await api.updateSkill(input, { idempotencyKey: `update-${n}` }),
    await api.setProgress({ skillId: skill.id, status }, { idempotencyKey: `progress-${n}` }),
  ];
};

const main = async (): Promise<void> => {
  const { api, close } = await asAda(await openService({ dataFolder, seed: SMALL_MAP }));
  const send = (message: unknown) => process.send?.(message);
  send('open');
  if (task === 'endless') {
    for (let n = 0; ; n++) {
      await createAndDelete(api, `${name}-${n}`);
      send(n);
    }
  }
  const answers: unknown[] = [];
  for (let n = 0; n < Number(count); n++) {
    if (task === 'keyed') answers.push(...(await writeWithKeys(api, n)));
    else if (task === 'create') {
      await api.createSkill({ skill: { id: `${name}-${n}`, name: 'Made', categoryIds: ['tools'] } });
    } else await increment(api);
  }
  send(task === 'keyed' ? answers : (await api.listSkills({ pageSize: 1 })).nextPageToken);
  await close();
};

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
