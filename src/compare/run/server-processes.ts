/** Each protocol's service in a process of its own, so that CPU time, memory and start are measured per protocol. */
import { type ChildProcess, fork } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { OWN_TOKEN_TRUST, openService } from '../../app/service';
import { type Addresses, connect } from '../../calls/clients';
import { WRITE_SCOPE } from '../../contract/authorization';
import type { ProtocolName } from '../../contract/protocol';
import { generateSkillMap } from '../scenarios/support/generated-map';

export interface Usage {
  /** Since the process started. */
  readonly cpuUs: number;
  readonly peakMemoryBytes: number;
}

export interface ServerProcess {
  readonly address: string;
  /** From starting the process to its first answer. */
  readonly startMs: number;
  readonly pid: number;
  /** Rejects after the process has ended. */
  usage(): Promise<Usage>;
}

export interface Processes {
  readonly byProtocol: ReadonlyMap<ProtocolName, ServerProcess>;
  /** Aborts with an Error of one line when a server ends before `stop`. */
  readonly died: AbortSignal;
  stop(): Promise<void>;
}

export interface ServerProcesses extends Processes {
  /** A token with the scope skills:write, which each server accepts. */
  readonly token: string;
  /** The database of which each server has a copy. */
  readonly dataFolder: string;
}

/**
 * All servers have the same catalogue of `skills` generated skills, in copies of one database, so that ids, times, etags
 * and page tokens are equal. They start one after the other, as each start is timed.
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
    const copyData = async (protocol: ProtocolName) => {
      // SQLite's log files are empty of content after the last connection has closed.
      const filter = (name: string) => !/-(wal|shm)$/.test(name);
      await cp(dataFolder, join(folder, protocol), { recursive: true, filter });
      return join(folder, protocol);
    };
    const processes = await startProcesses(protocols, copyData, signal);
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

/** Starts one process after the other, each on its own data folder. */
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

/** Longer than the longest run. */
const TOKEN_SECONDS = 24 * 60 * 60;

/** Returns a token. Its signing key is in the database, and so in the copies. */
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

/** Fixed for measured servers: the environment's values are meant for a server in use. */
const PINNED = {
  HOST: '127.0.0.1',
  AUTH_ISSUER: OWN_TOKEN_TRUST.issuer,
  AUTH_AUDIENCE: OWN_TOKEN_TRUST.audience,
  AUTH_JWKS_URL: '',
  RATE_LIMIT_PER_MINUTE: 'off',
  REDIS_URL: '',
  TLS_CERT: '',
  TLS_KEY: '',
  LOG: '',
  METRICS_PORT: '',
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
};

/** The process runs JavaScript: under Jest, the built version. */
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
    // Ctrl+C signals the whole process group; the parent alone decides when the server stops.
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

/** Rejects when the process has ended, and not before: the `exit` listener that aborts `died` must run first. */
const receiveMessage = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    const ended = () =>
      reject(new Error('the server process ended without a reply; its own message stands above'));
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
    // Ends a process that does not react to its parent's end, for example one that a debugger has stopped.
    setTimeout(() => child.kill('SIGKILL'), 5000).unref();
  });
