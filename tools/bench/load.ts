/** The requests of the benchmark: as bytes for h2load, and as calls of our clients. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GraphqlClient } from '../../src/adapters/graphql/client';
import { DOCUMENTS } from '../../src/adapters/graphql/requests';
import { METHODS } from '../../src/adapters/grpc/schema';
import { encodeRequestEnvelope } from '../../src/adapters/soap/envelope';
import { REQUESTS as SOAP_REQUESTS } from '../../src/adapters/soap/requests';
import type { ProtocolName, SkillsClient } from '../../src/contract/protocol';

export const SIZES = ['one skill', 'a page of 20', 'a page of 200'] as const;
export type Size = (typeof SIZES)[number];

const PAGE_SIZE: Record<Exclude<Size, 'one skill'>, number> = { 'a page of 20': 20, 'a page of 200': 200 };

interface LoadRequest {
  readonly path: string;
  readonly body?: Buffer;
  readonly headers?: readonly string[];
}

/** The page of 200 is nested: skills with the names of their categories. */
const NESTED = DOCUMENTS.listSkills({}).replace('categoryIds', 'categoryIds categories { id name }');

export const operationOf = (size: Size) => (size === 'one skill' ? 'getSkill' : 'listSkills');

/** The same request as a call of our client. */
export const ask =
  (size: Size, id: string) =>
  (client: SkillsClient | GraphqlClient): Promise<unknown> => {
    if (size === 'one skill') return client.getSkill({ id });
    if (size === 'a page of 200' && 'execute' in client) {
      return client.execute(NESTED, { first: PAGE_SIZE[size] });
    }
    return client.listSkills({ pageSize: PAGE_SIZE[size] });
  };

const REQUESTS: Record<ProtocolName, (size: Size, id: string) => LoadRequest> = {
  rest: (size, id) => ({
    path: size === 'one skill' ? `/api/skills/${id}` : `/api/skills?pageSize=${PAGE_SIZE[size]}`,
  }),
  graphql: (size, id) => {
    const request =
      size === 'one skill'
        ? { query: DOCUMENTS.getSkill({}), variables: { id } }
        : {
            query: size === 'a page of 200' ? NESTED : DOCUMENTS.listSkills({}),
            variables: { first: PAGE_SIZE[size] },
          };
    return {
      path: '/graphql',
      body: Buffer.from(JSON.stringify(request)),
      headers: ['content-type: application/json'],
    };
  },
  grpc: (size, id) => {
    const method = size === 'one skill' ? METHODS.getSkill : METHODS.listSkills;
    const message = method.requestSerialize(size === 'one skill' ? { id } : { pageSize: PAGE_SIZE[size] });
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(message.length, 1);
    return {
      path: method.path,
      body: Buffer.concat([frame, message]),
      headers: ['content-type: application/grpc', 'te: trailers'],
    };
  },
  soap: (size, id) => ({
    path: '/soap',
    body: Buffer.from(
      size === 'one skill'
        ? encodeRequestEnvelope('getSkill', SOAP_REQUESTS.getSkill.encode({ id }))
        : encodeRequestEnvelope('listSkills', SOAP_REQUESTS.listSkills.encode({ pageSize: PAGE_SIZE[size] })),
    ),
    headers: ['content-type: text/xml; charset=utf-8'],
  }),
};

export interface LoadOptions {
  readonly protocol: ProtocolName;
  readonly size: Size;
  readonly id: string;
  /** An http origin, or host:port for gRPC. */
  readonly address: string;
  readonly seconds: number;
  readonly folder: string;
  readonly token?: string;
}

/** Requests per second over `seconds`, sent from the second core. Throws an Error if a request failed. */
export const runLoad = (options: LoadOptions): number => {
  const { protocol, size, id, address, seconds, folder, token } = options;
  const { path, body, headers = [] } = REQUESTS[protocol](size, id);
  const file = join(folder, 'body');
  if (body) writeFileSync(file, body);
  const shape = protocol === 'grpc' ? ['-c', '4', '-m', '8'] : ['--h1', '-c', '16'];
  const words = [
    ...['-c', '1', 'h2load', ...shape, '-t', '1', '-D', String(seconds), '--warm-up-time=1'],
    ...headers.flatMap((header) => ['-H', header]),
    ...(token === undefined ? [] : ['-H', `authorization: Bearer ${token}`]),
    ...(body ? ['-d', file] : []),
    `http://${address.replace('http://', '')}${path}`,
  ];
  const output = execFileSync('taskset', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const [, perSecond] = /, ([\d.]+) req\/s/.exec(output) ?? [];
  const failed = /(\d+) failed, (\d+) errored/.exec(output);
  const statuses = /status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx/.exec(output);
  if (!perSecond || Number(failed?.[1]) > 0 || Number(statuses?.[4]) + Number(statuses?.[3]) > 0) {
    throw new Error(`${protocol}, ${size}: a request failed\n${output}`);
  }
  return Number(perSecond);
};
