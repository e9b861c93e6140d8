/**
 * The law on generated writes. Five twins, each a service of its own, take the same calls at the same times, each by
 * its own way, and come to the same: answers, etags, refusals, and catalogues.
 */
import fc from 'fast-check';
import type { CallContext } from '../../src/contract/context';
import type { SkillPatch } from '../../src/contract/model';
import type { SkillsApi } from '../../src/contract/skills-api';
import { arbitrariesOf, text } from '../support/arbitraries';
import { adaToken, inContext } from '../support/caller';
import { type Running, runOver, runService, VIAS, type Via } from '../support/implementations';
import { forAll } from '../support/law';
import { DEPLOYMENT, DOCKER, EMPTY_SHELF, GIT, GITHUB, TOOLS, VERSIONS } from '../support/law-map';
import { outcome } from '../support/outcome';

const MAP = {
  createTime: '2026-01-01T00:00:00.000Z',
  categories: [TOOLS, VERSIONS, EMPTY_SHELF],
  skills: [GIT, GITHUB, DOCKER, DEPLOYMENT],
};

let now = Date.parse(MAP.createTime);
let made = 0;
const newId = (): string => `made-${++made}`;

const running: Running<unknown>[] = [];
const twins = new Map<Via, SkillsApi>();
beforeAll(async () => {
  for (const via of VIAS) {
    const service = await runService(MAP, () => new Date(now));
    running.unshift(service);
    const token = await adaToken(service.value);
    twins.set(via, inContext(service.value.api, { token }));
    if (via === 'direct') continue;
    const client = await runOver(via, service.value.api, service.value.graph, token);
    running.unshift(client);
    twins.set(via, client.value);
  }
});
afterAll(async () => {
  for (const { stop } of running) await stop();
});

/** The same call of all five at the same time, and what the service itself made of it. */
const together = async <T>(call: (api: SkillsApi) => Promise<T>) => {
  now += 1;
  const answers = await Promise.all(VIAS.map((via) => outcome(call(twins.get(via)!))));
  const [expected] = answers;
  expect(VIAS.map((via, index) => [via, answers[index]])).toStrictEqual(VIAS.map((via) => [via, expected]));
  return expected!;
};

const any = arbitrariesOf(MAP);

/** So that most of the skills to change are there. */
const VALID = { name: 'x', summary: '', categoryIds: ['tools'], requires: ['git'], related: ['docker'] };

test('createSkill, and each reads back what it made', () =>
  forAll(90, any.newSkill, async (skill) => {
    const input = { skill: { ...skill, id: newId() } };
    const came = await together((api) => api.createSkill(input));
    if (!('value' in came)) return;
    expect(await together((api) => api.getSkill({ id: input.skill.id }))).toStrictEqual(came);
  }));

test('updateSkill and deleteSkill', () => {
  const cases = fc.record({
    skill: any.newSkill,
    patches: fc.array(fc.tuple(any.patch, any.etag), { minLength: 1, maxLength: 2 }),
    last: any.etag,
  });
  return forAll(90, cases, async ({ skill, patches, last }) => {
    const id = newId();
    await together((api) => api.createSkill({ skill: { ...DOCKER, ...skill, ...VALID, id } }));
    for (const [patch, etag] of patches) await together((api) => api.updateSkill({ id, etag, patch }));
    await together((api) => api.deleteSkill({ id, etag: last }));
  });
});

test('setProgress, and what comes of it', () => {
  const cases = fc.tuple(any.inputs.setProgress, any.inputs.getLearningPath);
  return forAll(40, cases, async ([input, path]) => {
    await together((api) => api.setProgress(input));
    await together((api) => api.listProgress({}));
    await together((api) => api.getLearningPath(path));
  });
});

test('any write and, in the next moment, the same again with its key', () => {
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
    const first = await together((api) => write(api, context));
    expect(await together((api) => write(api, context))).toStrictEqual(first);
  });
});

type Write = (api: SkillsApi, context: CallContext) => Promise<unknown>;
type Place = (value: string) => Omit<SkillPatch, 'level'>;

/** Each place for text, as a create and as a patch. */
const PLACES = {
  name: (value) => ({ name: value }),
  summary: (value) => ({ summary: value }),
  tags: (value) => ({ tags: [value] }),
  aliases: (value) => ({ aliases: ['one', value, `${value}!`] }),
  path: (value) => ({ demonstrations: [{ path: value, note: '' }] }),
  note: (value) => ({ demonstrations: [{ path: 'x', note: value }] }),
} satisfies Record<string, Place>;

test.each(Object.entries(PLACES))('any text as %s', (_, place: Place) =>
  forAll(15, text(60), async (value) => {
    const skill = { ...DOCKER, id: newId(), ...place(value) };
    await together((api) => api.createSkill({ skill }));
    const came = await together((api) => api.updateSkill({ id: 'docker', etag: '*', patch: place(value) }));
    if ('value' in came) expect(came.value).toMatchObject(place(value.replace(/\r\n?/g, '\n')));
  }),
);

test('the five catalogues are the same in the end', async () => {
  const query = { orderBy: 'UPDATE_TIME', pageSize: 200 } as const;
  const came = await together(async (api) => (await api.listSkills(query)).items);
  expect('value' in came && came.value.length).toBeGreaterThan(30);
});
