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
import { type Attack, type Size, seconds } from './attack';
import { FAST, SLOW, SLOW_QUICK } from './attacks';
import { mutate } from './mutations';
import { failuresOf, heading, legend, line, type Row, transcript } from './report';
import { closeScene, expectSettled, openScene, type Scene, type Strike, strike, targetOf } from './scene';
import { killServers, startServer } from './server';
import { differences, type Snapshot, snapshotOf } from './snapshot';

interface Options {
  readonly seed: number;
  readonly mutations: number;
  readonly quick?: boolean;
  readonly only?: readonly string[];
  readonly out?: string;
}

const WHOLE: Size = { times: 20, connections: 1000, frames: 20_000, patienceMs: 2000, payloads: 10 };
const QUICK: Size = { times: 2, connections: 1000, frames: 2000, patienceMs: 500, payloads: 1 };
const QUICK_MUTATIONS = 2000;

const folder = mkdtempSync(join(tmpdir(), 'rosetta-abuse-'));
const dataFolder = join(folder, 'data');
const report = transcript();
const { say, blame } = report;

const show = (rows: readonly Row[]): void => {
  for (const row of rows) {
    say(line(row));
    const blames = [...row.wrong, ...(row.cost ? failuresOf(row.cost) : [])];
    for (const one of blames) blame(`${row.attack}, ${row.protocol}: ${one}`);
  }
};

/** For each protocol the run of the attack, or a row that states why it does not apply. */
const strikesOf = (attack: Attack, { target }: Scene, size: Size): (Strike | Row)[] =>
  PROTOCOL_NAMES.map((protocol) => {
    const run = attack.on[protocol];
    if (typeof run !== 'string') return { attack, protocol, run: () => run(target, size) };
    return { attack: attack.name, sent: attack.sent, protocol, seen: run, wrong: [] };
  });

const isStrike = (one: Strike | Row): one is Strike => 'run' in one;

const runFast = async (scene: Scene, attacks: readonly Attack[], size: Size): Promise<void> => {
  for (const attack of attacks) {
    say(heading(attack));
    for (const one of strikesOf(attack, scene, size))
      show(isStrike(one) ? await strike(scene, [one]) : [one]);
  }
};

const runTogether = async (scene: Scene, attacks: readonly Attack[], size: Size): Promise<void> => {
  const strikes = attacks.flatMap((attack) => strikesOf(attack, scene, size).filter(isStrike));
  const rows = strikes.length > 0 ? await strike(scene, strikes) : [];
  for (const attack of attacks) {
    say(heading(attack));
    show(rows.filter((row) => row.attack === attack.name));
  }
};

const expectSame = (before: Snapshot, after: Snapshot): void => {
  const all = differences(before, after);
  const { length } = after.skills;
  say(`  ${length} skills, equal through all four protocols; ${all.length || 'none'} lost, changed or new`);
  for (const one of all.slice(0, 5)) blame(`the catalogue has changed: ${one}`);
};

const attackWithLimits = async (size: Size, groups: typeof SLOW, wanted: (attack: Attack) => boolean) => {
  const scene = await openScene(dataFolder);
  const catalogue = await snapshotOf(scene.target);
  await runFast(scene, FAST.filter(wanted), size);
  for (const group of groups) await runTogether(scene, group.filter(wanted), size);
  say('\nAfter all of these');
  await expectSettled(scene, report);
  expectSame(catalogue, await snapshotOf(scene.target));
  await closeScene(scene, report);
};

/** Runs without the rate limit, so that the mutations reach the parsers. Mutations that are still valid writes take effect. */
const attackAtRandom = async (count: number, seed: number): Promise<void> => {
  const requests = `${count.toLocaleString('en')} valid requests of all operations, writes with and without idempotency keys`;
  const sent = `${requests}, with bytes flipped, cut, repeated and spliced (--seed ${seed}); a quarter of them on separate connections, with mutated headers or frames. With a token and RATE_LIMIT_PER_MINUTE=off, so that they reach the parsers and the domain`;
  const attack = { name: 'random mutations', sent };
  say(heading(attack));
  const scene = await openScene(dataFolder, { RATE_LIMIT_PER_MINUTE: 'off' });
  for (const protocol of PROTOCOL_NAMES) {
    const run = () => mutate(protocol, scene.target, { count, seed });
    show(await strike(scene, [{ attack, protocol, run }]));
  }
  say('\nAfter all of these');
  await expectSettled(scene, report);
  const catalogue = await snapshotOf(scene.target);
  await closeScene(scene, report);
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
  if (isWanted) await attackWithLimits(size, quick ? SLOW_QUICK : SLOW, wanted);
  if (wanted({ name: 'random mutations' }))
    await attackAtRandom(quick ? Math.min(mutations, QUICK_MUTATIONS) : mutations, seed);
  const { lines, wrong } = report;
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
