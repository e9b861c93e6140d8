/**
 * Attacks the real server, with the limits that it has by default, one way after the other: `npm run abuse`. Says of each
 * what the attacker saw, what memory it took, and how a well-behaved client fared. Needs Linux. Fails with exit code 1.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { describeMachine } from '../../src/compare/machine';
import { machineLine } from '../../src/compare/report/format';
import { LIMITS } from '../../src/contract/limits';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { openService } from '../../src/main';
import type { Finding, Size, Target } from './attack';
import { type Attack, seconds } from './attack';
import { FAST, SLOW } from './attacks';
import { hostileTokens } from './attacks/credentials';
import { ask } from './barrage';
import { type Beside, startBeside } from './beside';
import { mutate } from './mutations';
import { openHandles, residentBytes } from './process-state';
import { failuresOf, heading, legend, line, mebibytes, type Row } from './report';
import { requestOf, SAMPLES } from './requests';
import { killServers, type ServerProcess, startServer } from './server';
import { differences, type Snapshot, snapshotOf } from './snapshot';

interface Options {
  readonly seed: number;
  readonly mutations: number;
  readonly quick?: boolean;
  readonly only?: readonly string[];
  readonly out?: string;
}

const MIB = 1024 * 1024;
const SIZE: Size = { times: 20, connections: 1000, frames: 20_000 };
const QUICK: Size = { times: 3, connections: 1000, frames: 5000 };
const QUICK_MUTATIONS = 2000;
/** What one attack may take while it lasts. */
const PEAK_BYTES_MAX = 256 * MIB;
/** What may be left when all is over: V8 gives back late what it may need again. */
const LEFT_BYTES_MAX = 96 * MIB;
const SETTLE_MS_MAX = 40_000;
const PAUSE_MS = 500;
/** As long as connections stay open that nobody uses. */
const WARM_UP_MS = LIMITS.idleMsMax + 1500;

const folder = mkdtempSync(join(tmpdir(), 'rosetta-abuse-'));
const said: string[] = [];
const wrong: string[] = [];
const say = (text: string): void => {
  said.push(text);
  console.log(text);
};
const blame = (what: string): void => {
  wrong.push(what);
};

const targetOf = async (address: Target['address'], dataFolder: string): Promise<Target> => {
  const service = await openService({ dataFolder });
  const foreign = await openService({ dataFolder: join(folder, 'foreign') });
  const hostile = await hostileTokens(service, foreign);
  await Promise.all([service.close(), foreign.close()]);
  const tokenOf = (subject: string) => service.identity.issue({ subject, scopes: ['skills:write'] });
  return { address, tokenOf, hostileTokens: hostile };
};

interface Scene {
  readonly server: ServerProcess;
  readonly target: Target;
  readonly beside: Beside;
  /** Of the server, when it had been asked everything and nobody was connected. */
  readonly before: State;
}

const openScene = async (dataFolder: string, more: Record<string, string> = {}): Promise<Scene> => {
  const server = await startServer(dataFolder, more);
  const target = await targetOf(server.address, dataFolder);
  await warmUp(target);
  const before = stateOf(server);
  const tokens = await Promise.all(
    PROTOCOL_NAMES.map(async (name) => [name, await target.tokenOf(`polite-${name}`)]),
  );
  const watched = { address: server.address, tokens: Object.fromEntries(tokens), pid: server.pid };
  return { server, target, before, beside: await startBeside(watched) };
};

