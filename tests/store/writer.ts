/** A process of its own that writes to a shared folder until told otherwise; the tests kill it. */

import { openService } from '../../src/app/service';
import type { SkillsApi } from '../../src/contract/skills-api';
import { asAda } from '../support/caller';
import { SMALL_MAP } from '../support/small-map';

const [, , task, dataFolder = '', name = '', count = '0'] = process.argv;

/** Rows in five tables, and then a deletion that changes several skills at once. */
const writeMuch = async (api: SkillsApi, id: string): Promise<void> => {
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

/** Adds one to a number that all processes share, with nothing but the etag to guard it. */
const increment = async (api: SkillsApi): Promise<void> => {
  for (;;) {
    const { summary, etag } = await api.getSkill({ id: 'git' });
    const patch = { summary: String(Number(summary) + 1) };
    const done = await api.updateSkill({ id: 'git', etag, patch }).catch(() => undefined);
    if (done) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
};

/** With the keys that every process uses. */
const writeKeyed = async (api: SkillsApi, n: number): Promise<unknown[]> => {
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
  const say = (message: unknown) => process.send?.(message);
  say('open');
  if (task === 'endless') {
    for (let n = 0; ; n++) {
      await writeMuch(api, `${name}-${n}`);
      say(n);
    }
  }
  const answers: unknown[] = [];
  for (let n = 0; n < Number(count); n++) {
    if (task === 'keyed') answers.push(...(await writeKeyed(api, n)));
    else if (task === 'create') {
      await api.createSkill({ skill: { id: `${name}-${n}`, name: 'Made', categoryIds: ['tools'] } });
    } else await increment(api);
  }
  say(task === 'keyed' ? answers : (await api.listSkills({ pageSize: 1 })).nextPageToken);
  await close();
};

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
