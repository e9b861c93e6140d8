/** CPU time per request of the present tree and of another commit, measured in turns. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Addresses, connect } from '../../src/calls/clients';
import { type Estimate, estimateLatencies } from '../../src/compare/latency/statistics';
import { TITLES } from '../../src/compare/report/format';
import type { Usage } from '../../src/compare/run/server-processes';
import { createRandom } from '../../src/compare/scenarios/support/random';
import type { ProtocolName } from '../../src/contract/protocol';
import { ask, SIZES, type Size } from './load';
import { ROOT } from './servers';

export interface AgainstOptions {
  readonly commit: string;
  /** The pairs of runs per cell; two pairs are one block. */
  readonly pairs: number;
  readonly protocols: readonly ProtocolName[];
  /** For temporary files. */
  readonly folder: string;
}

const COMPARED = SIZES.slice(0, 2);
/** Counted and not timed, so that both servers have compiled the same code when a run begins. */
const WARM_UP_REQUESTS = 6000;
/** A pair of runs is divided into turns, so that a disturbance of the machine affects both servers. */
const TURN_REQUESTS = 250;
const TURNS = 8;
const RUN_REQUESTS = TURN_REQUESTS * TURNS;
/** Calls in flight. */
const CONCURRENCY = 8;
/** A ratio whose interval ends above it is reported as slower. */
const RATIO_MAX = 1.05;

/** CPU time per request, the present tree over the commit, of each pair; and the block of each. */
interface Samples {
  readonly ratios: number[];
  readonly blocks: number[];
}

/**
 * Prints a table of ratios, the present tree over the commit, with 95% intervals; resolves with whether one ends above 1.05.
 * Two processes of one program differ more than two runs of one process, so every block starts both servers anew. The
 * interval of the pairs' median ratio is a bootstrap over blocks.
 */
export const compareWithCommit = async ({
  commit,
  pairs,
  protocols,
  folder,
}: AgainstOptions): Promise<boolean> => {
  if (!(pairs >= 2 && pairs % 2 === 0)) throw new Error(`--pairs must be an even number, got ${pairs}`);
  const programs = { commit: buildCommit(commit, join(folder, 'tree')), present: programOf(ROOT) };
  const seedFolder = join(folder, 'seed');
  await makeCatalogue(programs.commit, seedFolder);
  console.log(
    `The present tree against ${commit}: ${pairs} pairs of runs of ${RUN_REQUESTS} requests, medians (95% intervals).\n`,
  );
  console.log(`| CPU time per request, in times of ${commit} | ${COMPARED.join(' | ')} |\n|---|---|---|`);
  let isSlower = false;
  for (const protocol of protocols) {
    const ratios = await measureProtocol(protocol, programs, { pairs, folder, seedFolder });
    console.log(`| ${[TITLES[protocol], ...ratios.map(ratioText)].join(' | ')} |`);
    isSlower ||= ratios.some(({ interval }) => interval[1] > RATIO_MAX);
  }
  console.log(`\n${isSlower ? 'An' : 'No'} interval ends above ${RATIO_MAX}.`);
  return isSlower;
};

const ratioText = ({ value, interval }: Estimate): string =>
  `${value.toFixed(3)} (${interval.map((bound) => bound.toFixed(3)).join(' to ')})`;

const programOf = (tree: string): string => join(tree, 'dist/cli/rosetta.js');

