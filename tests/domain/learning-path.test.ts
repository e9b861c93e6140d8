import fc from 'fast-check';
import type { Skill } from '../../src/contract/model';
import { buildLearningPath, sortTopologically } from '../../src/domain/learning-path';
import { holds } from '../support/property';

type Graph = ReadonlyMap<string, readonly string[]>;

const pathOf = (graph: Graph, id: string) => {
  const lookup = (step: string) => ({ id: step, requires: graph.get(step) ?? [] }) as unknown as Skill;
  const { skills, edges } = buildLearningPath(lookup(id), lookup);
  return { ids: skills.map((skill) => skill.id), edges };
};

/** Each node may require any of those before it, so there is no cycle. */
const someGraph: fc.Arbitrary<Graph> = fc
  .integer({ min: 1, max: 12 })
  .chain((size) => {
    const names = Array.from({ length: size }, (_, index) => `n${index}`);
    return fc.tuple(
      ...names.map((name, index) => fc.tuple(fc.constant(name), fc.shuffledSubarray(names.slice(0, index)))),
    );
  })
  .map((entries) => new Map(entries));

test('a learning path holds exactly the prerequisites, each before the skills that require it, and the skill last', () =>
  holds(
    fc.property(someGraph, (graph) => {
      const last = [...graph.keys()].at(-1)!;
      const { ids, edges } = pathOf(graph, last);
      const reached = new Set([last]);
      for (const id of reached) for (const other of graph.get(id)!) reached.add(other);
      expect(new Set(ids)).toEqual(reached);
      expect(ids).toHaveLength(reached.size);
      expect(ids.at(-1)).toBe(last);
      for (const { skillId, requiresId } of edges)
        expect(ids.indexOf(requiresId)).toBeLessThan(ids.indexOf(skillId));
      expect(edges).toEqual(
        ids.flatMap((skillId) => graph.get(skillId)!.map((requiresId) => ({ skillId, requiresId }))),
      );
    }),
  ));

test('prerequisites keep the order in which the skill lists them', () => {
  const graph = new Map([
    ['a', ['c', 'b']],
    ['b', ['d']],
    ['c', []],
    ['d', []],
  ]);
  expect(pathOf(graph, 'a').ids).toEqual(['c', 'd', 'b', 'a']);
});

test('a chain of 14,000 skills does not overflow the stack', () => {
  const graph = new Map(
    Array.from({ length: 14_000 }, (_, index) => [`n${index}`, index ? [`n${index - 1}`] : []]),
  );
  const { ids, edges } = pathOf(graph, 'n13999');
  expect(ids.slice(0, 3)).toEqual(['n0', 'n1', 'n2']);
  expect(edges).toHaveLength(13_999);
});

test('a cycle is reported from its first skill back to it', () => {
  const graph: Graph = new Map([
    ['start', ['git']],
    ['git', ['github']],
    ['github', ['bash', 'git']],
    ['bash', []],
  ]);
  expect(sortTopologically(['start'], (id) => graph.get(id)!).cycle).toEqual(['git', 'github', 'git']);
  expect(sortTopologically(['self'], () => ['self']).cycle).toEqual(['self', 'self']);
});

test('a cycle is found exactly if one more requirement closes it', () =>
  holds(
    fc.property(someGraph, fc.nat(), (graph, choice) => {
      const names = [...graph.keys()];
      const from = names[choice % names.length]!;
      const last = names.at(-1)!;
      const { cycle } = sortTopologically([from], (id) =>
        id === from ? [...graph.get(id)!, last] : graph.get(id)!,
      );
      expect(cycle !== undefined).toBe(pathOf(graph, last).ids.includes(from));
      if (cycle) expect(cycle.at(-1)).toBe(cycle[0]);
    }),
  ));
