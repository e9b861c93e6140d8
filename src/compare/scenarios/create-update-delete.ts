/** Three writes. Times and etags vary, so only the written values are compared. The cost includes the store. */
import type { SkillsApi } from '../../contract/skills-api';
import { forEveryProtocol, pick, type Scenario } from './support/scenario';

interface Drawn {
  readonly id: string;
  readonly category: string;
}

export default {
  name: 'create-update-delete',
  question: 'a skill created, renamed by its etag and deleted: three durable writes',
  writes: true,
  draw: ({ categoryIds }, random) => ({
    id: `compare-${Math.floor(random() * 2 ** 31).toString(36)}${Math.floor(random() * 2 ** 31).toString(36)}`,
    category: pick(categoryIds, random),
  }),
  ask: forEveryProtocol(async (api: SkillsApi, { id, category }: Drawn) => {
    const created = await api.createSkill({ skill: { id, name: 'Comparing', categoryIds: [category] } });
    const updated = await api.updateSkill({ id, etag: created.etag, patch: { name: 'Compared' } });
    await api.deleteSkill({ id, etag: updated.etag });
    return [created, updated].map(({ createTime: _, updateTime: __, etag: ___, ...skill }) => skill);
  }),
} satisfies Scenario<Drawn>;
