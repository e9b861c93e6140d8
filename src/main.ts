/** Starts what one process serves: telemetry, the service, the protocols, the sign-in server and the explorer. */
import { type Config, refusePlainText, SERVED, type Served } from './app/config';
import { portRefusal, type RunningServers, startServers, stopServers } from './app/servers';
import { identityOf, openService, type SkillsServiceHandle } from './app/service';
import { clientTls, configuredAddresses } from './calls/targets';
import { PROTOCOL_NAMES, type RunningServer } from './contract/protocol';
import type { ExplorerOptions } from './explorer';
import { listen } from './runtime/listen';
import { isLoopback } from './runtime/loopback';
import { openTelemetry } from './telemetry';

export interface Started {
  readonly service: SkillsServiceHandle;
  readonly servers: RunningServers;
  /** The sign-in server. */
  readonly auth?: RunningServer;
  readonly explorer?: RunningServer;
  readonly metrics?: RunningServer;
  /** Stops all of it: at once, or when the calls in flight have finished or `graceMs` are over. */
  stop(graceMs: number): Promise<void>;
}

/**
 * `only` names what to serve; by default that is everything, without the sign-in server where another provider issues the
 * tokens. Rejects with an Error of one line, after it has stopped what had started.
 */
export const start = async (config: Config, only?: readonly Served[]): Promise<Started> => {
  refusePlainText(config);
  const wanted = only ?? SERVED.filter((name) => name !== 'auth' || config.jwksUrl === undefined);
  const closers: ((graceMs: number) => Promise<unknown>)[] = [];
  const stop = async (graceMs: number) => {
    for (const close of closers.reverse()) await close(graceMs);
  };
  try {
    const { telemetry, metrics, log, close } = await openTelemetry({
      ...config,
      logCalls: config.log === 'calls',
    }).catch((error) => portFailed('METRICS_PORT', config.metricsPort ?? 0, config.host, error));
    closers.push(close);
    const service = await openService({
      dataFolder: config.dataFolder,
      log,
      identity: identityOf(config),
      // A process that limits nothing does not load the limiter.
      ...((config.rateLimitPerMinute > 0 || config.redisUrl !== undefined) && {
        rateLimit: { perMinute: config.rateLimitPerMinute, redisUrl: config.redisUrl },
      }),
    });
    closers.push(service.close);
    const protocols = PROTOCOL_NAMES.filter((name) => wanted.includes(name));
    const servers = await startServers(service, { ...config, telemetry, only: protocols });
    const others: RunningServer[] = [];
    // All servers stop together, so that they share the grace period.
    closers.push((graceMs) =>
      Promise.all([stopServers(servers, { graceMs }), ...others.map((server) => server.stop({ graceMs }))]),
    );
    const auth = wanted.includes('auth') ? await startAuth(config, service, log) : undefined;
    if (auth) others.push(auth);
    const explorer = wanted.includes('explorer')
      ? await startConfiguredExplorer(config, service, servers, log)
      : undefined;
    if (explorer) others.push(explorer);
    return { service, servers, auth, explorer, metrics, stop };
  } catch (error) {
    await stop(0);
    throw error;
  }
};

/** The sign-in server is loaded only where it is served: a process of one protocol does without its libraries. */
const startAuth = async (
  { host, authPort: port, tls, trustedProxies }: Config,
  { identity }: SkillsServiceHandle,
  log: (error: unknown) => void,
): Promise<RunningServer> => {
  const { startIdentityServer } = await import('./identity/index.js');
  return startIdentityServer({ ...identity, host, port, tls, trustedProxies, log }).catch((error) =>
    portFailed('AUTH_PORT', port, host, error),
  );
};

/** The explorer asks the servers of this process, and the configured addresses for protocols that it does not serve. */
const startConfiguredExplorer = async (
  config: Config,
  { identity }: SkillsServiceHandle,
  servers: RunningServers,
  log: (error: unknown) => void,
): Promise<RunningServer> => {
  const { explorerHost: host, explorerPort: port, dataFolder, tls } = config;
  const { untrustedToken } = await import('./app/untrusted-token.js');
  return startExplorer({
    host,
    port,
    tls,
    addresses: {
      ...configuredAddresses(config),
      ...Object.fromEntries(Array.from(servers, ([name, { address }]) => [name, address])),
    },
    trust: tls ? { ca: tls.cert } : clientTls(config),
    ...(isLoopback(host) && config.jwksUrl === undefined && { issue: identity.issue }),
    untrustedToken,
    dataFolder,
    log,
  }).catch((error) => portFailed('EXPLORER_PORT', port, host, error));
};

export interface ListeningExplorerOptions extends Omit<ExplorerOptions, 'isLocal'> {
  readonly host: string;
  readonly port: number;
  readonly tls?: Config['tls'];
}

/** Rejects with the system's error where the port can't be opened. */
export const startExplorer = async ({
  host,
  port,
  tls,
  ...options
}: ListeningExplorerOptions): Promise<RunningServer> => {
  const { openExplorer } = require('./explorer') as typeof import('./explorer');
  const { app, close } = openExplorer({ ...options, isLocal: isLoopback(host) });
  const server = await listen(app, { host, port, tls });
  return {
    ...server,
    stop: async (options) => {
      await close(() => server.stop(options));
    },
  };
};

/** Names the variable of a port that could not be opened; other errors already say what is wrong. */
const portFailed = (variable: string, port: number, host: string, error: unknown): never => {
  if (!(error instanceof Error && 'syscall' in error)) throw error;
  throw new Error(portRefusal(variable, port, host, error), { cause: error });
};
