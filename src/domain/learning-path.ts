/** Learning paths: a topological sort along `requires`, with a stack of its own because a chain may exceed the call stack. */
import type { LearningPath, Skill } from '../contract/model';

type RequiresOf = (id: string) => readonly string[];

/** Ids with prerequisites first, or the cycle that makes such an order impossible: `['git', 'github', 'git']`. */
export type TopologicalOrder = { readonly order: readonly string[]; readonly cycle?: readonly string[] };

/** Depth-first post-order; a skill's prerequisites keep the order in which it lists them. */
export const sortTopologically = (roots: Iterable<string>, requiresOf: RequiresOf): TopologicalOrder => {
  const order: string[] = [];
  const state = new Map<string, 'visiting' | 'done'>();
  for (const root of roots) {
    if (state.has(root)) continue;
    const stack = [{ id: root, requires: requiresOf(root), next: 0 }];
    state.set(root, 'visiting');
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const id = top.requires[top.next++];
      if (id === undefined) {
        state.set(top.id, 'done');
        order.push(top.id);
        stack.pop();
      } else if (!state.has(id)) {
        state.set(id, 'visiting');
        stack.push({ id, requires: requiresOf(id), next: 0 });
      } else if (state.get(id) === 'visiting') {
        const ids = stack.map((step) => step.id);
        return { order, cycle: [...ids.slice(ids.indexOf(id)), id] };
      }
    }
  }
  return { order };
};

/** All direct and indirect prerequisites of the skill in learning order, the skill itself last. */
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