/** Exports and builds the commit, with this tree's packages where its lockfile names the same. */
const buildCommit = (commit: string, tree: string): string => {
  mkdirSync(tree);
  const archive = execFileSync('git', ['archive', commit], { cwd: ROOT, maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-x'], { cwd: tree, input: archive });
  const run = (...words: string[]) =>
    execFileSync('npm', words, { cwd: tree, stdio: ['ignore', 'ignore', 'inherit'] });
  if (isDeepStrictEqual(runtimePackages(tree), runtimePackages(ROOT))) {
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'), 'dir');
  } else {
    run('ci');
  }
  run('run', '-s', 'build');
  return programOf(tree);
};

const runtimePackages = (tree: string): Record<string, unknown> => {
  const { packages } = JSON.parse(readFileSync(join(tree, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { readonly version?: string; readonly dev?: boolean }>;
  };
  return Object.fromEntries(
    Object.entries(packages).flatMap(([name, { version, dev }]) => (dev || !name ? [] : [[name, version]])),
  );
};

/** The commit makes it, as a newer program reads an older database and not the reverse. */
const makeCatalogue = async (program: string, dataFolder: string): Promise<void> => {
  const { stop } = await startProcess(program, 'rest', dataFolder);
  await stop();
};

interface Programs {
  readonly commit: string;
  readonly present: string;
}

interface Folders {
  readonly folder: string;
  readonly seedFolder: string;
}

const measureProtocol = async (
  protocol: ProtocolName,
  programs: Programs,
  { pairs, ...folders }: Folders & { readonly pairs: number },
): Promise<Estimate[]> => {
  const samples = COMPARED.map((): Samples => ({ ratios: [], blocks: [] }));
  for (let block = 0; block < pairs / 2; block += 1) {
    await measureBlock(protocol, programs, folders, samples, block);
    console.error(`${TITLES[protocol]}: ${2 * (block + 1)} of ${pairs} pairs`);
  }
  return samples.map(({ ratios, blocks }) => {
    const rounds = new Map([['ratio', ratios.map((ratio) => [ratio])]]);
    return estimateLatencies(rounds, 'ratio', createRandom(1), blocks).get('ratio')!.quantiles.median;
  });
};

const measureBlock = async (
  protocol: ProtocolName,
  programs: Programs,
  { folder, seedFolder }: Folders,
  samples: readonly Samples[],
  block: number,
): Promise<void> => {
  const start = (name: keyof Programs) => {
    const dataFolder = join(folder, `${name}-${protocol}-${block}`);
    cpSync(seedFolder, dataFolder, { recursive: true });
    return startProcess(programs[name], protocol, dataFolder);
  };
  const [commit, present] = [await start('commit'), await start('present')];
  try {
    for (const [index, size] of COMPARED.entries()) {
      const { ratios, blocks } = samples[index]!;
      for (const server of [commit, present]) await cpuUsPerRequest(server, size, WARM_UP_REQUESTS);
      for (let pair = 0; pair < 2; pair += 1) {
        ratios.push(await measurePair(commit, present, size));
        blocks.push(block);
      }
    }
  } finally {
    await Promise.all([commit.stop(), present.stop()]);
  }
};

/** CPU time of the present tree over that of the commit. The servers take turns, and each begins every second one. */
const measurePair = async (commit: MeasuredServer, present: MeasuredServer, size: Size): Promise<number> => {
  const costs = new Map([
    [commit, 0],
    [present, 0],
  ]);
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const server of turn % 2 === 0 ? [commit, present] : [present, commit]) {
      costs.set(server, costs.get(server)! + (await cpuUsPerRequest(server, size, TURN_REQUESTS)));
    }
  }
  return costs.get(present)! / costs.get(commit)!;
};

interface MeasuredServer {
  readonly client: ReturnType<typeof connect>;
  /** The id of the skill that is read. */
  readonly id: string;
  cpuUs(): Promise<number>;
  stop(): Promise<void>;
}

const SETTINGS = {
  HOST: '127.0.0.1',
  NODE_ENV: 'production',
  RATE_LIMIT_PER_MINUTE: 'off',
  REDIS_URL: '',
  LOG: '',
  METRICS_PORT: '',
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
};

const startProcess = async (
  program: string,
  protocol: ProtocolName,
  dataFolder: string,
): Promise<MeasuredServer> => {
  const child = fork(program, ['serve', '--only', protocol], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
    env: { ...process.env, ...SETTINGS, ROSETTA_DATA: dataFolder, [`${protocol.toUpperCase()}_PORT`]: '0' },
  });
  const { [protocol]: address } = await nextMessage<Addresses>(child);
  const client = connect(protocol, address);
  const { items } = await client.listSkills({ pageSize: 1 });
  return {
    client,
    id: items[0]!.id,
    cpuUs: async () => {
      child.send('usage');
      return (await nextMessage<Usage>(child)).cpuUs;
    },
    stop: async () => {
      await client.close();
      const exit = new Promise((resolve) => child.once('exit', resolve));
      // A server stops when its parent disconnects.
      child.disconnect();
      await exit;
    },
  };
};

const nextMessage = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    const fail = () => reject(new Error('a server ended; its own message is above'));
    child.once('exit', fail).once('message', (message) => {
      child.off('exit', fail);
      resolve(message as T);
    });
  });

/** User and system time of the whole server process. */
const cpuUsPerRequest = async (
  { client, id, cpuUs }: MeasuredServer,
  size: Size,
  requests: number,
): Promise<number> => {
  const request = ask(size, id);
  let left = requests;
  const before = await cpuUs();
  const worker = async () => {
    while (left-- > 0) await request(client);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return ((await cpuUs()) - before) / requests;
};
