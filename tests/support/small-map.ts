/** A catalogue of five categories and eight skills. */
import type { NewSkill, Skill } from '../../src/contract/model';
import type { SkillMap } from '../../src/domain/seed';

const skill = (id: string, name: string, rest: Partial<NewSkill> = {}): NewSkill => ({
  id,
  name,
  categoryIds: ['tools'],
  ...rest,
});

export const SMALL_MAP: SkillMap = {
  createTime: '2026-01-01T00:00:00.000Z',
  categories: [
    { id: 'tools', name: 'Tools', summary: 'What one works with.', position: 2 },
    { id: 'languages', name: 'Languages', summary: 'What one writes.', position: 1 },
    { id: 'scripting', name: 'Scripting', summary: 'Run as written.', parentId: 'languages', position: 2 },
    { id: 'compiled', name: 'Compiled', summary: 'Built first.', parentId: 'languages', position: 1 },
    { id: 'shells', name: 'Shells', summary: 'At a prompt.', parentId: 'scripting', position: 1 },
  ],
  skills: [
    skill('git', 'Git', { tags: ['versions'], level: 'BEGINNER', aliases: ['VCS'] }),
    skill('github', 'GitHub', { requires: ['git'], related: ['gitlab'], tags: ['versions', 'hosting'] }),
    skill('gitlab', 'GitLab', { requires: ['git'], related: ['github', 'cafe'] }),
    skill('actions', 'Actions', { requires: ['github', 'bash'], summary: 'Workflows for GitHub.' }),
    skill('bash', 'Bash', { categoryIds: ['shells', 'tools'], summary: 'Born again shell.' }),
    skill('cpp', 'C++', { categoryIds: ['compiled'], summary: 'Fast, 100% of the time.' }),
    skill('node-js', 'Node.js', { categoryIds: ['scripting'], level: 'INTERMEDIATE' }),
    skill('cafe', 'Café', { summary: 'Straße_1 to the “best” \\ coffee, 5 o’clock.' }),
  ],
};

/** Resolves to the members of the SkillsError that the call rejects with, or to undefined if the call resolves. */
export const errorIfRejected = async (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    ({ code, reason, details, message }) => ({ code, reason, details, message }),
  );

export const ids = (skills: readonly Pick<Skill, 'id'>[]): string[] => skills.map(({ id }) => id);
