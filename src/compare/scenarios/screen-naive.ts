/** A screen as it is often written: one call after the other, one for each prerequisite. GraphQL gains only by nesting. */
import type { Skill } from '../../contract/model';
import type { SkillsApi } from '../../contract/skills-api';
import { forEveryProtocol, pick, type Scenario } from './support/scenario';

export default {
  name: 'screen-naive',
  question: 'one screen: a category, its first 10 skills and their prerequisites, one call after the other',
  draw: ({ categoryIds }, random) => pick(categoryIds, random),
  ask: forEveryProtocol(async (api: SkillsApi, category: string) => {
    const { name } = await api.getCategory({ id: category, fields: ['name'] });
    const page = await api.listSkills({ category, pageSize: 10, fields: ['id', 'name', 'requires'] });
    const skills = [];
    for (const skill of page.items) {
      const requires: Pick<Skill, 'id' | 'name'>[] = [];
      for (const id of skill.requires) requires.push(await api.getSkill({ id, fields: ['id', 'name'] }));
      skills.push({ ...skill, requires });
    }
    return { name, skills };
  }),
} satisfies Scenario<string>;
