/** The real thing: `rosetta serve` as built, in a process of its own, on free ports and a folder of its own. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { heapBytes, INSPECTABLE, inspectorIn, withoutInspector } from './heap';

const ROSETTA = join(__dirname, '../../dist/cli/rosetta.js');

export interface ServerProcess {
  readonly address: Readonly<Record<ProtocolName, string>>;
  readonly pid: number;
  /** What it has complained of so far; a server that stands its ground has nothing to say. */
  complaints(): string;
  /** `undefined` while it lives. */
  ended(): string | undefined;
  /** As an operator would (SIGTERM). Resolves to how it ended. */
  stop(): Promise<string>;
  /** After a garbage collection. */
  heapBytes(): Promise<number>;
}

const started = new Set<() => void>();

/** For when the suite itself is stopped. */
export const killServers = (): void => {
  for (const kill of started) kill();
};

export const startServer = async (
  dataFolder: string,
  more: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> => {
  const ports = Object.fromEntries(PROTOCOL_NAMES.map((name) => [`${name.toUpperCase()}_PORT`, '0']));
  const { PATH, HOME } = process.env;
  const child = fork(ROSETTA, ['serve'], {
    // No limit of another configuration is to get in here.
    env: {
      PATH,
      HOME,
      NODE_ENV: 'production',
      ...ports,
      AUTH_PORT: '0',
      EXPLORER_PORT: '0',
      ...own(dataFolder),
      ...more,
    },
    execArgv: INSPECTABLE,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaints = '';
  let how: string | undefined;
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    complaints += text;
  });
  const over = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      how = signal ?? `exit code ${code}`;
      resolve(how);
    });
  });
  const kill = () => child.kill('SIGKILL');
  started.add(kill);
  const address = await new Promise<ServerProcess['address']>((resolve, reject) => {
    child.once('message', (message) => resolve(message as ServerProcess['address']));
    void over.then(() => reject(new Error(`the server did not start: ${complaints}`)));
  });
  return {
    address,
    pid: child.pid as number,
    complaints: () => withoutInspector(complaints),
    ended: () => how,
    stop: async () => {
      child.kill('SIGTERM');
      const result = await over;
      started.delete(kill);
      return result;
    },
    heapBytes: async () => {
      if (!inspectorIn(complaints)) child.kill('SIGUSR1');
      while (!inspectorIn(complaints)) await sleep(50);
      return heapBytes(inspectorIn(complaints) as string);
    },
  };
};

/** The issuer is the one that tokens of the same folder are made under, whatever its port. */
const own = (dataFolder: string) => ({ ROSETTA_DATA: dataFolder, AUTH_ISSUER: 'http://localhost:4005' });