/** One attack on one protocol, or several at once, with what went on meanwhile. */
const measured = async (
  { server, beside }: Scene,
  attacks: readonly {
    attack: Pick<Attack, 'name' | 'sent'>;
    protocol: ProtocolName;
    run: () => Promise<Finding>;
  }[],
): Promise<Row[]> => {
  const before = residentBytes(server.pid);
  await beside.take();
  const findings = await Promise.all(attacks.map(({ run }) => run()));
  await sleep(PAUSE_MS);
  const { manners, peakBytes } = await beside.take();
  const afterBytes = residentBytes(server.pid) - before;
  return attacks.map(({ attack, protocol }, index) => {
    const { seen, wrong } = findings[index] as Finding;
    const otherFailures = PROTOCOL_NAMES.flatMap((name) => (name === protocol ? [] : manners[name].failures));
    const cost = {
      peakBytes: peakBytes - before,
      afterBytes,
      manners: manners[protocol],
      otherFailures,
      isShared: attacks.length > 1,
    };
    const tooMuch =
      cost.peakBytes > PEAK_BYTES_MAX ? [`it took ${mebibytes(cost.peakBytes)} MiB of memory`] : [];
    return { attack: attack.name, sent: attack.sent, protocol, seen, wrong: [...wrong, ...tooMuch], cost };
  });
};

const show = (rows: readonly Row[]): void => {
  for (const row of rows) {
    say(line(row));
    const blames = [...row.wrong, ...(row.cost ? failuresOf(row.cost) : [])];
    for (const one of blames) blame(`${row.attack}, ${row.protocol}: ${one}`);
  }
};

const skipped = (attack: Attack, protocol: ProtocolName): Row[] => {
  const why = attack.on[protocol];
  return typeof why === 'string'
    ? [{ attack: attack.name, sent: attack.sent, protocol, seen: why, wrong: [] }]
    : [];
};

const runFast = async (scene: Scene, attacks: readonly Attack[], size: Size): Promise<void> => {
  for (const attack of attacks) {
    say(heading({ attack: attack.name, sent: attack.sent }));
    for (const protocol of PROTOCOL_NAMES) {
      const run = attack.on[protocol];
      if (typeof run === 'string') show(skipped(attack, protocol));
      else show(await measured(scene, [{ attack, protocol, run: () => run(scene.target, size) }]));
    }
  }
};

const runTogether = async (scene: Scene, attacks: readonly Attack[], size: Size): Promise<void> => {
  const all = attacks.flatMap((attack) =>
    PROTOCOL_NAMES.flatMap((protocol) => {
      const run = attack.on[protocol];
      return typeof run === 'string' ? [] : [{ attack, protocol, run: () => run(scene.target, size) }];
    }),
  );
  const rows = all.length > 0 ? await measured(scene, all) : [];
  for (const attack of attacks) {
    say(heading({ attack: attack.name, sent: attack.sent }));
    show(rows.filter((row) => row.attack === attack.name));
  }
};

interface State {
  readonly bytes: number;
  readonly handles: readonly string[];
}
const stateOf = ({ pid }: ServerProcess): State => ({ bytes: residentBytes(pid), handles: openHandles(pid) });

/** Lives, complained of nothing, and has given back what it took. */
const expectSettled = async ({ server, before, beside }: Scene): Promise<void> => {
  await beside.stop();
  const from = performance.now();
  const isSettled = ({ bytes, handles }: State) =>
    bytes <= before.bytes + LEFT_BYTES_MAX && handles.length <= before.handles.length;
  let now = stateOf(server);
  while (!isSettled(now) && performance.now() - from < SETTLE_MS_MAX) {
    await sleep(PAUSE_MS);
    now = stateOf(server);
  }
  const ms = performance.now() - from;
  say(
    `  after ${seconds(ms)}: memory ${mebibytes(now.bytes - before.bytes)} MiB over ${mebibytes(before.bytes).slice(1)}, ${now.handles.length} handles of ${before.handles.length}`,
  );
  const more = now.handles.length - before.handles.length;
  if (more > 0)
    blame(
      `${more} sockets or files more are open: ${now.handles.join(', ')} and not ${before.handles.join(', ')}`,
    );
  if (now.bytes > before.bytes + LEFT_BYTES_MAX) blame(`${mebibytes(now.bytes - before.bytes)} MiB are left`);
};

