/**
 * Attacks the real server, with the limits that it has by default, one way after the other: `npm run abuse`. Says of each
 * what the attacker saw, what memory it took, and how a well-behaved client fared. Needs Linux. Fails with exit code 1.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { formatMachine } from '../../src/compare/report/format';
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

/** Of the protocols that it can go to, or the row that says why it can not. */
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
  say(
    `  ${length} skills, the same through all four protocols; ${all.length || 'none'} lost, changed or new`,
  );
  for (const one of all.slice(0, 5)) blame(`what was there is not as it was: ${one}`);
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

/** Without the rate limit, which would keep most of them from the parsers. Writes that are still valid are done. */
const attackAtRandom = async (count: number, seed: number): Promise<void> => {
  const many = `${count.toLocaleString('en')} valid requests of all operations and writes with keys`;
  const sent = `${many}, with bytes flipped, cut, repeated and spliced (--seed ${seed}); a quarter of them on connections of their own, with their headers or frames. With a token, and RATE_LIMIT_PER_MINUTE=off, so that they reach the parsers and the domain`;
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
  say(`${formatMachine({ machine: describeMachine() })}\n`);
  say(legend());
  const size = quick ? QUICK : WHOLE;
  const { times, frames, payloads } = size;
  const what = `every costly request ${times} times, ${frames} frames, ${payloads} texts of each kind`;
  if (quick) say(`\nA quick run: ${what}, and no attack that takes 30 s.`);
  const wanted = ({ name }: { name: string }) => !only || only.some((word) => name.includes(word));
  const isWanted = [...FAST, ...SLOW.flat()].some(wanted);
  if (isWanted) await attackWithLimits(size, quick ? SLOW_QUICK : SLOW, wanted);
  if (wanted({ name: 'random mutations' }))
    await attackAtRandom(quick ? Math.min(mutations, QUICK_MUTATIONS) : mutations, seed);
  const { said, wrong } = report;
  say(`\n${seconds(performance.now() - from)}; ${wrong.length === 0 ? 'nothing was wrong' : 'WRONG:'}`);
  for (const one of wrong) say(`  ${one}`);
  if (out) writeFileSync(out, `${said.join('\n')}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
};

process.once('exit', () => {
  killServers();
  rmSync(folder, { recursive: true, force: true });
});
process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));

new Command()
  .option('--seed <n>', 'of the random mutations', Number, 4)
  .option('--mutations <n>', 'of each protocol', Number, 100_000)
  .option('--quick', 'some of it, in a minute')
  .option('--only <words...>', 'attacks with these words in their names')
  .option('--out <file>', 'also writes the report there')
  .action(main)
  .parseAsync()
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
