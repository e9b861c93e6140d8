/** `rosetta serve`: all four protocols from one process, or some, with a call to paste for each. */
import { relative } from 'node:path';
import { TITLES } from '../compare/report/format';
import { type Config, isLoopback, refusePlainText } from '../config';
import { PROTOCOL_NAMES, type ProtocolName, type RunningServer } from '../contract/protocol';
import { openService, type SkillsServiceHandle } from '../main';
import { portRefusal, type RunningServers, startServers } from '../servers';
import { openTelemetry } from '../telemetry';
import type { Served } from './input';
import { configuredAddresses, identityOf, tlsOf } from './target';

export interface ServeCommand {
  /** All four when absent, and the sign-in server where tokens are our own. */
  readonly only?: readonly Served[];
  /** A file with the certificate that callers are to trust, where nobody vouches for it. */
  readonly trust?: string;
}

/** Prints where it serves; resolves when it is told to stop (SIGINT, SIGTERM, or its parent's end) and has stopped. */
export const serve = async (config: Config, { only, trust }: ServeCommand): Promise<void> => {
  refusePlainText(config);
  const auths = config.jwksUrl === undefined ? (['auth'] as const) : [];
  const wanted = only ?? [...PROTOCOL_NAMES, ...auths, 'explorer'];
  const closers: ((graceMs: number) => Promise<unknown>)[] = [];
  let graceMs = 0;
  try {
    const { telemetry, metrics, log, close } = await openTelemetry({
      ...config,
      logCalls: config.log === 'calls',
    }).catch((error) => refused('METRICS_PORT', config.metricsPort ?? 0, config.host, error));
    closers.push(close);
    const service = await openService({
      dataFolder: config.dataFolder,
      log,
      identity: identityOf(config),
      // Where nothing is counted, the process does not wait for what counts.
      ...((config.rateLimitPerMinute > 0 || config.redisUrl !== undefined) && {
        rateLimit: { perMinute: config.rateLimitPerMinute, redisUrl: config.redisUrl },
      }),
    });
    closers.push(service.close);
    const protocols = PROTOCOL_NAMES.filter((name) => wanted.includes(name));
    const servers = await startServers(service, { ...config, telemetry, only: protocols });
    const running: RunningServer[] = [...servers.values()];
    // Together, as they share the time.
    closers.push((ms) => Promise.all(running.map((server) => server.stop({ graceMs: ms }))));
    const auth = wanted.includes('auth') ? await startAuth(config, service, log) : undefined;
    if (auth) running.push(auth);
    const explorer = wanted.includes('explorer')
      ? await startExplorerPage(config, service, servers, log)
      : undefined;
    if (explorer) running.push(explorer);

    // From here on, as whoever reads what is printed may tell it to stop.
    const told = toldToStop(config.stopMs);
    const { totalSize } = await service.api.listSkills({ pageSize: 1 });
    console.log(`API Rosetta serves ${totalSize} skills from ${relative('', config.dataFolder) || '.'}\n`);
    console.log(callsText(servers, config, trust));
    console.log(tokenText(config, auth));
    if (explorer) console.log(`Explorer\n  ${explorer.address} (ask all four, and see the wire)\n`);
    if (metrics) console.log(`Metrics\n  ${metrics.address}/metrics\n`);
    console.log('Press Ctrl+C to stop.');
    process.send?.(addressesOf(servers, { auth, explorer }));
    process.on('message', () => process.send?.(usage())).channel?.unref();
    graceMs = await told;
  } finally {
    for (const close of closers.reverse()) await close(graceMs);
  }
};

/** Loaded where it is served: a process of one protocol does without its libraries. */
const startAuth = async (
  { host, authPort: port, tls, trustedProxies }: Config,
  { identity }: SkillsServiceHandle,
  log: (error: unknown) => void,
): Promise<RunningServer> => {
  const { startIdentityServer } = await import('../identity/index.js');
  return startIdentityServer({ ...identity, host, port, tls, trustedProxies, log }).catch((error) =>
    refused('AUTH_PORT', port, host, error),
  );
};

