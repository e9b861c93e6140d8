/** The built server (`rosetta serve`) in a child process, on free ports and a given data folder. */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureSelfSignedCertificate } from '../../src/app/self-signed-certificate';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { heapBytes, INSPECTABLE, inspectorIn, withoutInspector } from './heap';

const ROSETTA = join(__dirname, '../../dist/cli/rosetta.js');

export interface ServerSetup {
  readonly dataFolder: string;
  /** With a self-signed certificate in the data folder, as `rosetta serve --tls` uses it. */
  readonly isTls: boolean;
}

export interface ServerProcess {
  readonly address: Readonly<Record<ProtocolName, string>>;
  readonly pid: number;
  /** The certificate to trust, as PEM, if the server uses TLS. */
  readonly ca?: string;
  /** The standard error of the server so far; empty unless it had internal errors. */
  errorOutput(): string;
  /** How the process ended; undefined while it runs. */
  ended(): string | undefined;
  /** Sends SIGTERM. Resolves to the exit code or signal as text. */
  stop(): Promise<string>;
  /** Heap in use after a garbage collection. */
  heapBytes(): Promise<number>;
}

const started = new Set<() => void>();

/** Kills all servers that were started, for when this tool is stopped. */
export const killServers = (): void => {
  for (const kill of started) kill();
};

export const startServer = async (
  { dataFolder, isTls }: ServerSetup,
  more: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> => {
  const tls = isTls ? await ensureSelfSignedCertificate(dataFolder) : undefined;
  const ports = Object.fromEntries(PROTOCOL_NAMES.map((name) => [`${name.toUpperCase()}_PORT`, '0']));
  const { PATH, HOME } = process.env;
  const child = fork(ROSETTA, ['serve'], {
    // Only these variables, so that no other configuration changes the limits.
    env: {
      PATH,
      HOME,
      NODE_ENV: 'production',
      ...ports,
      AUTH_PORT: '0',
      EXPLORER_PORT: '0',
      ...own(dataFolder, isTls),
      ...(tls && { TLS_CERT: tls.cert, TLS_KEY: tls.key }),
      ...more,
    },
    execArgv: INSPECTABLE,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errorOutput = '';
  let how: string | undefined;
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    errorOutput += text;
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
    void over.then(() => reject(new Error(`the server did not start: ${errorOutput}`)));
  });
  return {
    address,
    pid: child.pid as number,
    ...(tls && { ca: readFileSync(tls.cert, 'utf8') }),
    errorOutput: () => withoutInspector(errorOutput),
    ended: () => how,
    stop: async () => {
      child.kill('SIGTERM');
      const result = await over;
      started.delete(kill);
      return result;
    },
    heapBytes: async () => {
      if (!inspectorIn(errorOutput)) child.kill('SIGUSR1');
      while (!inspectorIn(errorOutput)) await sleep(50);
      return heapBytes(inspectorIn(errorOutput) as string);
    },
  };
};

/** The issuer is fixed, so that tokens of the same folder stay valid with any port. */
export const issuerOf = (isTls: boolean): string => `${isTls ? 'https' : 'http'}://localhost:4005`;

const own = (dataFolder: string, isTls: boolean) => ({
  ROSETTA_DATA: dataFolder,
  AUTH_ISSUER: issuerOf(isTls),
});
