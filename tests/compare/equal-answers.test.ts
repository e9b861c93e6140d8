/** The check of equal answers, with four real servers of which one may give other answers. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectGraphql } from '../../src/adapters/graphql/client';
import { PROTOCOLS } from '../../src/app/servers';
import { openService, type SkillsServiceHandle } from '../../src/app/service';
import type { Clients } from '../../src/calls/clients';
import { withToken } from '../../src/calls/tokens';
import { checkEqualAnswers } from '../../src/compare/equivalence/equal-answers';
import { loadScenario, SCENARIOS } from '../../src/compare/scenarios/index';
import { type CatalogueSample, sampleCatalogue } from '../../src/compare/scenarios/support/catalogue-sample';
import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import { createRandom } from '../../src/compare/scenarios/support/random';
import type { Scenario } from '../../src/compare/scenarios/support/scenario';
import { SkillsError } from '../../src/contract/errors';
import { PROTOCOL_NAMES, type ProtocolName, type RunningServer } from '../../src/contract/protocol';
import type { SkillsApi } from '../../src/contract/skills-api';
import { adaToken } from '../support/caller';
import { tempFolder } from '../support/temp';

const SEED = Number(process.env.FC_SEED ?? 20_261_122);
console.log(`seed ${SEED} (FC_SEED)`);

let service: SkillsServiceHandle;
let world: CatalogueSample;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  service = await openService({ dataFolder: tempFolder(), seed: generateSkillMap(300) });
  world = await sampleCatalogue(service.api);
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  await service.close();
});

/** `overrides` replace operations of the service in one protocol's server. */
const clientsOf = async (changed?: ProtocolName, overrides: Partial<SkillsApi> = {}): Promise<Clients> => {
  const entries = await Promise.all(
    PROTOCOL_NAMES.map(async (name) => {
      const api = name === changed ? { ...service.api, ...overrides } : service.api;
      const options = { host: '127.0.0.1', port: 0, graph: service.graph };
      const server: RunningServer = await PROTOCOLS[name].serve(api, options);
      const client =
        name === 'graphql' ? connectGraphql(server.address) : PROTOCOLS[name].connect(server.address);
      closers.push(server.stop, client.close);
      return [name, withToken(client, await adaToken(service))];
    }),
  );
  return Object.fromEntries(entries) as Clients;
};

let honest: Promise<Clients> | undefined;

const named = (name: string): Scenario => SCENARIOS.find((scenario) => scenario.name === name)!;
const through = (scenario: Scenario, clients: Clients, draws = 3): Promise<string[]> => {
  const random = createRandom(SEED);
  const drawn = Array.from({ length: draws }, () => scenario.draw(world, random));
  return checkEqualAnswers(scenario, clients, PROTOCOL_NAMES, drawn);
};

test.each(SCENARIOS.map(({ name }) => name))(
  '%s has equal answers through all four, for 5 drawn inputs',
  async (name) => {
    honest ??= clientsOf();
    expect(await through(named(name), await honest, 5)).toEqual([]);
  },
);

test.each(PROTOCOL_NAMES)('one wrong character over %s is shown as a diff', async (changed) => {
  const overrides: Partial<SkillsApi> = {
    getSkill: async (input, context) => ({
      ...(await service.api.getSkill(input, context)),
      summary: 'another',
    }),
  };
  const found = await through(named('one-skill'), await clientsOf(changed, overrides));
  expect(found).toHaveLength(changed === 'rest' ? 3 : 1);
  expect(found[0]).toMatch(/^[+-] +"summary": "another"/m);
});

test('a value and another error fail where an error is expected', async () => {
  const overrides = [
    async () => ({ ...(await service.api.getSkill({ id: world.skillIds[0]! })) }),
    async () => {
      throw new SkillsError('UNAVAILABLE', 'TIRED', 'Not now.');
    },
  ];
  for (const getSkill of overrides) {
    const found = await through(
      named('not-found'),
      await clientsOf('grpc', { getSkill } as Partial<SkillsApi>),
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^grpc, input "no-such-skill-\d+": /);
  }
});

test('errors with the same code and different messages are not equal', async () => {
  const getSkill = async () => {
    throw new SkillsError('NOT_FOUND', 'SKILL_NOT_FOUND', 'Gone.');
  };
  expect(await through(named('not-found'), await clientsOf('soap', { getSkill }))).toHaveLength(1);
});

test('every file of the folder is a scenario with the name of its file, in the fixed order and then by name', () => {
  const folder = join(__dirname, '../../src/compare/scenarios');
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== 'index.ts');
  expect(SCENARIOS.map(({ name }) => `${name}.ts`).sort()).toEqual(files.sort());
  expect(SCENARIOS[0]?.name).toBe('one-skill');
});

test('the error for a file that is not a scenario names the missing members', () => {
  expect(() => loadScenario(join(__dirname, '../../src/compare/scenarios/support/random.ts'))).toThrow(
    'is not a scenario: its default export lacks name, question, draw, ask',
  );
});

test('inputs vary, and the seed decides them', () => {
  for (const scenario of SCENARIOS) {
    const draws = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 10 }, () => JSON.stringify(scenario.draw(world, random)));
    };
    expect(draws(1)).toEqual(draws(1));
    expect(new Set(draws(1)).size).toBeGreaterThan(1);
  }
});
