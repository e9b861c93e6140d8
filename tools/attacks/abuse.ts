/**
 * Attacks the built server, which has its default limits, with one attack after another: `npm run abuse`. Prints for each
 * attack the responses, the memory that the server used and the calls of regular clients. Needs Linux. Exits with 1 on failures.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatMachine } from '../../src/compare/report/format';
import { describeMachine } from '../../src/compare/run/machine';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { type Attack, type AttackSize, seconds } from './attack';
import {
  type AttackedServer,
  type AttackRun,
  expectRecovered,
  runAttacks,
  startAttackedServer,
  stopAttackedServer,
  targetOf,
} from './attacked-server';
import { FAST, SLOW, SLOW_ALONE, SLOW_QUICK } from './attacks';
import { CATALOGUE_TITLES, storeCatalogue } from './catalogues';
import { MUTATIONS_NAME, type Options, parseOptions, type Setting } from './options';
import { sendMutations } from './random-mutations';
import { failuresOf, heading, legend, line, type Row, transcript } from './report';
import { killServers, type ServerSetup, startServer } from './server';
import { differences, type Snapshot, snapshotOf } from './snapshot';

const WHOLE: AttackSize = { times: 20, connections: 1000, frames: 20_000, patienceMs: 2000, payloads: 10 };
const QUICK: AttackSize = { times: 2, connections: 1000, frames: 2000, patienceMs: 500, payloads: 1 };

const attackNames = (quick: boolean): string[] =>
  [...FAST, ...(quick ? SLOW_QUICK : [...SLOW, SLOW_ALONE]).flat()].map(({ name }) => name);

const folder = mkdtempSync(join(tmpdir(), 'rosetta-abuse-'));
const report = transcript();
const { print, fail } = report;

const printRows = (rows: readonly Row[]): void => {
  for (const row of rows) {
    print(line(row));
    const failureLines = [...row.failures, ...(row.cost ? failuresOf(row.cost) : [])];
    for (const one of failureLines) fail(`${row.attack}, ${row.protocol}: ${one}`);
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

const runInTurn = async (
  attacked: AttackedServer,
  attacks: readonly Attack[],
  size: AttackSize,
): Promise<void> => {
  for (const attack of attacks) {
    print(heading(attack));
    for (const one of runsOf(attack, attacked, size))
      printRows(isRun(one) ? await runAttacks(attacked, [one]) : [one]);
  }
};

const runTogether = async (
  attacked: AttackedServer,
  attacks: readonly Attack[],
  size: AttackSize,
): Promise<void> => {
  const runs = attacks.flatMap((attack) => runsOf(attack, attacked, size).filter(isRun));
  const rows = runs.length > 0 ? await runAttacks(attacked, runs) : [];
  for (const attack of attacks) {
    print(heading(attack));
    printRows(rows.filter((row) => row.attack === attack.name));
  }
};

const expectSame = (before: Snapshot, after: Snapshot): void => {
  const all = differences(before, after);
  const { length } = after.skills;
  print(`  ${length} skills, equal through all four protocols; ${all.length || 'none'} lost, changed or new`);
  for (const one of all.slice(0, 5)) fail(`the catalogue has changed: ${one}`);
};

const runAttacksWithLimits = async (setup: ServerSetup, { quick, isWanted }: Options) => {
  const size = quick ? QUICK : WHOLE;
  const wanted = ({ name }: Attack): boolean => isWanted(name);
  const attacked = await startAttackedServer(setup);
  const catalogue = await snapshotOf(attacked.target);
  await runInTurn(attacked, FAST.filter(wanted), size);
  for (const group of quick ? SLOW_QUICK : SLOW) await runTogether(attacked, group.filter(wanted), size);
  if (!quick) await runInTurn(attacked, SLOW_ALONE.filter(wanted), size);
  print('\nAfter all of these');
  await expectRecovered(attacked, report);
  expectSame(catalogue, await snapshotOf(attacked.target));
  await stopAttackedServer(attacked, report);
};

/** Runs without the rate limit, so that the mutations reach the parsers. Mutations that are still valid writes take effect. */
const runRandomMutations = async (setup: ServerSetup, count: number, seed: number): Promise<void> => {
  const requests = `${count.toLocaleString('en')} valid requests of all operations, writes with and without idempotency keys`;
  const description = `${requests}, with bytes flipped, cut, repeated and spliced (--seed ${seed}); a quarter of them on separate connections, with mutated headers or frames. With a token and RATE_LIMIT_PER_MINUTE=off, so that they reach the parsers and the domain`;
  const attack = { name: MUTATIONS_NAME, description };
  print(heading(attack));
  const attacked = await startAttackedServer(setup, { RATE_LIMIT_PER_MINUTE: 'off' });
  for (const protocol of PROTOCOL_NAMES) {
    const run = () => sendMutations(protocol, attacked.target, { count, seed });
    printRows(await runAttacks(attacked, [{ attack, protocol, run }]));
  }
  print('\nAfter all of these');
  await expectRecovered(attacked, report);
  const catalogue = await snapshotOf(attacked.target);
  await stopAttackedServer(attacked, report);
  const again = await startServer(setup);
  print('  in a new process on the same data folder:');
  expectSame(catalogue, await snapshotOf(await targetOf(again, setup.dataFolder)));
  await again.stop();
};

/** Each server has a new data folder. */
const runOn = async ({ catalogue, isTls }: Setting, options: Options): Promise<void> => {
  const { seed, mutations, quick, isWanted } = options;
  const title = `Attacks on ${CATALOGUE_TITLES[catalogue]}, ${isTls ? 'over TLS' : 'in plain text'}`;
  print(`\n${title}\n${'='.repeat(title.length)}`);
  report.setPart(`${catalogue}${isTls ? ' over TLS' : ''}`);
  const setup = { dataFolder: join(folder, `${catalogue}${isTls ? '-tls' : ''}`), isTls };
  await storeCatalogue(setup.dataFolder, catalogue);
  if (attackNames(quick).some(isWanted)) await runAttacksWithLimits(setup, options);
  if (mutations > 0) await runRandomMutations(setup, mutations, seed);
};

const main = async (options: Options): Promise<void> => {
  const from = performance.now();
  print(`${formatMachine({ machine: describeMachine() })}\n`);
  print(legend());
  const { times, frames, payloads } = QUICK;
  const what = `every costly request ${times} times, ${frames} frames, ${payloads} texts of each kind`;
  if (options.quick) print(`\nA quick run: ${what}, without the attacks that take 30 s.`);
  for (const setting of options.settings) await runOn(setting, options);
  const { lines, failures } = report;
  print(`\n${seconds(performance.now() - from)}; ${failures.length === 0 ? 'no failures' : 'FAILURES:'}`);
  for (const one of failures) print(`  ${one}`);
  if (options.out) writeFileSync(options.out, `${lines.join('\n')}\n`);
  process.exitCode = failures.length === 0 ? 0 : 1;
};

process.once('exit', () => {
  killServers();
  rmSync(folder, { recursive: true, force: true });
});
process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));

// The libraries warn that TLS clients send an IP address as the server name.
process.noDeprecation = true;
const options = parseOptions(process.argv.slice(2), attackNames);
if (typeof options === 'number') process.exitCode = options;
else
  main(options).catch((error) => {
    console.error(error);
    process.exit(1);
  });
