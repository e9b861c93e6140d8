/** The server under attack with its monitor, and the checks before, during and after the attacks. */
import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OWN_TOKEN_TRUST, openService } from '../../src/app/service';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { tokenIssuer } from '../../src/identity/tokens';
import { type Attack, type Finding, seconds, type Target } from './attack';
import { hostileTokens } from './attacks/credentials';
import { type Monitor, startMonitor } from './monitor';
import { openHandles, residentBytes } from './process-state';
import { mebibytes, type Row, type Transcript } from './report';
import { send } from './request-attack';
import { requestOf, SAMPLES } from './requests';
import { issuerOf, type ServerProcess, type ServerSetup, startServer } from './server';
import { snapshotOf } from './snapshot';
import { stallFailures, stallOf } from './stall';

const MIB = 1024 * 1024;
/** The maximum growth of resident memory during an attack. */
const PEAK_BYTES_MAX = 150 * MIB;
/** The maximum growth of the heap after all attacks, for caches. */
const HEAP_LEFT_MAX = 32 * MIB;
/** The maximum growth of resident memory after all attacks. Many connections fragment the memory of the C library. */
const RESIDENT_LEFT_MAX = 150 * MIB;
const SETTLE_MS_MAX = 30_000;
const PAUSE_MS = 300;
const WARM_UP_MS = 1000;

interface State {
  /** Heap in use after a garbage collection. */
  readonly heapBytes: number;
  readonly residentBytes: number;
  readonly handles: readonly string[];
}
const stateOf = async (server: ServerProcess): Promise<State> => ({
  heapBytes: await server.heapBytes(),
  residentBytes: residentBytes(server.pid),
  handles: openHandles(server.pid),
});

export interface AttackedServer {
  readonly server: ServerProcess;
  readonly target: Target;
  readonly monitor: Monitor;
  /** The state after a warm-up and before the first attack, without connections. */
  readonly before: State;
}

/** Issues tokens with the key in the data folder, as `rosetta token` does. */
export const targetOf = async ({ address, ca }: ServerProcess, dataFolder: string): Promise<Target> => {
  const trust = { ...OWN_TOKEN_TRUST, issuer: issuerOf(ca !== undefined) };
  const service = await openService({ dataFolder, identity: trust });
  const foreign = await openService({ dataFolder: join(dataFolder, 'foreign'), identity: trust });
  const hostile = await hostileTokens(service, foreign);
  const { identity } = service;
  const signingKey = await identity.signingKey();
  const key = createPrivateKey({ key: signingKey, format: 'jwk' });
  const issue = tokenIssuer(identity, key, signingKey.kid);
  await Promise.all([service.close(), foreign.close()]);
  const tokenOf = (subject: string) => issue({ subject, scopes: ['skills:write'] });
  return { address, ...(ca && { ca }), tokenOf, hostileTokens: hostile };
};

export const startAttackedServer = async (
  setup: ServerSetup,
  more: Record<string, string> = {},
): Promise<AttackedServer> => {
  const server = await startServer(setup, more);
  const target = await targetOf(server, setup.dataFolder);
  await warmUp(target);
  const before = await stateOf(server);
  const tokens = await Promise.all(
    PROTOCOL_NAMES.map(async (name) => [name, await target.tokenOf(`regular-${name}`)]),
  );
  const { address, pid, ca } = server;
  const watched = { address, tokens: Object.fromEntries(tokens), pid, ...(ca && { ca }) };
  return { server, target, before, monitor: await startMonitor(watched) };
};

/** Makes the first calls and a write, whose memory must not count as growth under attack. */
const warmUp = async (target: Target): Promise<void> => {
  const token = await target.tokenOf('observer');
  const requestInput = { operation: 'setProgress', input: SAMPLES.setProgress, token } as const;
  for (const protocol of PROTOCOL_NAMES) await send(target, protocol, requestOf(protocol, requestInput));
  await snapshotOf(target);
  await sleep(WARM_UP_MS);
};

