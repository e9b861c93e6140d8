/** The servers of a benchmark, each in a process of its own on the first core. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createBareServerSpec, recordCall } from '../../src/compare/explain/record';
import { startServer } from '../../src/compare/explain/start';
import type { ProtocolName } from '../../src/contract/protocol';
import { ask, operationOf, type Size } from './load';

export const ROOT = join(__dirname, '../..');

export interface BenchServer {
  /** An HTTP origin, or host:port for gRPC. */
  readonly address: string;
  stop(): Promise<void>;
}

const running = new Set<BenchServer>();

const track = (server: BenchServer): BenchServer => {
  running.add(server);
  return server;
};

export const stopAll = async (): Promise<void> => {
  await Promise.all(Array.from(running, ({ stop }) => stop()));
  running.clear();
};

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const PINNED = ['taskset', '-c', '0', process.execPath];
/** The rate limit would reject this load within the first second. */
const PRODUCTION = { ...process.env, NODE_ENV: 'production', RATE_LIMIT_PER_MINUTE: 'off' };

export interface ServiceOptions {
  readonly dataFolder: string;
  /** The build to run. */
  readonly dist?: string;
  /** Environment variables. */
  readonly settings?: Readonly<Record<string, string>>;
}

export const startService = async (
  protocol: ProtocolName,
  { dataFolder, dist = join(ROOT, 'dist'), settings = {} }: ServiceOptions,
): Promise<BenchServer> => {
  const port = String(await freePort());
  const [program = '', ...words] = [...PINNED, join(dist, 'cli/rosetta.js'), 'serve', '--only', protocol];
  const ports = { [`${protocol.toUpperCase()}_PORT`]: port };
  const env = { ...PRODUCTION, ...settings, ...ports, ROSETTA_DATA: dataFolder };
  // A process on the other core reads the log, as a log collector would.
  const reader =
    settings.LOG === 'calls' ? spawn('cat', { stdio: ['pipe', 'ignore', 'inherit'] }) : undefined;
  const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', reader?.stdin ?? 'inherit'] });
  return track({
    address: protocol === 'grpc' ? `127.0.0.1:${port}` : `http://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => child.once('exit', () => resolve()).kill('SIGTERM')),
  });
};

/** The library alone, with the service's response as a constant. */
export const startBare = async (
  protocol: ProtocolName,
  size: Size,
  id: string,
  service: BenchServer,
): Promise<BenchServer> => {
  const { exchange } = await recordExchange(protocol, size, id, service);
  const [execPath = '', ...execArgv] = PINNED;
  const order = createBareServerSpec(protocol, exchange.response.body, operationOf(size));
  const server = startServer(order, { execPath, execArgv, env: PRODUCTION });
  return track({ address: await server.address, stop: server.stop });
};

const ATTEMPTS = 50;
const PAUSE_MS = 200;

/** The exchange and its decoded answer. Repeats the call while the server starts. */
export const recordExchange = async (
  protocol: ProtocolName,
  size: Size,
  id: string,
  { address }: BenchServer,
) => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await recordCall(protocol, address, ask(size, id));
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
};