const closeScene = async ({ server }: Scene): Promise<void> => {
  const early = server.ended();
  if (early !== undefined) blame(`the server ended in the middle: ${early}`);
  const how = early ?? (await server.stop());
  if (how !== 'exit code 0') blame(`the server ended with ${how}`);
  const complaints = server.complaints();
  say(`  the server ends with ${how}; on its standard error: ${complaints || 'nothing'}`);
  if (complaints) blame(`the server complained: ${complaints.slice(0, 2000)}`);
};

const expectSame = (before: Snapshot, after: Snapshot): void => {
  const all = differences(before, after);
  say(`  ${after.skills.length} skills through all four protocols, ${all.length || 'none'} of them changed`);
  for (const one of all.slice(0, 5)) blame(`what was there is not as it was: ${one}`);
};

/** What a process takes when it is asked for the first time, or writes, is not the attacks' doing. */
const warmUp = async (target: Target): Promise<void> => {
  const token = await target.tokenOf('onlooker');
  const asked = { operation: 'setProgress', input: SAMPLES.setProgress, token } as const;
  for (const protocol of PROTOCOL_NAMES) await ask(target, protocol, requestOf(protocol, asked));
  await snapshotOf(target);
  await sleep(WARM_UP_MS);
};

const attackWithLimits = async (dataFolder: string, size: Size, wanted: (attack: Attack) => boolean) => {
  const scene = await openScene(dataFolder);
  const catalogue = await snapshotOf(scene.target);
  await runFast(scene, FAST.filter(wanted), size);
  await runTogether(scene, SLOW.filter(wanted), size);
  say('\nAfter all of these');
  await expectSettled(scene);
  expectSame(catalogue, await snapshotOf(scene.target));
  await closeScene(scene);
};

/** Without the rate limit, which would keep most of them from the parsers. Writes that are still valid are done. */
const attackAtRandom = async (dataFolder: string, count: number, seed: number): Promise<void> => {
  const sent = `${count.toLocaleString('en')} valid requests of all operations with bytes flipped, cut, repeated and spliced (--seed ${seed}); without a rate limit, with a token`;
  const attack = { name: 'random mutations', sent };
  say(heading({ attack: attack.name, sent }));
  const scene = await openScene(dataFolder, { RATE_LIMIT_PER_MINUTE: 'off' });
  for (const protocol of PROTOCOL_NAMES) {
    const run = () => mutate(protocol, scene.target, { count, seed });
    show(await measured(scene, [{ attack, protocol, run }]));
  }
  say('\nAfter all of these');
  await expectSettled(scene);
  const catalogue = await snapshotOf(scene.target);
  await closeScene(scene);
  const again = await startServer(dataFolder);
  expectSame(catalogue, await snapshotOf(await targetOf(again.address, dataFolder)));
  await again.stop();
};

const main = async ({ seed, mutations, quick, only, out }: Options): Promise<void> => {
  const from = performance.now();
  say(`${machineLine({ machine: describeMachine() } as never)}\n`);
  say(legend());
  const wanted = ({ name }: { name: string }) => !only || only.some((word) => name.includes(word));
  const dataFolder = join(folder, 'data');
  await attackWithLimits(dataFolder, quick ? QUICK : SIZE, wanted);
  if (wanted({ name: 'random mutations' })) {
    await attackAtRandom(dataFolder, quick ? Math.min(mutations, QUICK_MUTATIONS) : mutations, seed);
  }
  say(`\n${seconds(performance.now() - from)}; ${wrong.length === 0 ? 'nothing was wrong' : 'WRONG:'}`);
  for (const one of wrong) say(`  ${one}`);
  if (out) writeFileSync(out, `${said.join('\n')}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
};

process.once('exit', () => {
  killServers();
  rmSync(folder, { recursive: true, force: true });
});
process.once('SIGINT', () => process.exit(130));

new Command()
  .option('--seed <n>', 'of the random mutations', Number, 4)
  .option('--mutations <n>', 'of each protocol', Number, 100_000)
  .option('--quick', 'under a minute')
  .option('--only <words...>', 'attacks with these words in their names')
  .option('--out <file>', 'also writes the report there')
  .action(main)
  .parseAsync()
  .catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
