/** A process of its own that writes to a shared folder until told otherwise; the tests kill it. */
import { openService } from '../../src/main';
import { SMALL_MAP } from '../support/small-map';

const [, , task, dataFolder = '', name = '', count = '0'] = process.argv;

/** Rows in five tables, and then a deletion that changes several skills at once. */
const writeMuch = async (api: Awaited<ReturnType<typeof openService>>['api'], id: string): Promise<void> => {
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
const increment = async (api: Awaited<ReturnType<typeof openService>>['api']): Promise<void> => {
  for (;;) {
    const { summary, etag } = await api.getSkill({ id: 'git' });
    const patch = { summary: String(Number(summary) + 1) };
    const done = await api.updateSkill({ id: 'git', etag, patch }).catch(() => undefined);
    if (done) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
};

const main = async (): Promise<void> => {
  const { api, close } = await openService({ dataFolder, seed: SMALL_MAP });
  const say = (message: unknown) => process.send?.(message);
  say('open');
  if (task === 'endless') {
    for (let n = 0; ; n++) {
      await writeMuch(api, `${name}-${n}`);
      say(n);
    }
  }
  for (let n = 0; n < Number(count); n++) {
    if (task === 'create') {
      await api.createSkill({ skill: { id: `${name}-${n}`, name: 'Made', categoryIds: ['tools'] } });
    } else await increment(api);
  }
  say((await api.listSkills({ pageSize: 1 })).nextPageToken);
  await close();
};

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
