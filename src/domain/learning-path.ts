/** Walks along `requires` with its own stack, because a chain may be longer than the call stack is deep. */
import type { LearningPath, Skill } from '../contract/model';

type RequiresOf = (id: string) => readonly string[];

/** The ids in an order one could learn them, or the way round that makes it impossible: `['git', 'github', 'git']`. */
export type TopologicalOrder = { readonly order: readonly string[]; readonly cycle?: readonly string[] };

/** Depth-first post-order, prerequisites in the order in which they are listed. */
export const sortTopologically = (roots: Iterable<string>, requiresOf: RequiresOf): TopologicalOrder => {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  for (const root of roots) {
    if (state.has(root)) continue;
    const stack = [{ id: root, requires: requiresOf(root), next: 0 }];
    state.set(root, 'open');
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const id = top.requires[top.next++];
      if (id === undefined) {
        state.set(top.id, 'done');
        order.push(top.id);
        stack.pop();
      } else if (!state.has(id)) {
        state.set(id, 'open');
        stack.push({ id, requires: requiresOf(id), next: 0 });
      } else if (state.get(id) === 'open') {
        const ids = stack.map((step) => step.id);
        return { order, cycle: [...ids.slice(ids.indexOf(id)), id] };
      }
    }
  }
  return { order };
};

/** What to learn for this skill, the skill itself last. */
export const buildLearningPath = (
  skill: Skill,
  lookup: (id: string) => Skill,
): Omit<LearningPath, 'learnedIds'> => {
  const { order } = sortTopologically([skill.id], (id) => lookup(id).requires);
  const skills = order.map(lookup);
  const edges = skills.flatMap(({ id, requires }) =>
    requires.map((requiresId) => ({ skillId: id, requiresId })),
  );
  return { skills, edges };
};
