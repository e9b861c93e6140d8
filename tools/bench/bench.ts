/**
 * The whole service against the bare libraries, in turns, on one pinned core, with h2load on the other:
 * `npm run bench`; `npm run bench -- --tricks` for what each trick is worth, `-- --guards` for what the guards cost. Needs
 * Linux, two cores and h2load.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Command } from 'commander';
import { openService } from '../../src/app/service';
import { createBareServerSpec, recordCall } from '../../src/compare/explain/record';
import { startServer } from '../../src/compare/explain/start';
import { formatMachine, TITLES } from '../../src/compare/report/format';
import { describeMachine } from '../../src/compare/run/machine';
import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { ask, operationOf, runLoad, SIZES, type Size } from './load';
import { buildWithout, GUARDS, TRICKS } from './tricks';

const ROOT = join(__dirname, '../..');
const SKILLS = 1000;

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly protocol: readonly ProtocolName[];
  readonly tricks?: boolean;
  readonly guards?: boolean;
}

interface Contestant {
  /** An http origin, or host:port for gRPC. */
  readonly address: string;
  stop(): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), 'rosetta-bench-'));
const running = new Set<Contestant>();

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const PINNED = ['taskset', '-c', '0', process.execPath];
/** Whoever asks so fast would be refused within the first second. */
const PRODUCTION = { ...process.env, NODE_ENV: 'production', RATE_LIMIT_PER_MINUTE: 'off' };

const kept = (contestant: Contestant): Contestant => {
  running.add(contestant);
  return contestant;
};

const stopAll = async (): Promise<void> => {
  await Promise.all(Array.from(running, ({ stop }) => stop()));
  running.clear();
};

const startService = async (
  protocol: ProtocolName,
  dist = join(ROOT, 'dist'),
  settings: Readonly<Record<string, string>> = {},
): Promise<Contestant> => {
  const port = String(await freePort());
  const [program = '', ...words] = [...PINNED, join(dist, 'cli/rosetta.js'), 'serve', '--only', protocol];
  const ports = { [`${protocol.toUpperCase()}_PORT`]: port };
  const env = { ...PRODUCTION, ...settings, ...ports, ROSETTA_DATA: join(folder, 'data') };
  // A log of calls has a reader, as it would: on the other core.
  const reader =
    settings.LOG === 'calls' ? spawn('cat', { stdio: ['pipe', 'ignore', 'inherit'] }) : undefined;
  const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', reader?.stdin ?? 'inherit'] });
  return kept({
    address: protocol === 'grpc' ? `127.0.0.1:${port}` : `http://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => child.once('exit', () => resolve()).kill('SIGTERM')),
  });
};

/** The library alone, answering what the service answers as a constant. */
const startBare = async (protocol: ProtocolName, size: Size, service: Contestant): Promise<Contestant> => {
  const { exchange } = await recordSize(protocol, size, service);
  const [execPath = '', ...execArgv] = PINNED;
  const order = createBareServerSpec(protocol, exchange.response.body, operationOf(size));
  const server = startServer(order, { execPath, execArgv, env: PRODUCTION });
  return kept({ address: await server.address, stop: server.stop });
};

/** What it says, and how; it may still be starting. */
const recordSize = async (protocol: ProtocolName, size: Size, { address }: Contestant) => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await recordCall(protocol, address, ask(size, id));
    } catch (error) {
      if (attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
};

let id = '';
/** Sent with each request where the guards are measured. */
let token: string | undefined;

type Opponent = (size: Size) => Promise<Contestant>;

/** The median of the rounds' ratios of requests per second, `ours` to `theirs`. */
const race = async (
  protocol: ProtocolName,
  [ours, opponent]: readonly [Contestant, Opponent],
  { rounds, seconds }: Options,
): Promise<string[]> => {
  const cells: string[] = [];
  for (const size of SIZES) {
    const theirs = await opponent(size);
    const answers = [await recordSize(protocol, size, ours), await recordSize(protocol, size, theirs)];
    if (!isDeepStrictEqual(answers[0]?.answer, answers[1]?.answer)) {
      throw new Error(`${protocol}, ${size}: the two servers do not say the same`);
    }
    const ratios = Array.from({ length: rounds }, (_, round) => {
      const load = ({ address }: Contestant) =>
        runLoad({ protocol, size, id, address, seconds, folder, token });
      // Whoever goes first in one round goes second in the next.
      const [first, second] = round % 2 ? [ours, theirs] : [theirs, ours];
      const rates = new Map([[first, load(first)]]).set(second, load(second));
      return (rates.get(ours) ?? 0) / (rates.get(theirs) ?? 1);
    });
    const sorted = ratios.sort((a, b) => a - b);
    const [low = 0, middle = 0, high = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    cells.push(`${middle.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`);
  }
  return cells;
};

const table = (title: string, rows: readonly string[][]): string =>
  [
    `| ${title} | ${SIZES.join(' | ')} |`,
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');

const againstBare = async (options: Options): Promise<string> => {
  const rows: string[][] = [];
  for (const protocol of options.protocol) {
    const service = await startService(protocol);
    const bare: Opponent = (size) => startBare(protocol, size, service);
    rows.push([TITLES[protocol], ...(await race(protocol, [service, bare], options))]);
    await stopAll();
    console.error(rows.at(-1)?.join('  '));
  }
  return table('the service, in times of the bare library', rows);
};

const againstItself = async (options: Options): Promise<string> => {
  const rows: string[][] = [];
  for (const [index, trick] of TRICKS.entries()) {
    const dist = join(ROOT, `dist-without-${index}`);
    buildWithout(ROOT, trick, dist);
    try {
      for (const protocol of trick.protocols.filter((name) => options.protocol.includes(name))) {
        const service = await startService(protocol);
        const without = await startService(protocol, dist);
        const ratios = await race(protocol, [service, async () => without], options);
        rows.push([`${TITLES[protocol]}: ${trick.name}`, ...ratios]);
        await stopAll();
        console.error(rows.at(-1)?.join('  '));
      }
    } finally {
      rmSync(dist, { recursive: true, force: true });
    }
  }
  return table('with the trick, in times of without', rows);
};

/** Every call with a token, counted, limited, timed and logged, against the same code with the policies taken out. */
const guardsAgainstNone = async (options: Options): Promise<string> => {
  const rows: string[][] = [];
  const dist = join(ROOT, 'dist-without-guards');
  buildWithout(ROOT, GUARDS, dist);
  try {
    for (const protocol of options.protocol) {
      const on = {
        RATE_LIMIT_PER_MINUTE: '1000000000',
        LOG: 'calls',
        METRICS_PORT: String(await freePort()),
      };
      const guarded = await startService(protocol, join(ROOT, 'dist'), on);
      const bare = await startService(protocol, dist);
      rows.push([TITLES[protocol], ...(await race(protocol, [guarded, async () => bare], options))]);
      await stopAll();
      console.error(rows.at(-1)?.join('  '));
    }
  } finally {
    rmSync(dist, { recursive: true, force: true });
  }
  return table('with guards, log and metrics, in times of without', rows);
};

const main = async (): Promise<void> => {
  const options = new Command('bench')
    .option('--rounds <n>', 'pairs of runs per cell', Number, 5)
    .option('--seconds <n>', 'per run', Number, 2)
    .option('--protocol <names>', 'only these', (text) => text.split(','), [...PROTOCOL_NAMES])
    .option('--tricks', 'measure each trick instead')
    .option('--guards', 'measure the guards instead')
    .parse()
    .opts<Options>();
  for (const program of ['h2load', 'taskset']) execFileSync('which', [program], { stdio: 'ignore' });
  const service = await openService({ dataFolder: join(folder, 'data'), seed: generateSkillMap(SKILLS) });
  id = (await service.api.listSkills({ pageSize: 1 })).items[0]?.id ?? '';
  if (options.guards) token = await service.identity.issue({ subject: 'ada' });
  await service.close();
  console.log(
    `${formatMachine({ machine: describeMachine() })}. ${SKILLS} skills, ${options.rounds} rounds of ${options.seconds} s, medians (range).\n`,
  );
  console.log(
    await (options.guards
      ? guardsAgainstNone(options)
      : options.tricks
        ? againstItself(options)
        : againstBare(options)),
  );
};

main()
  .catch((error) => {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  })
  .finally(async () => {
    await stopAll();
    rmSync(folder, { recursive: true, force: true });
  });
