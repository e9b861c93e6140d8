/**
 * Attacks the built server, which has its default limits, with one attack after another: `npm run abuse`. Prints for each
 * attack the responses, the memory that the server used and the calls of regular clients. Needs Linux. Exits with 1 on failures.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { machineLine } from '../../src/compare/report/format';
import { describeMachine } from '../../src/compare/run/machine';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { type Attack, type AttackSize, seconds } from './attack';
import { FAST, SLOW, SLOW_QUICK } from './attacks';
import { sendMutations } from './mutations';
import { failuresOf, heading, legend, line, type Row, transcript } from './report';
import { stopAttackedServer, expectRecovered, startAttackedServer, type AttackedServer, type AttackRun, runAttacks, targetOf } from './scene';
import { killServers, startServer } from './server';
import { differences, type Snapshot, snapshotOf } from './snapshot';

interface Options {
  readonly seed: number;
  readonly mutations: number;
  readonly quick?: boolean;
  readonly only?: readonly string[];
  readonly out?: string;
}

const WHOLE: AttackSize = { times: 20, connections: 1000, frames: 20_000, patienceMs: 2000, payloads: 10 };
const QUICK: AttackSize = { times: 2, connections: 1000, frames: 2000, patienceMs: 500, payloads: 1 };
const QUICK_MUTATIONS = 2000;

const folder = mkdtempSync(join(tmpdir(), 'rosetta-abuse-'));
const dataFolder = join(folder, 'data');
const report = transcript();
const { print: say, fail: blame } = report;

const printRows = (rows: readonly Row[]): void => {
  for (const row of rows) {
    say(line(row));
    const blames = [...row.failures, ...(row.cost ? failuresOf(row.cost) : [])];
    for (const one of blames) blame(`${row.attack}, ${row.protocol}: ${one}`);
  }
};

/** For each protocol the run of the attack, or a row that states why it does not apply. */
const runsOf = (attack: Attack, { target }: AttackedServer, size: AttackSize): (AttackRun | Row)[] =>
  PROTOCOL_NAMES.map((protocol) => {
    const run = attack.on[protocol];
    if (typeof run !== 'string') return { attack, protocol, run: () => run(target, size) };
    return { attack: attack.name, description: attack.description, protocol, observed: run, failures: [] };
  });

const isRun = (one: AttackRun | Row): one is AttackRun => 'run' in one;

const runFast = async (scene: AttackedServer, attacks: readonly Attack[], size: AttackSize): Promise<void> => {
  for (const attack of attacks) {
    say(heading(attack));
    for (const one of runsOf(attack, scene, size))
      printRows(isRun(one) ? await runAttacks(scene, [one]) : [one]);
  }
};

const runTogether = async (scene: AttackedServer, attacks: readonly Attack[], size: AttackSize): Promise<void> => {
  const strikes = attacks.flatMap((attack) => runsOf(attack, scene, size).filter(isRun));
  const rows = strikes.length > 0 ? await runAttacks(scene, strikes) : [];
  for (const attack of attacks) {
    say(heading(attack));
    printRows(rows.filter((row) => row.attack === attack.name));
  }
};

const expectSame = (before: Snapshot, after: Snapshot): void => {
  const all = differences(before, after);
  const { length } = after.skills;
  say(`  ${length} skills, equal through all four protocols; ${all.length || 'none'} lost, changed or new`);
  for (const one of all.slice(0, 5)) blame(`the catalogue has changed: ${one}`);
};

const runAttacksWithLimits = async (size: AttackSize, groups: typeof SLOW, wanted: (attack: Attack) => boolean) => {
  const scene = await startAttackedServer(dataFolder);
  const catalogue = await snapshotOf(scene.target);
  await runFast(scene, FAST.filter(wanted), size);
  for (const group of groups) await runTogether(scene, group.filter(wanted), size);
  say('\nAfter all of these');
  await expectRecovered(scene, report);
  expectSame(catalogue, await snapshotOf(scene.target));
  await stopAttackedServer(scene, report);
};

/** Runs without the rate limit, so that the mutations reach the parsers. Mutations that are still valid writes take effect. */
const runRandomMutations = async (count: number, seed: number): Promise<void> => {
  const requests = `${count.toLocaleString('en')} valid requests of all operations, writes with and without idempotency keys`;
  const description = `${requests}, with bytes flipped, cut, repeated and spliced (--seed ${seed}); a quarter of them on separate connections, with mutated headers or frames. With a token and RATE_LIMIT_PER_MINUTE=off, so that they reach the parsers and the domain`;
  const attack = { name: 'random mutations', description };
  say(heading(attack));
  const scene = await startAttackedServer(dataFolder, { RATE_LIMIT_PER_MINUTE: 'off' });
  for (const protocol of PROTOCOL_NAMES) {
    const run = () => sendMutations(protocol, scene.target, { count, seed });
    printRows(await runAttacks(scene, [{ attack, protocol, run }]));
  }
  say('\nAfter all of these');
  await expectRecovered(scene, report);
  const catalogue = await snapshotOf(scene.target);
  await stopAttackedServer(scene, report);
  const again = await startServer(dataFolder);
  say('  in a new process on the same data folder:');
  expectSame(catalogue, await snapshotOf(await targetOf(again, dataFolder)));
  await again.stop();
};

const main = async ({ seed, mutations, quick, only, out }: Options): Promise<void> => {
  const from = performance.now();
  say(`${machineLine({ machine: describeMachine() })}\n`);
  say(legend());
  const size = quick ? QUICK : WHOLE;
  const { times, frames, payloads } = size;
  const what = `every costly request ${times} times, ${frames} frames, ${payloads} texts of each kind`;
  if (quick) say(`\nA quick run: ${what}, without the attacks that take 30 s.`);
  const wanted = ({ name }: { name: string }) => !only || only.some((word) => name.includes(word));
  const isWanted = [...FAST, ...SLOW.flat()].some(wanted);
  if (isWanted) await runAttacksWithLimits(size, quick ? SLOW_QUICK : SLOW, wanted);
  if (wanted({ name: 'random mutations' }))
    await runRandomMutations(quick ? Math.min(mutations, QUICK_MUTATIONS) : mutations, seed);
  const { lines, failures: wrong } = report;
  say(`\n${seconds(performance.now() - from)}; ${wrong.length === 0 ? 'no failures' : 'FAILURES:'}`);
  for (const one of wrong) say(`  ${one}`);
  if (out) writeFileSync(out, `${lines.join('\n')}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
};

process.once('exit', () => {
  killServers();
  rmSync(folder, { recursive: true, force: true });
});
process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));

new Command()
  .option('--seed <n>', 'seed of the random mutations', Number, 4)
  .option('--mutations <n>', 'random mutations per protocol', Number, 100_000)
  .option('--quick', 'a reduced run that takes about a minute and a half')
  .option('--only <words...>', 'only attacks whose names contain one of these words')
  .option('--out <file>', 'also write the report to this file')
  .action(main)
  .parseAsync()
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