/** It asks the servers of this process, and else those that are configured. */
const startExplorerPage = async (
  config: Config,
  { identity }: SkillsServiceHandle,
  servers: RunningServers,
  log: (error: unknown) => void,
): Promise<RunningServer> => {
  const { explorerHost: host, explorerPort: port, dataFolder, tls } = config;
  const { startExplorer } = await import('../explorer/index.js');
  return startExplorer({
    host,
    port,
    tls,
    addresses: { ...configuredAddresses(config), ...addressesOf(servers) },
    trust: tls ? { ca: tls.cert } : tlsOf(config),
    ...(isLoopback(host) && config.jwksUrl === undefined && { issue: identity.issue }),
    dataFolder,
    log,
  }).catch((error) => refused('EXPLORER_PORT', port, host, error));
};

/** What else goes wrong says so itself. */
const refused = (variable: string, port: number, host: string, error: unknown): never => {
  if (!(error instanceof Error && 'syscall' in error)) throw error;
  throw new Error(portRefusal(variable, port, host, error), { cause: error });
};

/** For the parent that measures us: where, and what we have used so far. */
const addressesOf = (servers: RunningServers, others: Record<string, RunningServer | undefined> = {}) =>
  Object.fromEntries(
    [...servers, ...Object.entries(others)].flatMap(([name, server]) =>
      server ? [[name, server.address]] : [],
    ),
  );
const usage = () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuUs: userCPUTime + systemCPUTime, peakMemoryBytes: maxRSS * 1024 };
};

/** npm hands a Ctrl+C on that the terminal has sent us already. */
const SAME_CTRL_C_MS = 300;

/** How long calls in flight may then take: none, where the parent has ended. A second signal ends the process at once. */
const toldToStop = (stopMs: number): Promise<number> =>
  new Promise((resolve) => {
    process.once('disconnect', () => resolve(0));
    let firstMs: number | undefined;
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.on(name, () => {
        const now = performance.now();
        firstMs ??= now;
        if (firstMs === now) resolve(stopMs);
        else if (name === 'SIGTERM' || now - firstMs > SAME_CTRL_C_MS) process.exit(1);
      });
    }
  });

const callsText = (servers: RunningServers, { tls }: Config, trust: string | undefined): string =>
  Array.from(servers, ([name, { address }]) => {
    const option = name === 'grpc' ? '-cacert' : '--cacert';
    const trusting = trust === undefined ? '' : ` ${option} ${trust}`;
    const how = name === 'grpc' && !tls ? ' -plaintext' : trusting;
    return `${TITLES[name]}\n${CALLS[name](address, how)}\n`;
  }).join('\n');

/** Whoever makes a token must name the same issuer, whose address has https where there is a certificate. */
const tokenText = ({ jwksUrl, issuer, tls }: Config, auth: RunningServer | undefined): string => {
  if (jwksUrl !== undefined) return `Tokens\n  of ${issuer}\n`;
  const server = auth ? `  ${auth.address} (accounts, and OAuth 2.0 for programs)\n` : '';
  return `Tokens\n${server}  ${tls ? `AUTH_ISSUER=${issuer} ` : ''}npx rosetta token --scope skills:write\n`;
};

const ENVELOPE =
  '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>' +
  '<GetSkill xmlns="urn:api-rosetta:skills:v1"><id>graphql</id></GetSkill></soap:Body></soap:Envelope>';

/** `how` are options for TLS, or for none. */
const CALLS = {
  rest: (address, how) => `  ${address}/api (OpenAPI: ${address}/api/openapi.json)
  curl${how} ${address}/api/skills/graphql`,
  graphql: (address, how) => `  ${address}/graphql (SDL: ${address}/schema.graphql)
  curl${how} ${address}/graphql -H 'content-type: application/json' \\
    -d '{"query":"{ skill(id: \\"graphql\\") { name summary requires { name } } }"}'`,
  grpc: (address, how) => `  ${address} (reflection and health are on)
  grpcurl${how} -d '{"id":"graphql"}' ${address} skills.v1.SkillsService/GetSkill`,
  soap: (address, how) => `  ${address}/soap (WSDL: ${address}/soap?wsdl)
  curl${how} ${address}/soap -H 'content-type: text/xml; charset=utf-8' \\
    -d '${ENVELOPE}'`,
} as const satisfies Record<ProtocolName, (address: string, how: string) => string>;