export interface AttackRun {
  readonly attack: Pick<Attack, 'name' | 'description'>;
  readonly protocol: ProtocolName;
  readonly run: () => Promise<Finding>;
}

/** Runs one attack on one protocol, or several at once, and adds the observations of the monitor. */
export const runAttacks = async (
  { server, monitor }: AttackedServer,
  runs: readonly AttackRun[],
): Promise<Row[]> => {
  expectAlive(server);
  const before = residentBytes(server.pid);
  await monitor.take();
  const findings = await Promise.all(runs.map(({ run }) => run()));
  await sleep(PAUSE_MS);
  expectAlive(server);
  const { calls, peakBytes } = await monitor.take();
  const afterBytes = residentBytes(server.pid) - before;
  const grown = peakBytes - before;
  const tooMuch = grown > PEAK_BYTES_MAX ? [`the memory of the server grew by ${mebibytes(grown)} MiB`] : [];
  const longestWaitMs = Math.max(...PROTOCOL_NAMES.map((name) => calls[name].longestWaitMs));
  return runs.map(({ attack, protocol }, index) => {
    const { observed, failures } = findings[index] as Finding;
    const others = PROTOCOL_NAMES.filter((name) => name !== protocol).map((name) => calls[name]);
    const otherFailures = others.flatMap((other) => other.failures);
    const otherStall = stallOf(others.flatMap(({ durationsMs }) => durationsMs));
    const measured = { peakBytes: grown, afterBytes, calls: calls[protocol], longestWaitMs };
    const cost = { ...measured, otherFailures, otherStall, isShared: runs.length > 1 };
    return {
      attack: attack.name,
      description: attack.description,
      protocol,
      observed,
      failures: [...failures, ...tooMuch, ...stallFailures(otherStall)],
      cost,
    };
  });
};

const expectAlive = (server: ServerProcess): void => {
  const how = server.ended();
  if (how !== undefined) throw new Error(`the server ended with ${how}: ${server.errorOutput()}`);
};

/** Checks that memory and open files return to the limits after the attacks. */
export const expectRecovered = async (
  attacked: AttackedServer,
  { print, fail }: Transcript,
): Promise<void> => {
  const { server, before, monitor } = attacked;
  await monitor.stop();
  const from = performance.now();
  const isSettled = (state: State) =>
    state.heapBytes <= before.heapBytes + HEAP_LEFT_MAX &&
    state.residentBytes <= before.residentBytes + RESIDENT_LEFT_MAX &&
    state.handles.length <= before.handles.length;
  let now = await stateOf(server);
  while (!isSettled(now) && performance.now() - from < SETTLE_MS_MAX) {
    await sleep(PAUSE_MS);
    now = await stateOf(server);
  }
  const heap = mebibytes(now.heapBytes - before.heapBytes);
  const resident = mebibytes(now.residentBytes - before.residentBytes);
  const memory = `${heap} MiB in use after a garbage collection, ${resident} MiB resident`;
  const handles = `${now.handles.length} open sockets and files (${before.handles.length} before)`;
  print(`  after ${seconds(performance.now() - from)}: ${memory}, ${handles}`);
  if (isSettled(now)) return;
  fail(`the server did not release its resources: ${memory}, ${handles}: ${now.handles.join(', ')}`);
};

export const stopAttackedServer = async (
  { server }: AttackedServer,
  { print, fail }: Transcript,
): Promise<void> => {
  expectAlive(server);
  const how = await server.stop();
  if (how !== 'exit code 0') fail(`the server ended with ${how}`);
  const errorOutput = server.errorOutput();
  print(
    `  the server ran without a restart and ends with ${how}; its standard error: ${errorOutput || 'empty'}`,
  );
  if (errorOutput) fail(`the server printed errors: ${errorOutput.slice(0, 2000)}`);
};
