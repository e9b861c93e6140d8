/** `rosetta serve`: all four protocols from one process, or some, with a call to paste for each. */
import { relative } from 'node:path';
import { TITLES } from '../compare/report/format';
import type { Config } from '../config';
import { PROTOCOL_NAMES, type ProtocolName } from '../contract/protocol';
import { openService } from '../main';
import { startServers, stopServers } from '../servers';

/** Prints where it serves; resolves when it is told to stop (SIGINT, SIGTERM, or its parent's end) and has stopped. */
export const serve = async (config: Config, only: readonly ProtocolName[]): Promise<void> => {
  const service = await openService({ dataFolder: config.dataFolder });
  try {
    const servers = await startServers(service, { ...config, only });
    const addresses = Object.fromEntries([...servers].map(([name, { address }]) => [name, address]));
    const { totalSize } = await service.api.listSkills({ pageSize: 1 });
    console.log(`API Rosetta serves ${totalSize} skills from ${relative('', config.dataFolder) || '.'}\n`);
    for (const name of PROTOCOL_NAMES.filter((protocol) => servers.has(protocol))) {
      console.log(`${TITLES[name]}\n${CALLS[name](addresses[name] as string)}\n`);
    }
    console.log('Press Ctrl+C to stop.');
    process.send?.(addresses);
    process.on('message', () => process.send?.(usage())).channel?.unref();
    await toldToStop();
    await stopServers(servers);
  } finally {
    await service.close();
  }
};

/** For the parent that measures us: what we have used so far. */
const usage = () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuUs: userCPUTime + systemCPUTime, peakMemoryBytes: maxRSS * 1024 };
};

const toldToStop = (): Promise<unknown> =>
  new Promise((resolve) => {
    for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.once(event, resolve);
  });

const ENVELOPE =
  '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>' +
  '<GetSkill xmlns="urn:api-rosetta:skills:v1"><id>graphql</id></GetSkill></soap:Body></soap:Envelope>';

const CALLS = {
  rest: (address) => `  ${address}/api (OpenAPI: ${address}/api/openapi.json)
  curl ${address}/api/skills/graphql`,
  graphql: (address) => `  ${address}/graphql (SDL: ${address}/schema.graphql)
  curl ${address}/graphql -H 'content-type: application/json' \\
    -d '{"query":"{ skill(id: \\"graphql\\") { name summary requires { name } } }"}'`,
  grpc: (address) => `  ${address} (reflection and health are on)
  grpcurl -plaintext -d '{"id":"graphql"}' ${address} skills.v1.SkillsService/GetSkill`,
  soap: (address) => `  ${address}/soap (WSDL: ${address}/soap?wsdl)
  curl ${address}/soap -H 'content-type: text/xml; charset=utf-8' \\
    -d '${ENVELOPE}'`,
} as const satisfies Record<ProtocolName, (address: string) => string>;
