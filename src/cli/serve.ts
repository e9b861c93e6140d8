/** `rosetta serve`: serves all four protocols, or some of them, from one process and prints a call to paste for each. */
import { relative } from 'node:path';
import type { Config, ServedPart } from '../app/config';
import type { RunningServers } from '../app/servers';
import { TITLES } from '../compare/report/format';
import type { ProtocolName, RunningServer } from '../contract/protocol';
import { start } from '../main';

export interface ServeCommand {
  /** Absent means everything, with the sign-in server unless another provider issues the tokens. */
  readonly only?: readonly ServedPart[];
  /** The file of a self-signed certificate, for clients to trust. */
  readonly trust?: string;
}

/** Prints the addresses. Resolves after a stop signal (SIGINT, SIGTERM, or the end of the parent) when all has stopped. */
export const serve = async (config: Config, { only, trust }: ServeCommand): Promise<void> => {
  const { service, servers, auth, explorer, metrics, stop } = await start(config, only);
  let graceMs = 0;
  try {
    // Signals are handled before the first line is printed, as a reader of that line may send one at once.
    const stopSignal = waitForStopSignal(config.stopMs);
    const { totalSize } = await service.api.listSkills({ pageSize: 1 });
    console.log(`API Rosetta serves ${totalSize} skills from ${relative('', config.dataFolder) || '.'}\n`);
    console.log(formatCalls(servers, config, trust));
    console.log(formatTokenHelp(config, auth));
    if (explorer) console.log(`Explorer\n  ${explorer.address} (call all four, and see the wire)\n`);
    if (metrics) console.log(`Metrics\n  ${metrics.address}/metrics\n`);
    console.log('Press Ctrl+C to stop.');
    process.send?.(listAddresses(servers, { auth, explorer }));
    process.on('message', () => process.send?.(readUsage())).channel?.unref();
    graceMs = await stopSignal;
  } finally {
    await stop(graceMs);
  }
};

/** For the parent that measures this process: its addresses, and its resource usage so far. */
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

/** npm repeats a Ctrl+C that the terminal has sent to this process already. */
const SAME_CTRL_C_MS = 300;

/** Resolves to the time for calls in flight, 0 if the parent has ended. A second signal ends the process at once. */
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
    const trustOption = trust === undefined ? '' : ` ${option} ${trust}`;
    const tlsOption = name === 'grpc' && !tls ? ' -plaintext' : trustOption;
    return `${TITLES[name]}\n${CALLS[name](address, tlsOption)}\n`;
  }).join('\n');

/** The token command must name the same issuer, whose address has https if the server has a certificate. */
const formatTokenHelp = ({ jwksUrl, issuer, tls }: Config, auth: RunningServer | undefined): string => {
  if (jwksUrl !== undefined) return `Tokens\n  of ${issuer}\n`;
  const server = auth ? `  ${auth.address} (accounts, and OAuth 2.0 for programs)\n` : '';
  return `Tokens\n${server}  ${tls ? `AUTH_ISSUER=${issuer} ` : ''}npx rosetta token --scope skills:write\n`;
};

const ENVELOPE =
  '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>' +
  '<GetSkill xmlns="urn:api-rosetta:skills:v1"><id>graphql</id></GetSkill></soap:Body></soap:Envelope>';

/** `tlsOption` starts with a space, or is empty. */
const CALLS = {
  rest: (address, tlsOption) => `  ${address}/api (OpenAPI: ${address}/api/openapi.json)
  curl${tlsOption} ${address}/api/skills/graphql`,
  graphql: (address, tlsOption) => `  ${address}/graphql (SDL: ${address}/schema.graphql)
  curl${tlsOption} ${address}/graphql -H 'content-type: application/json' \\
    -d '{"query":"{ skill(id: \\"graphql\\") { name summary requires { name } } }"}'`,
  grpc: (address, tlsOption) => `  ${address} (reflection and health are on)
  grpcurl${tlsOption} -d '{"id":"graphql"}' ${address} skills.v1.SkillsService/GetSkill`,
  soap: (address, tlsOption) => `  ${address}/soap (WSDL: ${address}/soap?wsdl)
  curl${tlsOption} ${address}/soap -H 'content-type: text/xml; charset=utf-8' \\
    -d '${ENVELOPE}'`,
} as const satisfies Record<ProtocolName, (address: string, tlsOption: string) => string>;
