/** The built server and a process that locks its database, as child processes on one data folder. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { ProtocolName } from '../../src/contract/protocol';
import { FILE_NAME } from '../../src/store/sqlite';

const ROSETTA = path.join(__dirname, '../../dist/cli/rosetta.js');

/** Settings that the environment of the test must not change. */
const PINNED = {
  HOST: '127.0.0.1',
  REST_PORT: '0',
  GRAPHQL_PORT: '0',
  GRPC_PORT: '0',
  SOAP_PORT: '0',
  AUTH_PORT: '0',
  EXPLORER_PORT: '0',
  AUTH_ISSUER: 'http://localhost:4005',
  AUTH_AUDIENCE: 'api-rosetta',
  AUTH_JWKS_URL: '',
  RATE_LIMIT_PER_MINUTE: 'off',
  REDIS_URL: '',
  TLS_CERT: '',
  TLS_KEY: '',
  LOG: '',
  METRICS_PORT: '',
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
};

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Standard error: internal errors, and calls if they are logged. */
  readonly err: string;
}

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly address: Readonly<Record<ProtocolName, string>>;
  /** The URL of the metrics server; empty if there is none. */
  readonly metrics: string;
  readonly ended: Promise<ProcessEnd>;
}

const children = new Set<ChildProcess>();

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

const startProcess = (
  file: string,
  words: readonly string[],
  environment: Record<string, string>,
  wrapper: readonly string[] = [],
) => {
  const child = fork(file, words, {
    ...(wrapper.length > 0 && { execPath: 'unshare', execArgv: [...wrapper] }),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.add(child);
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const ended = new Promise<ProcessEnd>((resolve) =>
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal, err });
    }),
  );
  return { child, ended, out: () => out };
};

/** Resolves to the next message of the process. Rejects with its standard error if it ends first. */
const nextMessage = async <T>(child: ChildProcess, ended: Promise<ProcessEnd>): Promise<T> => {
  const over = ended.then(({ err }) => {
    throw new Error(`the process ended: ${err}`);
  });
  const [message] = await Promise.race([once(child, 'message'), over]);
  return message as T;
};

/** Starts a server of all four protocols, on request by `unshare` with these arguments. It ends with this process. */
export const startServer = async (
  dataFolder: string,
  environment: Record<string, string> = {},
  unshare?: readonly string[],
): Promise<ServerProcess> => {
  const words = ['serve', '--only', 'rest,graphql,grpc,soap'];
  const variables = { ...PINNED, ROSETTA_DATA: dataFolder, ...environment };
  const { child, ended, out } = startProcess(ROSETTA, words, variables, unshare);
  const address = await nextMessage<ServerProcess['address']>(child, ended);
  const [, metrics = ''] = /^Metrics\n {2}(.*)\/metrics$/m.exec(out()) ?? [];
  return { child, address, metrics, ended };
};

export interface Lock {
  /** Resolves when this process holds the write lock. */
  take(): Promise<void>;
  release(): Promise<void>;
  close(): Promise<void>;
}

export const startLockHolder = (dataFolder: string): Lock => {
  const { child, ended } = startProcess(
    path.join(__dirname, 'lock-holder.js'),
    [path.join(dataFolder, FILE_NAME)],
    {},
  );
  const sendCommand = async (command: string): Promise<void> => {
    child.send(command);
    await nextMessage(child, ended);
  };
  return {
    take: () => sendCommand('take'),
    release: () => sendCommand('release'),
    close: async () => {
      child.send('close');
      await ended;
    },
  };
};
