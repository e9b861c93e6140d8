/** The five implementations of SkillsApi: the guarded service itself, and the client of each protocol with a real server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROTOCOLS } from '../../src/app/servers';
import { openService, type SkillsServiceHandle } from '../../src/app/service';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import type { ListLengths, SkillGraph } from '../../src/contract/skill-graph';
import type { SkillsApi } from '../../src/contract/skills-api';
import type { SkillMap } from '../../src/domain/seed';
import { adaToken, withDefaultContext } from './caller';
import { CONTRACT_MAP } from './contract-map';

export type ImplementationName = 'direct' | ProtocolName;
export const IMPLEMENTATION_NAMES = [
  'direct',
  ...PROTOCOL_NAMES,
] as const satisfies readonly ImplementationName[];

export interface Running<T> {
  readonly value: T;
  stop(): Promise<void>;
}

export interface RunningService extends Running<SkillsServiceHandle> {
  readonly dataFolder: string;
}

/** The service on a real SQLite file, in a new folder or in the folder `shared` of another service. */
export const startService = async (
  seed: SkillMap = CONTRACT_MAP,
  clock?: () => Date,
  shared?: string,
): Promise<RunningService> => {
  const dataFolder = shared ?? (await mkdtemp(path.join(tmpdir(), 'rosetta-contract-')));
  const value = await openService({ dataFolder, seed, clock, log: () => undefined });
  return {
    dataFolder,
    value,
    stop: async () => {
      await value.close();
      if (shared === undefined) await rm(dataFolder, { recursive: true });
    },
  };
};

const LENGTHS: ListLengths = {
  categories: 20,
  skills: 200,
  childrenOfCategory: 2,
  skillsOfCategory: 20,
  categoriesOfSkill: 2,
  requires: 3,
  related: 4,
  demonstrations: 2,
};

/** An empty graph with the lengths of a full one, for servers whose tests do not read nested GraphQL fields. */
export const NO_GRAPH: SkillGraph = {
  category: () => undefined,
  skill: () => undefined,
  childrenOf: () => [],
  skillsIn: () => ({ items: [], totalSize: 0 }),
  tokenAfter: { category: () => '', skill: () => '', skillIn: () => '', progress: () => '' },
  lengths: () => LENGTHS,
};

/** Serves the API over one protocol and connects a client to that server. */
export const serveOver = async (
  protocol: ProtocolName,
  api: SkillsApi,
  graph: () => SkillGraph = () => NO_GRAPH,
  token?: string,
): Promise<Running<SkillsApi>> => {
  const server = await PROTOCOLS[protocol].serve(api, { host: '127.0.0.1', port: 0, graph });
  const client = PROTOCOLS[protocol].connect(server.address, { ...(token !== undefined && { token }) });
  return {
    value: client,
    stop: async () => {
      await client.close();
      await server.stop();
    },
  };
};

export type Implementations = Readonly<Record<ImplementationName, SkillsApi>>;

/** The API itself and a client of it over each protocol. All of them call with the token, if one is given. */
export const serveOverAll = async (
  api: SkillsApi,
  graph?: () => SkillGraph,
  token?: string,
): Promise<Running<Implementations>> => {
  const running = await Promise.all(PROTOCOL_NAMES.map((protocol) => serveOver(protocol, api, graph, token)));
  const [rest, graphql, grpc, soap] = running.map(({ value }) => value);
  return {
    value: {
      direct: token === undefined ? api : withDefaultContext(api, { token }),
      rest: rest!,
      graphql: graphql!,
      grpc: grpc!,
      soap: soap!,
    },
    stop: async () => {
      await Promise.all(running.map(({ stop }) => stop()));
    },
  };
};

export interface TestedService {
  readonly apiOf: (implementation: ImplementationName) => SkillsApi;
  readonly service: () => RunningService;
}

const startForTests = (
  tokenOf: (service: SkillsServiceHandle) => Promise<string | undefined>,
  clock?: () => Date,
) => {
  let service: RunningService;
  let running: Running<Implementations>;
  beforeAll(async () => {
    service = await startService(CONTRACT_MAP, clock);
    running = await serveOverAll(service.value.api, service.value.graph, await tokenOf(service.value));
  });
  afterAll(async () => {
    await running.stop();
    await service.stop();
  });
  return {
    apiOf: (implementation: ImplementationName) => running.value[implementation],
    service: () => service,
  };
};

/** The five implementations of one service; their calls carry the token of ada. Registers beforeAll and afterAll hooks. */
export const implementationsAsAda = (): TestedService['apiOf'] => startForTests(adaToken).apiOf;

/** The five implementations of one service, without a default token: each call sets its own. */
export const implementationsWithoutToken = (clock?: () => Date): TestedService =>
  startForTests(async () => undefined, clock);

/** Runs the same tests on each implementation of one service. The five share its data, so ids contain the name. */
export const onEveryImplementation = (
  tests: (
    api: () => SkillsApi,
    implementation: ImplementationName,
    apiOf: (implementation: ImplementationName) => SkillsApi,
  ) => void,
): void => {
  const apiOf = implementationsAsAda();
  describe.each(IMPLEMENTATION_NAMES)('%s:', (implementation) =>
    tests(() => apiOf(implementation), implementation, apiOf),
  );
};
