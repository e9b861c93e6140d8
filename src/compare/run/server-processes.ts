/** Each protocol's service in a process of its own, so that its CPU time, memory and start are its own and no other's. */
import { type ChildProcess, fork } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { OWN_IDENTITY, openService } from '../../app/service';
import { type Addresses, connect } from '../../calls/clients';
import { WRITE_SCOPE } from '../../contract/authorization';
import type { ProtocolName } from '../../contract/protocol';
import { generateSkillMap } from '../scenarios/support/generated-map';

export interface Usage {
  /** Since the process began. */
  readonly cpuUs: number;
  readonly peakMemoryBytes: number;
}

export interface ServerProcess {
  readonly address: string;
  /** From starting the process to its first answer. */
  readonly startMs: number;
  readonly pid: number;
  /** Rejects where the process has ended. */
  usage(): Promise<Usage>;
}

export interface Processes {
  readonly byProtocol: ReadonlyMap<ProtocolName, ServerProcess>;
  /** Aborted with an Error of one line when a server ends that was not told to. */
  readonly died: AbortSignal;
  stop(): Promise<void>;
}

export interface ServerProcesses extends Processes {
  /** What each of them lets write. */
  readonly token: string;
  /** The database that each of them has a copy of. */
  readonly dataFolder: string;
}

/**
 * All hold the same catalogue: `skills` made-up ones, in copies of one database, so that ids, times, etags and page
 * tokens are the same. They start one after the other, as each start is timed.
 */
export const startServerProcesses = async (
  protocols: readonly ProtocolName[],
  { skills, signal }: { readonly skills: number; readonly signal?: AbortSignal },
): Promise<ServerProcesses> => {
  const folder = await mkdtemp(join(tmpdir(), 'api-rosetta-'));
  const dataFolder = join(folder, 'seed');
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const token = await createCatalogue(dataFolder, skills);
    const copied = async (protocol: ProtocolName) => {
      // Its log, which goes when the last who reads it has, holds nothing that the file does not.
      const filter = (name: string) => !/-(wal|shm)$/.test(name);
      await cp(dataFolder, join(folder, protocol), { recursive: true, filter });
      return join(folder, protocol);
    };
    const processes = await startProcesses(protocols, copied, signal);
    const stop = async () => {
      await processes.stop();
      await remove();
    };
    return { ...processes, token, dataFolder, stop };
  } catch (error) {
    await remove();
    throw error;
  }
};

/** Each on the data folder that it is given, one after the other. */
export const startProcesses = async (
  protocols: readonly ProtocolName[],
  folderOf: (protocol: ProtocolName) => Promise<string>,
  signal?: AbortSignal,
): Promise<Processes> => {
  const children: ChildProcess[] = [];
  const died = new AbortController();
  let stopping = false;
  const stop = async () => {
    stopping = true;
    await Promise.all(children.map(endProcess));
  };
  try {
    const byProtocol = new Map<ProtocolName, ServerProcess>();
    for (const protocol of protocols) {
      signal?.throwIfAborted();
      const folder = await folderOf(protocol);
      const begin = performance.now();
      const child = startChild(protocol, folder);
      children.push(child);
      child.once('exit', (code, by) => {
        if (!stopping)
          died.abort(
            new Error(`the ${protocol} server ended in the middle of the run (${by ?? `exit code ${code}`})`),
          );
      });
      byProtocol.set(protocol, await waitForFirstAnswer(protocol, child, begin));
    }
    return { byProtocol, died: died.signal, stop };
  } catch (error) {
    await stop();
    throw died.signal.aborted ? died.signal.reason : error;
  }
};

/** The longest run is not so long. */
const TOKEN_SECONDS = 24 * 60 * 60;

/** The key that tokens are signed with is in the database, and so in its copies. */
const createCatalogue = async (dataFolder: string, skills: number): Promise<string> => {
  const service = await openService({ dataFolder, seed: generateSkillMap(skills) });
  try {
    return await service.identity.issue({
      subject: 'compare',
      scopes: [WRITE_SCOPE],
      seconds: TOKEN_SECONDS,
    });
  } finally {
    await service.close();
  }
};

/** What the environment says of these is for a server that others use, and not for one that is measured. */
const PINNED = {
  HOST: '127.0.0.1',
  AUTH_ISSUER: OWN_IDENTITY.issuer,
  AUTH_AUDIENCE: OWN_IDENTITY.audience,
  AUTH_JWKS_URL: '',
  RATE_LIMIT_PER_MINUTE: 'off',
  REDIS_URL: '',
  TLS_CERT: '',
  TLS_KEY: '',
  LOG: '',
  METRICS_PORT: '',
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
};

/** A process runs JavaScript; from a test, what was built. */
const PROGRAM = join(__dirname, __filename.endsWith('.js') ? '../..' : '../../../dist', 'cli/rosetta.js');

const startChild = (protocol: ProtocolName, folder: string): ChildProcess =>
  fork(PROGRAM, ['serve', '--only', protocol], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      ...PINNED,
      ROSETTA_DATA: folder,
      [`${protocol.toUpperCase()}_PORT`]: '0',
    },
    // Ctrl+C goes to the whole group; the parent alone decides when the server stops.
    detached: true,
  });

const waitForFirstAnswer = async (
  protocol: ProtocolName,
  child: ChildProcess,
  begin: number,
): Promise<ServerProcess> => {
  const { [protocol]: address } = await receiveMessage<Addresses>(child);
  const client = connect(protocol, address);
  await client.listSkills({ pageSize: 1 });
  const startMs = performance.now() - begin;
  await client.close();
  const usage = (): Promise<Usage> => {
    child.send('usage', () => {});
    return receiveMessage<Usage>(child);
  };
  return { address, startMs, usage, pid: child.pid ?? 0 };
};

/** Rejects when the process has ended, and not before: whoever watches for that must have heard of it first. */
const receiveMessage = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the server process did not answer; its own message stands above'));
    if (child.exitCode !== null || child.signalCode !== null) return ended();
    child.once('exit', ended).once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });

const endProcess = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    if (child.connected) child.disconnect();
    // What does not heed its parent's end (a process that was stopped by a debugger, say) is not left behind.
    setTimeout(() => child.kill('SIGKILL'), 5000).unref();
  });
