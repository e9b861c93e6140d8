/** Scenarios under load, through all four protocols. */

import { PROTOCOLS, type RunningServers, startServers, stopServers } from '../../src/app/servers';
import type { SkillsServiceHandle } from '../../src/app/service';
import { type LoadOptions, loadSeconds, measureLoad } from '../../src/compare/load';
import { recordExchanges } from '../../src/compare/load/record';
import { createReplayTarget } from '../../src/compare/load/replay';
import { SCENARIOS } from '../../src/compare/scenarios';
import { type CatalogueSample, sampleCatalogue } from '../../src/compare/scenarios/support/catalogue-sample';
import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import { createRandom } from '../../src/compare/scenarios/support/random';
import { callOperation, type Scenario } from '../../src/compare/scenarios/support/scenario';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import type { Message } from '../../src/wire/capture';
import { tempService } from '../support/temp';

const SEED = 7;
const ANY_PORT = { host: '127.0.0.1', ports: { rest: 0, graphql: 0, grpc: 0, soap: 0 } };

let service: SkillsServiceHandle;
let servers: RunningServers;
let addresses: Record<ProtocolName, string>;
let world: CatalogueSample;

beforeAll(async () => {
  service = await tempService(generateSkillMap(200));
  servers = await startServers(service, ANY_PORT);
  addresses = addressesOf(servers);
  const client = PROTOCOLS.rest.connect(addresses.rest);
  world = await sampleCatalogue(client);
  await client.close();
});

afterAll(() => stopServers(servers));

const addressesOf = (running: RunningServers): Record<ProtocolName, string> =>
  Object.fromEntries(Array.from(running, ([name, { address }]) => [name, address])) as never;

const named = (name: string): Scenario => SCENARIOS.find((scenario) => scenario.name === name)!;

const drawn = (scenario: Scenario): unknown[] => {
  const random = createRandom(SEED);
  return Array.from({ length: 8 }, () => scenario.draw(world, random));
};

const load = (scenario: Scenario, options: Partial<LoadOptions> = {}) =>
  measureLoad({
    scenario,
    protocols: PROTOCOL_NAMES,
    addresses,
    draws: drawn(scenario),
    random: createRandom(SEED),
    secondsPerStep: 0.05,
    secondsPerRate: 0.1,
    concurrencies: [1, 4],
    shares: [0.25],
    warmupSeconds: 0.02,
    ...options,
  });

const loaded = async (...parameters: Parameters<typeof load>) => {
  const result = await load(...parameters);
  if ('noLoad' in result) throw new Error(result.noLoad);
  return result.load;
};

test.each(['one-skill', 'not-found'])('every response to %s equals the recorded one', async (name) => {
  const shares: number[] = [];
  const { capacity, open } = await loaded(named(name), { tick: (share) => shares.push(share) });
  expect(capacity.map(({ protocol }) => protocol)).toEqual(PROTOCOL_NAMES);
  for (const { perSecond, steps } of capacity) {
    expect(steps.map(({ concurrency, errors }) => [concurrency, errors])).toEqual([
      [1, 0],
      [4, 0],
    ]);
    expect(perSecond).toBe(Math.max(...steps.map((step) => step.perSecond)));
  }
  const sound = capacity.filter((row) => row.void === undefined);
  const slowest = Math.min(...sound.map(({ perSecond }) => perSecond));
  expect(open.map(({ protocol }) => protocol)).toEqual(sound.map(({ protocol }) => protocol));
  for (const { errors, ratePerSecond } of open)
    expect({ errors, ratePerSecond }).toEqual({ errors: 0, ratePerSecond: slowest * 0.25 });
  expect(shares).toEqual([...shares].sort((one, other) => one - other));
  expect(shares.length).toBe(8 + sound.length);
});

test.each(['batch-25', 'two-fields', 'learning-path', 'page-20'])(
  'the requests of %s can be sent again over every protocol',
  async (name) => {
    const { capacity } = await loaded(named(name), { concurrencies: [2], shares: [], secondsPerStep: 0.02 });
    expect(capacity.map(({ steps }) => steps[0]?.errors)).toEqual([0, 0, 0, 0]);
  },
);

