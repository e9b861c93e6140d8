/** Generated catalogues: every implementation reads back what one protocol has written. */
import fc from 'fast-check';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { arbitrariesOf } from '../support/arbitraries';
import { CONTRACT_MAP, DOCKER } from '../support/contract-map';
import { forAll } from '../support/generated-cases';
import { IMPLEMENTATION_NAMES, type TestedService } from '../support/implementations';
import { outcomeOf } from '../support/outcome';

const any = arbitrariesOf(CONTRACT_MAP);
const implementation = fc.constantFrom(...PROTOCOL_NAMES);

export const describeGeneratedCatalogues = (apiOf: TestedService['apiOf']): void => {
  let made = 0;
  const newId = (): string => `made-${++made}`;

  test('a skill created over one protocol and updated over another is the same for all implementations', () =>
    forAll(
      80,
      fc.tuple(implementation, any.newSkill, implementation, any.patch),
      async ([first, skill, second, patch]) => {
        const id = newId();
        const created = await outcomeOf(apiOf(first).createSkill({ skill: { ...skill, id } }));
        if ('error' in created) return;
        const { etag } = created.value;
        const updated = await outcomeOf(apiOf(second).updateSkill({ id, etag, patch }));
        const expected = 'value' in updated ? updated : created;
        for (const reader of IMPLEMENTATION_NAMES) {
          expect([reader, await outcomeOf(apiOf(reader).getSkill({ id }))]).toStrictEqual([reader, expected]);
        }
      },
    ));

  test('a graph of skills created over several protocols has the same learning path, list and batch for all protocols', () => {
    const graphs = fc.array(fc.tuple(implementation, fc.array(fc.nat(), { maxLength: 3 })), {
      minLength: 2,
      maxLength: 8,
    });
    return forAll(30, graphs, async (nodes) => {
      const ids = nodes.map(newId);
      for (const [index, [protocol, picks]] of nodes.entries()) {
        const before = ids.slice(0, index);
        const requires = [...new Set(picks.flatMap((pick) => before[pick % (index + 1)] ?? []))];
        const skill = { ...DOCKER, id: ids[index]!, name: `Graph ${ids[index]}`, tags: [ids[0]!], requires };
        await apiOf(protocol).createSkill({ skill });
      }
      const [path, page, batch] = await readAll(ids);
      for (const reader of PROTOCOL_NAMES) {
        expect([reader, await apiOf(reader).getLearningPath({ id: ids.at(-1)! })]).toStrictEqual([
          reader,
          path,
        ]);
        expect([reader, await apiOf(reader).listSkills({ tag: ids[0]! })]).toStrictEqual([reader, page]);
        expect([reader, await apiOf(reader).batchGetSkills({ ids })]).toStrictEqual([reader, batch]);
      }
      expect(batch.skills).toHaveLength(ids.length);
    });
  });

  const readAll = (ids: readonly string[]) =>
    Promise.all([
      apiOf('direct').getLearningPath({ id: ids.at(-1)! }),
      apiOf('direct').listSkills({ tag: ids[0]! }),
      apiOf('direct').batchGetSkills({ ids }),
    ]);
};
