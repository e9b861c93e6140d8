/** The GraphQL server against the reference: generated requests have the reference's answer, three times. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { GraphQLFormattedError } from 'graphql';
import { Pool } from 'undici';
import { PROTOCOLS } from '../../src/app/servers';
import { openService } from '../../src/app/service';
import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import { createRandom } from '../../src/compare/scenarios/support/random';
import { SkillsError } from '../../src/contract/errors';
import type { SkillsApi } from '../../src/contract/skills-api';
import { type GeneratedRequest, RequestGenerator } from './generate';
import { createReference, type ReferenceAnswer, SCHEMA } from './reference';

/** A document is interpreted when it comes first, compiled when it comes again, and then taken from the cache. */
const TIMES = 3;

const DIFFERENCES_MAX = 3;

export interface FuzzOptions {
  readonly seed: number;
  /** Ends after so many documents, or so many seconds. */
  readonly documents: number;
  readonly seconds?: number;
}

export interface FuzzResult {
  readonly documents: number;
  /** Requests that the reference answers with data. */
  readonly answered: number;
  /** Requests that a limit of the server rejects, which the reference does not have. */
  readonly limited: number;
  readonly differences: readonly string[];
}

const NO_PATH = 'No path to';

/** Progress is read as a learner; learning paths of some skills fail, so that errors also occur below lists. */
const withFailures = (api: SkillsApi): SkillsApi => ({
  ...api,
  getLearningPath: async (input, context) => {
    const path = await api.getLearningPath(input, context);
    if (/[37]$/.test(input.id)) throw new SkillsError('ABORTED', 'FUZZED', `${NO_PATH} ${input.id}.`);
    return path;
  },
});

const LIMITED = /^(TOO_MANY_FIELDS|TOO_MANY_ALIASES|QUERY_TOO_COSTLY)$/;

interface Answer {
  readonly body: string;
  readonly text: string;
  readonly isLimited: boolean;
}

/**
 * The parts that both have, as text. The order of keys counts. The order of errors does not, because fields that are resolved
 * at the same time fail in any order; for the same reason, any of the failed learning paths may be the error of a list.
 */
const textOf = ({ errors, data }: { errors?: readonly object[]; data?: unknown }): string => {
  const texts = errors?.map((error) => {
    const { message, locations, path } = error as GraphQLFormattedError;
    return JSON.stringify(message.startsWith(NO_PATH) ? { failed: path?.[0] } : { message, locations, path });
  });
  return JSON.stringify({ errors: texts?.toSorted(), data });
};

/** A token is verified outside the event loop, so with a token the errors of two requests may differ in their order. */
const isSame = (one: Answer, other: Answer, token: string | undefined): boolean =>
  token === undefined ? one.body === other.body : one.text === other.text;

const expectedText = ({ errors, data }: ReferenceAnswer): string =>
  textOf({
    errors: errors?.map((error) => ({ ...error.toJSON(), message: withArguments(error.message) })),
    data,
  });

/** The reference has the service's messages, which name inputs of the service and not arguments of the schema. */
const withArguments = (message: string): string =>
  message.replace(/(?<=^|; )\w+(?= )/g, (name) => ARGUMENTS.get(name) ?? name);
const ARGUMENTS = new Map([
  ['category', 'filter.category'],
  ['tag', 'filter.tag'],
  ['text', 'filter.text'],
  ['pageSize', 'first'],
  ['pageToken', 'after'],
]);

export const fuzzGraphql = async ({ seed, documents, seconds }: FuzzOptions): Promise<FuzzResult> => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'rosetta-fuzz-'));
  const service = await openService({ dataFolder, seed: generateSkillMap(40) });
  const api = withFailures(service.api);
  const learner = await service.identity.issue({ subject: 'ada', scopes: ['skills:write'], seconds: 86_400 });
  await service.api.setProgress({ skillId: 'skill-1', status: 'LEARNED' }, { token: learner });
  const server = await PROTOCOLS.graphql.serve(api, { host: '127.0.0.1', port: 0, graph: service.graph });
  const pool = new Pool(server.address, { connections: TIMES });

  const send = async (request: GeneratedRequest, token?: string): Promise<Answer> => {
    const { body } = await pool.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(request),
    });
    const bytes = await body.text();
    const answer = JSON.parse(bytes);
    const isLimited = (answer.errors ?? []).some(
      ({ message, extensions }: GraphQLFormattedError) =>
        LIMITED.test(String(extensions?.reason)) || message.includes('depth limit'),
    );
    return { body: bytes, text: textOf(answer), isLimited };
  };

  try {
    const reference = await createReference(api, service.graph());
    const random = createRandom(seed);
    const generator = new RequestGenerator(SCHEMA, random, POOLS);
    const end = Date.now() + (seconds ?? Number.POSITIVE_INFINITY) * 1000;
    const differences: string[] = [];
    let [count, answered, limited] = [0, 0, 0];
    while (count < documents && Date.now() < end && differences.length < DIFFERENCES_MAX) {
      const request = generator.next();
      const token = random() < 0.5 ? learner : undefined;
      const answer = await reference(request, token);
      count += 1;
      if (answer.data) answered += 1;
      const first = await send(request, token);
      if (first.isLimited) limited += 1;
      const note = (what: string, expected: string, got: string): void => {
        differences.push(`document ${count}: ${what}\n${JSON.stringify(request)}\n${expected}\n${got}`);
      };
      const expected = expectedText(answer);
      if (!first.isLimited && first.text !== expected)
        note('the reference, and the server', expected, first.text);
      for (let time = 2; time <= TIMES; time += 1) {
        const again = await send(request, token);
        if (!isSame(first, again, token)) note(`response 1, and response ${time}`, first.body, again.body);
      }
    }
    return { documents: count, answered, limited, differences };
  } finally {
    await pool.close();
    await server.stop();
    await service.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
};

const nodeId = (text: string): string => Buffer.from(text).toString('base64url');

const POOLS = {
  ID: [
    ...['skill-1', 'skill-3', 'skill-12', 'skill-20', 'skill-37', 'category-0', 'category-1', 'nothing'],
    ...[nodeId('Skill:skill-5'), nodeId('Category:category-1'), nodeId('Skill:nothing'), ''],
    7,
  ],
  // The last text would become a date in the code of graphql-jit 0.8.
  String: ['tag 1', 'the', 'and', '', '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d0'],
  Int: [0, 1, 2, 5, -1],
} as const;
