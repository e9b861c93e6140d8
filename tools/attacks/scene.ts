/** The server under attack, with well-behaved clients beside it; what it must be like before, during and after. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openService } from '../../src/app/service';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { type Attack, type Finding, seconds, type Target } from './attack';
import { hostileTokens } from './attacks/credentials';
import { ask } from './barrage';
import { type Beside, startBeside } from './beside';
import { openHandles, residentBytes } from './process-state';
import { mebibytes, type Row, type Transcript } from './report';
import { requestOf, SAMPLES } from './requests';
import { type ServerProcess, startServer } from './server';
import { snapshotOf } from './snapshot';

const MIB = 1024 * 1024;
/** What an attack may take while it lasts. */
const PEAK_BYTES_MAX = 256 * MIB;
/** What may be in use still when all is over: caches have filled. */
const HEAP_LEFT_MAX = 32 * MIB;
/** What the system has lent: C's memory has holes after so many connections, though no more after yet more of them. */
const RESIDENT_LEFT_MAX = 256 * MIB;
const SETTLE_MS_MAX = 60_000;
const PAUSE_MS = 300;
const WARM_UP_MS = 1000;

interface State {
  /** After a garbage collection. */
  readonly heapBytes: number;
  readonly residentBytes: number;
  readonly handles: readonly string[];
}
const stateOf = async (server: ServerProcess): Promise<State> => ({
  heapBytes: await server.heapBytes(),
  residentBytes: residentBytes(server.pid),
  handles: openHandles(server.pid),
});

export interface Scene {
  readonly server: ServerProcess;
  readonly target: Target;
  readonly beside: Beside;
  /** When it had been asked everything once and nobody was connected. */
  readonly before: State;
}

/** Tokens are made as `rosetta token` makes them: with the key in the data folder. */
export const targetOf = async ({ address }: ServerProcess, dataFolder: string): Promise<Target> => {
  const service = await openService({ dataFolder });
  const foreign = await openService({ dataFolder: join(dataFolder, 'foreign') });
  const hostile = await hostileTokens(service, foreign);
  await Promise.all([service.close(), foreign.close()]);
  const tokenOf = (subject: string) => service.identity.issue({ subject, scopes: ['skills:write'] });
  return { address, tokenOf, hostileTokens: hostile };
};

export const openScene = async (dataFolder: string, more: Record<string, string> = {}): Promise<Scene> => {
  const server = await startServer(dataFolder, more);
  const target = await targetOf(server, dataFolder);
  await warmUp(target);
  const before = await stateOf(server);
  const tokens = await Promise.all(
    PROTOCOL_NAMES.map(async (name) => [name, await target.tokenOf(`polite-${name}`)]),
  );
  const watched = { address: server.address, tokens: Object.fromEntries(tokens), pid: server.pid };
  return { server, target, before, beside: await startBeside(watched) };
};

/** What a process takes when it is asked for the first time, or writes, is not the attacks' doing. */
const warmUp = async (target: Target): Promise<void> => {
  const token = await target.tokenOf('onlooker');
  const asked = { operation: 'setProgress', input: SAMPLES.setProgress, token } as const;
  for (const protocol of PROTOCOL_NAMES) await ask(target, protocol, requestOf(protocol, asked));
  await snapshotOf(target);
  await sleep(WARM_UP_MS);
};

export interface Strike {
  readonly attack: Pick<Attack, 'name' | 'sent'>;
  readonly protocol: ProtocolName;
  readonly run: () => Promise<Finding>;
}

/** One attack on one protocol, or several at once, with what went on meanwhile. */
export const strike = async ({ server, beside }: Scene, strikes: readonly Strike[]): Promise<Row[]> => {
  expectAlive(server);
  const before = residentBytes(server.pid);
  await beside.take();
  const findings = await Promise.all(strikes.map(({ run }) => run()));
  await sleep(PAUSE_MS);
  expectAlive(server);
  const { manners, peakBytes } = await beside.take();
  const afterBytes = residentBytes(server.pid) - before;
  const grown = peakBytes - before;
  const tooMuch = grown > PEAK_BYTES_MAX ? [`it took ${mebibytes(grown)} MiB of memory`] : [];
  return strikes.map(({ attack, protocol }, index) => {
    const { seen, wrong } = findings[index] as Finding;
    const otherFailures = PROTOCOL_NAMES.flatMap((name) => (name === protocol ? [] : manners[name].failures));
    const isShared = strikes.length > 1;
    const cost = { peakBytes: grown, afterBytes, manners: manners[protocol], otherFailures, isShared };
    return { attack: attack.name, sent: attack.sent, protocol, seen, wrong: [...wrong, ...tooMuch], cost };
  });
};

const expectAlive = (server: ServerProcess): void => {
  const how = server.ended();
  if (how !== undefined) throw new Error(`the server ended with ${how}: ${server.complaints()}`);
};

/** It has given back what it took. */
export const expectSettled = async (scene: Scene, { say, blame }: Transcript): Promise<void> => {
  const { server, before, beside } = scene;
  await beside.stop();
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
  const handles = `${now.handles.length} sockets and files, as ${before.handles.length} before`;
  say(`  after ${seconds(performance.now() - from)}: ${memory}, ${handles}`);
  if (isSettled(now)) return;
  blame(`not all was given back: ${memory}, ${handles} (${now.handles.join(', ')})`);
};

export const closeScene = async ({ server }: Scene, { say, blame }: Transcript): Promise<void> => {
  expectAlive(server);
  const how = await server.stop();
  if (how !== 'exit code 0') blame(`the server ended with ${how}`);
  const complaints = server.complaints();
  say(`  never restarted, it ends with ${how}; on its standard error: ${complaints || 'nothing'}`);
  if (complaints) blame(`the server complained: ${complaints.slice(0, 2000)}`);
};