test.each(['one-skill', 'not-found'])(
  'another gRPC status than that recorded for %s is wrong',
  async (name) => {
    const recorded = await recordExchanges(named(name), addresses, ['grpc'], drawn(named(name)));
    if ('noLoad' in recorded) throw new Error(recorded.noLoad);
    const [exchange] = recorded.recordings.get('grpc')!;
    const { request, response } = exchange!;
    const other = (headers: Message['headers']) =>
      headers.map(([key, value]) => [key, key === 'grpc-status' ? '13' : value] as const);
    const changed = {
      request,
      response: { ...response, headers: other(response.headers), trailers: other(response.trailers) },
    };
    const target = createReplayTarget('grpc', addresses.grpc, [exchange!, changed], 1);
    expect([await target.send(0), await target.send(1)]).toEqual([true, false]);
    await target.close();
  },
);

test('scenarios with several operations or writes are not put under load', async () => {
  expect(await load(named('screen-well'))).toEqual({
    noLoad: 'It takes several operations, and the later ones depend on earlier answers.',
  });
  const writing = {
    name: 'writing',
    question: 'a skill deleted',
    draw: () => 'skill-1',
    ...callOperation('deleteSkill', (id: string) => ({ id, etag: '*' })),
  } as Scenario;
  expect(await load(writing)).toEqual({ noLoad: 'It writes, and a write cannot be repeated.' });
});

test('an answer that takes two requests is not put under load', async () => {
  const scenario = named('one-skill');
  const twice = async (client: Parameters<Scenario['ask']['soap']>[0], drawn: unknown) => {
    await scenario.ask.soap(client, drawn);
    return scenario.ask.soap(client, drawn);
  };
  expect(await load({ ...scenario, ask: { ...scenario.ask, soap: twice } })).toEqual({
    noLoad: 'Over soap, 8 answers took 16 requests; load needs one request each.',
  });
});

test('a server whose responses vary is not put under load', async () => {
  let count = 0;
  const api = {
    ...service.api,
    getSkill: async (input: { id: string }) => ({
      ...(await service.api.getSkill(input)),
      name: `${count++}`,
    }),
  };
  const server = await PROTOCOLS.rest.serve(api as never, {
    host: '127.0.0.1',
    port: 0,
    graph: service.graph,
  });
  const result = await load(named('one-skill'), {
    protocols: ['rest'],
    addresses: { rest: server.address },
  });
  await server.stop();
  expect(result).toEqual({ noLoad: 'rest responds to the same request with other bytes each time.' });
});

test.each(PROTOCOL_NAMES)(
  'where the %s server dies, its row is void and the others are measured',
  async (name) => {
    const others = PROTOCOL_NAMES.filter((other) => other !== name).slice(0, 1);
    const server = await PROTOCOLS[name].serve(service.api, {
      host: '127.0.0.1',
      port: 0,
      graph: service.graph,
    });
    let ticks = 0;
    const { capacity, open } = await loaded(named('one-skill'), {
      protocols: [name, ...others],
      addresses: { ...addresses, [name]: server.address },
      tick: () => {
        ticks += 1;
        if (ticks === 2) void server.stop();
      },
    });
    expect(capacity[0]).toMatchObject({
      protocol: name,
      void: expect.stringMatching(/^A request got no response: .+$/),
    });
    expect(capacity[0]?.steps.map(({ errors }) => errors > 0)).toEqual([false, true]);
    expect(capacity[1]?.steps.map(({ errors }) => errors)).toEqual([0, 0]);
    expect(open.map(({ protocol }) => protocol)).not.toContain(name);
  },
);

test.each(PROTOCOL_NAMES)('an unreachable %s server is one line', async (name) => {
  const server = await PROTOCOLS[name].serve(service.api, {
    host: '127.0.0.1',
    port: 0,
    graph: service.graph,
  });
  await server.stop();
  const { address } = server;
  await expect(
    load(named('one-skill'), { protocols: [name], addresses: { [name]: address } }),
  ).rejects.toThrow(`${name} at ${address}: connect ECONNREFUSED ${address.replace('http://', '')}`);
});

test('an abort returns the measurements until then', async () => {
  const stop = new AbortController();
  let ticks = 0;
  const { capacity, open } = await loaded(named('one-skill'), {
    signal: stop.signal,
    secondsPerRate: 60,
    tick: () => {
      ticks += 1;
      if (ticks === 8) setTimeout(() => stop.abort(), 100);
    },
  });
  expect(capacity).toHaveLength(4);
  expect(open).toEqual([]);
});

test('the duration is estimated beforehand', () => {
  const plan = { protocols: PROTOCOL_NAMES, secondsPerStep: 1, secondsPerRate: 2, warmupSeconds: 0.5 };
  expect(loadSeconds(plan)).toBeCloseTo(4 * (7 * 1.5 + 4 * 2.5));
});
