/**
 * Generated writes. Each implementation has a service of its own; all five take the same calls at the same clock times
 * and end with the same results, etags, errors and catalogues.
 */
import fc from 'fast-check';
import type { CallContext } from '../../src/contract/context';
import type { SkillPatch } from '../../src/contract/model';
import type { SkillsApi } from '../../src/contract/skills-api';
import { arbitrariesOf, text } from '../support/arbitraries';
import { adaToken, withDefaultContext } from '../support/caller';
import {
  DEPLOYMENT,
  DOCKER,
  EMPTY_CATEGORY,
  GIT,
  GITHUB,
  TOOLS,
  VERSION_CONTROL,
} from '../support/contract-map';
import { forAll } from '../support/generated-cases';
import {
  IMPLEMENTATION_NAMES,
  type ImplementationName,
  type Running,
  serveOver,
  startService,
} from '../support/implementations';
import { outcomeOf } from '../support/outcome';

const MAP = {
  createTime: '2026-01-01T00:00:00.000Z',
  categories: [TOOLS, VERSION_CONTROL, EMPTY_CATEGORY],
  skills: [GIT, GITHUB, DOCKER, DEPLOYMENT],
};

const running: Running<unknown>[] = [];
const implementations = new Map<ImplementationName, SkillsApi>();

const any = arbitrariesOf(MAP);

/** Valid members, so that most of the skills to change exist. */
const VALID = { name: 'x', summary: '', categoryIds: ['tools'], requires: ['git'], related: ['docker'] };

type Write = (api: SkillsApi, context: CallContext) => Promise<unknown>;
type Place = (value: string) => Omit<SkillPatch, 'level'>;

/** The members that hold text, for a create and for a patch. */
const PLACES = {
  name: (value) => ({ name: value }),
  summary: (value) => ({ summary: value }),
  tags: (value) => ({ tags: [value] }),
  aliases: (value) => ({ aliases: ['one', value, `${value}!`] }),
  path: (value) => ({ demonstrations: [{ path: value, note: '' }] }),
  note: (value) => ({ demonstrations: [{ path: 'x', note: value }] }),
} satisfies Record<string, Place>;

export const describeGeneratedWrites = (): void => {
  let now = Date.parse(MAP.createTime);
  let made = 0;
  const newId = (): string => `made-${++made}`;
  beforeAll(async () => {
    for (const implementation of IMPLEMENTATION_NAMES) {
      const service = await startService(MAP, () => new Date(now));
      running.unshift(service);
      const token = await adaToken(service.value);
      implementations.set(implementation, withDefaultContext(service.value.api, { token }));
      if (implementation === 'direct') continue;
      const client = await serveOver(implementation, service.value.api, service.value.graph, token);
      running.unshift(client);
      implementations.set(implementation, client.value);
    }
  });
  afterAll(async () => {
    for (const { stop } of running) await stop();
  });

  /** Makes the same call on all five implementations at one time. Resolves to their common outcome. */
  const callAll = async <T>(call: (api: SkillsApi) => Promise<T>) => {
    now += 1;
    const outcomes = await Promise.all(
      IMPLEMENTATION_NAMES.map((implementation) => outcomeOf(call(implementations.get(implementation)!))),
    );
    const [expected] = outcomes;
    expect(
      IMPLEMENTATION_NAMES.map((implementation, index) => [implementation, outcomes[index]]),
    ).toStrictEqual(IMPLEMENTATION_NAMES.map((implementation) => [implementation, expected]));
    return expected!;
  };

  test('createSkill has the same outcome, and getSkill reads the skill back', () =>
    forAll(90, any.newSkill, async (skill) => {
      const input = { skill: { ...skill, id: newId() } };
      const result = await callAll((api) => api.createSkill(input));
      if (!('value' in result)) return;
      expect(await callAll((api) => api.getSkill({ id: input.skill.id }))).toStrictEqual(result);
    }));

  test('updateSkill and deleteSkill have the same outcomes', () => {
    const cases = fc.record({
      skill: any.newSkill,
      patches: fc.array(fc.tuple(any.patch, any.etag), { minLength: 1, maxLength: 2 }),
      last: any.etag,
    });
    return forAll(90, cases, async ({ skill, patches, last }) => {
      const id = newId();
      await callAll((api) => api.createSkill({ skill: { ...DOCKER, ...skill, ...VALID, id } }));
      for (const [patch, etag] of patches) await callAll((api) => api.updateSkill({ id, etag, patch }));
      await callAll((api) => api.deleteSkill({ id, etag: last }));
    });
  });

  test('setProgress, listProgress and getLearningPath have the same outcomes', () => {
    const cases = fc.tuple(any.inputs.setProgress, any.inputs.getLearningPath);
    return forAll(40, cases, async ([input, path]) => {
      await callAll((api) => api.setProgress(input));
      await callAll((api) => api.listProgress({}));
      await callAll((api) => api.getLearningPath(path));
    });
  });

  test('a write and its retry with the same idempotency key have the same outcome', () => {
    const { createSkill, updateSkill, deleteSkill, setProgress } = any.inputs;
    const writes: fc.Arbitrary<Write> = fc.oneof(
      createSkill.map(
        (input): Write =>
          (api, context) =>
            api.createSkill(input, context),
      ),
      updateSkill.map(
        (input): Write =>
          (api, context) =>
            api.updateSkill(input, context),
      ),
      deleteSkill.map(
        (input): Write =>
          (api, context) =>
            api.deleteSkill(input, context),
      ),
      setProgress.map(
        (input): Write =>
          (api, context) =>
            api.setProgress(input, context),
      ),
    );
    return forAll(60, writes, async (write) => {
      const context = { idempotencyKey: newId() };
      const first = await callAll((api) => write(api, context));
      expect(await callAll((api) => write(api, context))).toStrictEqual(first);
    });
  });

  test.each(Object.entries(PLACES))(
    'any text is stored in the member %s with the same outcome',
    (_, place: Place) =>
      forAll(15, text(60), async (value) => {
        const skill = { ...DOCKER, id: newId(), ...place(value) };
        await callAll((api) => api.createSkill({ skill }));
        const result = await callAll((api) =>
          api.updateSkill({ id: 'docker', etag: '*', patch: place(value) }),
        );
        if ('value' in result) expect(result.value).toMatchObject(place(value.replace(/\r\n?/g, '\n')));
      }),
  );

  test('the five catalogues are equal after all writes', async () => {
    const query = { orderBy: 'UPDATE_TIME', pageSize: 200 } as const;
    const result = await callAll(async (api) => (await api.listSkills(query)).items);
    expect('value' in result && result.value.length).toBeGreaterThan(30);
  });
};
