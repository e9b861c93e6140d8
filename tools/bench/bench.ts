/**
 * `npm run bench`: the whole service against the bare libraries, in requests per second; `-- --tricks` measures each trick,
 * `-- --guards` the guards. These need Linux, two cores and h2load: the server runs on one core, the load on the other.
 * `-- --against COMMIT` compares CPU time per request with that of another commit, and needs npm packages only.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { openService } from '../../src/app/service';
import { formatMachine, TITLES } from '../../src/compare/report/format';
import { describeMachine } from '../../src/compare/run/machine';
import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { compareWithCommit } from './against';
import { SIZES } from './load';
import { type RaceOptions, race } from './race';
import { freePort, ROOT, startBare, startService, stopAll } from './servers';
import { buildWithout, GUARDS, TRICKS } from './tricks';

const SKILLS = 1000;

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly protocol: readonly ProtocolName[];
  readonly tricks?: boolean;
  readonly guards?: boolean;
  readonly against?: string;
  readonly pairs: number;
}

type Bench = RaceOptions & { readonly dataFolder: string; readonly protocols: readonly ProtocolName[] };

const table = (title: string, rows: readonly string[][]): string =>
  [
    `| ${title} | ${SIZES.join(' | ')} |`,
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');

const report = (row: string[]): string[] => {
  console.error(row.join('  '));
  return row;
};

const benchBare = async (bench: Bench): Promise<string> => {
  const rows: string[][] = [];
  for (const protocol of bench.protocols) {
    const service = await startService(protocol, bench);
    const cells = await race(
      protocol,
      service,
      (size) => startBare(protocol, size, bench.id, service),
      bench,
    );
    rows.push(report([TITLES[protocol], ...cells]));
    await stopAll();
  }
  return table('the service, in times of the bare library', rows);
};

const benchTricks = async (bench: Bench): Promise<string> => {
  const rows: string[][] = [];
  for (const [index, trick] of TRICKS.entries()) {
    const dist = join(ROOT, `dist-without-${index}`);
    buildWithout(ROOT, trick, dist);
    try {
      for (const protocol of trick.protocols.filter((name) => bench.protocols.includes(name))) {
        const service = await startService(protocol, bench);
        const without = await startService(protocol, { ...bench, dist });
        const cells = await race(protocol, service, async () => without, bench);
        rows.push(report([`${TITLES[protocol]}: ${trick.name}`, ...cells]));
        await stopAll();
      }
    } finally {
      rmSync(dist, { recursive: true, force: true });
    }
  }
  return table('with the trick, in times of without', rows);
};

/** Each call has a token, is counted, limited, timed and logged; the opponent is the same code without these policies. */
const benchGuards = async (bench: Bench): Promise<string> => {
  const rows: string[][] = [];
  const dist = join(ROOT, 'dist-without-guards');
  buildWithout(ROOT, GUARDS, dist);
  try {
    for (const protocol of bench.protocols) {
      const settings = {
        RATE_LIMIT_PER_MINUTE: '1000000000',
        LOG: 'calls',
        METRICS_PORT: String(await freePort()),
      };
      const guarded = await startService(protocol, { ...bench, settings });
      const bare = await startService(protocol, { ...bench, dist });
      const cells = await race(protocol, guarded, async () => bare, bench);
      rows.push(report([TITLES[protocol], ...cells]));
      await stopAll();
    }
  } finally {
    rmSync(dist, { recursive: true, force: true });
  }
  return table('with guards, log and metrics, in times of without', rows);
};

const runRaces = async (options: Options, folder: string): Promise<void> => {
  for (const program of ['h2load', 'taskset']) execFileSync('which', [program], { stdio: 'ignore' });
  const { rounds, seconds, protocol: protocols, guards, tricks } = options;
  const dataFolder = join(folder, 'data');
  const service = await openService({ dataFolder, seed: generateSkillMap(SKILLS) });
  const id = (await service.api.listSkills({ pageSize: 1 })).items[0]?.id ?? '';
  const token = guards ? await service.identity.issue({ subject: 'ada' }) : undefined;
  await service.close();
  console.log(`${SKILLS} skills, ${rounds} rounds of ${seconds} s, medians (range).\n`);
  const bench = { rounds, seconds, folder, id, token, dataFolder, protocols };
  console.log(await (guards ? benchGuards(bench) : tricks ? benchTricks(bench) : benchBare(bench)));
};

const main = async (folder: string): Promise<void> => {
  const options = new Command('bench')
    .option('--rounds <n>', 'pairs of runs per cell', Number, 5)
    .option('--seconds <n>', 'per run', Number, 2)
    .option('--protocol <names>', 'only these', (text) => text.split(','), [...PROTOCOL_NAMES])
    .option('--tricks', 'measure each trick instead')
    .option('--guards', 'measure the guards instead')
    .option('--against <commit>', 'compare CPU time per request with that of a commit instead')
    .option('--pairs <n>', 'with --against: pairs of runs per cell, an even number', Number, 20)
    .parse()
    .opts<Options>();
  console.log(`${formatMachine({ machine: describeMachine() })}.`);
  if (options.against === undefined) return runRaces(options, folder);
  const { protocol: protocols, against: commit, pairs } = options;
  const isSlower = await compareWithCommit({ commit, pairs, protocols, folder });
  if (isSlower) process.exitCode = 1;
};

const folder = mkdtempSync(join(tmpdir(), 'rosetta-bench-'));
main(folder)
  .catch((error) => {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  })
  .finally(async () => {
    await stopAll();
    rmSync(folder, { recursive: true, force: true });
  });
