/**
 * The whole service against the bare libraries, in turns, on one pinned core, with h2load on the other:
 * `npm run bench`, or `npm run bench -- --tricks` for what each trick is worth. Needs Linux, two cores and h2load.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { machineLine, TITLES } from '../../src/compare/report';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { openService } from '../../src/main';
import { PROTOCOLS } from '../../src/servers';
import { generatedMap } from '../../tests/support/generated-map';
import { constantAnswers } from './answers';
import { runLoad, SIZES } from './load';
import { buildWithout, TRICKS } from './tricks';

const ROOT = join(__dirname, '../..');
const SKILLS = 1000;

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly protocol: readonly ProtocolName[];
  readonly tricks?: boolean;
}

interface Contestant {
  readonly port: number;
  readonly process: ChildProcess;
}

const folder = mkdtempSync(join(tmpdir(), 'rosetta-bench-'));
const running = new Set<ChildProcess>();

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const start = async (
  words: (port: number) => string[],
  environment: (port: number) => object,
): Promise<Contestant> => {
  const port = await freePort();
  const env = { ...process.env, NODE_ENV: 'production', ...environment(port) };
  const child = spawn('taskset', ['-c', '0', 'node', ...words(port)], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  running.add(child);
  return { port, process: child };
};

const startService = (protocol: ProtocolName, dist = join(ROOT, 'dist')): Promise<Contestant> =>
  start(
    () => [join(dist, 'cli/rosetta.js'), 'serve', '--only', protocol],
    (port) => ({ [`${protocol.toUpperCase()}_PORT`]: String(port), ROSETTA_DATA: join(folder, 'data') }),
  );

const startBare = (protocol: ProtocolName): Promise<Contestant> =>
  start(
    (port) => [join(__dirname, 'bare.js'), protocol, String(port)],
    () => ({ BENCH_ANSWERS: join(folder, 'answers.json') }),
  );

const stop = ({ process: child }: Contestant): Promise<void> =>
  new Promise((resolve) => {
    running.delete(child);
    child.once('exit', () => resolve()).kill('SIGTERM');
  });

/** Both must say the same before they are timed. */
const fetchPage = async (protocol: ProtocolName, { port }: Contestant) => {
  const client = PROTOCOLS[protocol].connect(
    protocol === 'grpc' ? `127.0.0.1:${port}` : `http://127.0.0.1:${port}`,
  );
  try {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return JSON.stringify([await client.getSkill({ id }), await client.listSkills({ pageSize: 200 })]);
      } catch (error) {
        if (attempt === 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  } finally {
    await client.close();
  }
};

let id = '';

/** The median of the rounds' ratios of requests per second, `ours` to `theirs`, and theirs alone. */
const race = async (
  protocol: ProtocolName,
  [ours, theirs]: readonly [Contestant, Contestant],
  { rounds, seconds }: Options,
): Promise<string[]> => {
  const answers = [await fetchPage(protocol, ours), await fetchPage(protocol, theirs)];
  if (answers[0] !== answers[1]) throw new Error(`${protocol}: the two servers do not say the same`);
  const cells: string[] = [];
  for (const size of SIZES) {
    const pairs = Array.from({ length: rounds }, (_, round) => {
      const load = (port: number) => runLoad({ protocol, size, id, port, seconds, folder });
      // Whoever goes first in one round goes second in the next.
      const [first, second] = round % 2 ? [ours, theirs] : [theirs, ours];
      const rates = new Map([[first, load(first.port)]]).set(second, load(second.port));
      return { ratio: (rates.get(ours) ?? 0) / (rates.get(theirs) ?? 1) };
    });
    const sorted = pairs.map(({ ratio }) => ratio).sort((a, b) => a - b);
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
    const pair = [await startService(protocol), await startBare(protocol)] as const;
    rows.push([TITLES[protocol], ...(await race(protocol, pair, options))]);
    await Promise.all(pair.map(stop));
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
        const pair = [await startService(protocol), await startService(protocol, dist)] as const;
        rows.push([`${TITLES[protocol]}: ${trick.name}`, ...(await race(protocol, pair, options))]);
        await Promise.all(pair.map(stop));
        console.error(rows.at(-1)?.join('  '));
      }
    } finally {
      rmSync(dist, { recursive: true, force: true });
    }
  }
  return table('with the trick, in times of without', rows);
};

const main = async (): Promise<void> => {
  const options = new Command('bench')
    .option('--rounds <n>', 'pairs of runs per cell', Number, 5)
    .option('--seconds <n>', 'per run', Number, 2)
    .option('--protocol <names>', 'only these', (text) => text.split(','), [...PROTOCOL_NAMES])
    .option('--tricks', 'measure each trick instead')
    .parse()
    .opts<Options>();
  for (const program of ['h2load', 'taskset']) execFileSync('which', [program], { stdio: 'ignore' });
  const service = await openService({ dataFolder: join(folder, 'data'), seed: generatedMap(SKILLS) });
  id = (await service.api.listSkills({ pageSize: 1 })).items[0]?.id ?? '';
  writeFileSync(
    join(folder, 'answers.json'),
    JSON.stringify(await constantAnswers(service.api, service.graph(), id)),
  );
  await service.close();
  console.log(
    `${machineLine()}. ${SKILLS} skills, ${options.rounds} rounds of ${options.seconds} s, medians (range).\n`,
  );
  console.log(await (options.tricks ? againstItself(options) : againstBare(options)));
};

main()
  .catch((error) => {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  })
  .finally(() => {
    for (const child of running) child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });
