/** `rosetta serve`: all four protocols from one process, or some, with a call to paste for each. */
import { relative } from 'node:path';
import type { Config, Served } from '../app/config';
import type { RunningServers } from '../app/servers';
import { TITLES } from '../compare/report/format';
import type { ProtocolName, RunningServer } from '../contract/protocol';
import { start } from '../main';

export interface ServeCommand {
  /** All four when absent, and the sign-in server where tokens are our own. */
  readonly only?: readonly Served[];
  /** A file with the certificate that callers are to trust, where nobody vouches for it. */
  readonly trust?: string;
}

/** Prints where it serves; resolves when it is told to stop (SIGINT, SIGTERM, or its parent's end) and has stopped. */
export const serve = async (config: Config, { only, trust }: ServeCommand): Promise<void> => {
  const { service, servers, auth, explorer, metrics, stop } = await start(config, only);
  let graceMs = 0;
  try {
    // From here on, as whoever reads what is printed may tell it to stop.
    const told = waitForStopSignal(config.stopMs);
    const { totalSize } = await service.api.listSkills({ pageSize: 1 });
    console.log(`API Rosetta serves ${totalSize} skills from ${relative('', config.dataFolder) || '.'}\n`);
    console.log(formatCalls(servers, config, trust));
    console.log(formatTokenHelp(config, auth));
    if (explorer) console.log(`Explorer\n  ${explorer.address} (ask all four, and see the wire)\n`);
    if (metrics) console.log(`Metrics\n  ${metrics.address}/metrics\n`);
    console.log('Press Ctrl+C to stop.');
    process.send?.(listAddresses(servers, { auth, explorer }));
    process.on('message', () => process.send?.(readUsage())).channel?.unref();
    graceMs = await told;
  } finally {
    await stop(graceMs);
  }
};

/** For the parent that measures us: where, and what we have used so far. */
const listAddresses = (servers: RunningServers, others: Record<string, RunningServer | undefined> = {}) =>
  Object.fromEntries(
    [...servers, ...Object.entries(others)].flatMap(([name, server]) =>
      server ? [[name, server.address]] : [],
    ),
  );
const readUsage = () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuUs: userCPUTime + systemCPUTime, peakMemoryBytes: maxRSS * 1024 };
};

/** npm hands a Ctrl+C on that the terminal has sent us already. */
const SAME_CTRL_C_MS = 300;

/** How long calls in flight may then take: none, where the parent has ended. A second signal ends the process at once. */
const waitForStopSignal = (stopMs: number): Promise<number> =>
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

const formatCalls = (servers: RunningServers, { tls }: Config, trust: string | undefined): string =>
  Array.from(servers, ([name, { address }]) => {
    const option = name === 'grpc' ? '-cacert' : '--cacert';
    const trusting = trust === undefined ? '' : ` ${option} ${trust}`;
    const how = name === 'grpc' && !tls ? ' -plaintext' : trusting;
    return `${TITLES[name]}\n${CALLS[name](address, how)}\n`;
  }).join('\n');

/** Whoever makes a token must name the same issuer, whose address has https where there is a certificate. */
const formatTokenHelp = ({ jwksUrl, issuer, tls }: Config, auth: RunningServer | undefined): string => {
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
