/** Starts the parts of one process: telemetry, the service, the protocols, the sign-in server and the explorer. */
import { type Config, rejectPlainText, SERVED_PARTS, type ServedPart } from './app/config';
import { portErrorMessage, type RunningServers, startServers, stopServers } from './app/servers';
import { openService, type SkillsServiceHandle, tokenTrustOf } from './app/service';
import { clientTls, configuredAddresses } from './calls/targets';
import { PROTOCOL_NAMES, type RunningServer } from './contract/protocol';
import type { ExplorerOptions } from './explorer';
import { type ListenOptions, listen } from './runtime/listen';
import { isLoopback } from './runtime/loopback';
import { openTelemetry } from './telemetry';

export interface RunningProcess {
  readonly service: SkillsServiceHandle;
  readonly servers: RunningServers;
  /** The sign-in server. */
  readonly auth?: RunningServer;
  readonly explorer?: RunningServer;
  readonly metrics?: RunningServer;
  /** Stops all parts, when the calls in flight have finished or after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/**
 * `only` selects the parts to serve. The default is all of them, without the sign-in server if another provider issues
 * the tokens. Rejects with an Error whose message is one line, after it has stopped the parts that had started.
 */
export const start = async (config: Config, only?: readonly ServedPart[]): Promise<RunningProcess> => {
  rejectPlainText(config);
  const parts = only ?? SERVED_PARTS.filter((name) => name !== 'auth' || config.jwksUrl === undefined);
  const closers: ((graceMs: number) => Promise<unknown>)[] = [];
  const stop = async (graceMs: number) => {
    for (const close of closers.reverse()) await close(graceMs);
  };
  try {
    const { telemetry, metrics, log, close } = await openTelemetry({
      ...config,
      logCalls: config.log === 'calls',
    }).catch((error) => throwPortError('METRICS_PORT', config.metricsPort ?? 0, config.host, error));
    closers.push(close);
    const service = await openService({
      dataFolder: config.dataFolder,
      retention: config.retention,
      log,
      identity: tokenTrustOf(config),
      // A process without rate limits does not load the limiter.
      ...((config.rateLimitPerMinute > 0 || config.redisUrl !== undefined) && {
        rateLimit: { perMinute: config.rateLimitPerMinute, redisUrl: config.redisUrl },
      }),
    });
    closers.push(service.close);
    const protocols = PROTOCOL_NAMES.filter((name) => parts.includes(name));
    const limits = { addressConnectionsMax: config.connectionsPerAddress };
    const servers = await startServers(service, { ...config, telemetry, limits, only: protocols });
    const otherServers: RunningServer[] = [];
    // All servers stop together, so that they share the grace period.
    closers.push((graceMs) =>
      Promise.all([
        stopServers(servers, { graceMs }),
        ...otherServers.map((server) => server.stop({ graceMs })),
      ]),
    );
    const auth = parts.includes('auth') ? await startAuth(config, service, log) : undefined;
    if (auth) otherServers.push(auth);
    const explorer = parts.includes('explorer')
      ? await startConfiguredExplorer(config, service, servers, log)
      : undefined;
    if (explorer) otherServers.push(explorer);
    return { service, servers, auth, explorer, metrics, stop };
  } catch (error) {
    await stop(0);
    throw error;
  }
};

/** Loads the sign-in server and its libraries only in a process that serves it. */
const startAuth = async (
  { host, authPort: port, tls, trustedProxies, connectionsPerAddress }: Config,
  { identity, readiness, admit }: SkillsServiceHandle,
  log: (error: unknown) => void,
): Promise<RunningServer> => {
  const { startIdentityServer } = await import('./identity/index.js');
  const signingKey = await identity.signingKey();
  const limits = { addressConnectionsMax: connectionsPerAddress };
  const options = { ...identity, signingKey, host, port, tls, readiness, trustedProxies, limits, admit, log };
  return startIdentityServer(options).catch((error) => throwPortError('AUTH_PORT', port, host, error));
};

/** The explorer calls the servers of this process, and the configured addresses for protocols that it does not serve. */
const startConfiguredExplorer = async (
  config: Config,
  { identity, admit }: SkillsServiceHandle,
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
    admit,
    limits: { addressConnectionsMax: config.connectionsPerAddress },
    trustedProxies: config.trustedProxies,
  }).catch((error) => throwPortError('EXPLORER_PORT', port, host, error));
};

export interface ListeningExplorerOptions extends Omit<ExplorerOptions, 'isLocal'>, ListenOptions {}

/** Rejects with the system's error if the port cannot be opened. */
export const startExplorer = async (options: ListeningExplorerOptions): Promise<RunningServer> => {
  const { openExplorer } = require('./explorer') as typeof import('./explorer');
  const { app, close } = openExplorer({ ...options, isLocal: isLoopback(options.host) });
  const server = await listen(app, options);
  return {
    ...server,
    stop: async (options) => {
      await close(() => server.stop(options));
    },
  };
};

/** Adds the port's variable to an error of opening a port; any other error is thrown unchanged. */
const throwPortError = (variable: string, port: number, host: string, error: unknown): never => {
  if (!(error instanceof Error && 'syscall' in error)) throw error;
  throw new Error(portErrorMessage(variable, port, host, error), { cause: error });
};
