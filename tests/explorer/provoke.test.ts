/** Each provocation against real servers: all four give the expected error, and the catalogue is unchanged. */

import { untrustedToken } from '../../src/app/untrusted-token';
import type { ErrorAnswer, ProtocolName } from '../../src/explorer/api';
import { PROVOCATIONS, provoke } from '../../src/explorer/provoke';
import type { ExplorerTarget } from '../../src/explorer/target';
import { type Served, serveMap } from '../support/served';

const LIMIT = { rateLimit: { perMinute: 6000 } };
const PROTOCOLS: readonly ProtocolName[] = ['rest', 'graphql', 'grpc', 'soap'];

/** Expected code, reason and fields. */
const EXPECTED: Readonly<
  Record<string, readonly [code: string, reason: string, fields?: readonly string[]]>
> = {
  'unknown-id': ['NOT_FOUND', 'SKILL_NOT_FOUND'],
  'bad-field': ['INVALID_ARGUMENT', 'INVALID_INPUT', ['skill.name', 'skill.tags[1]', 'skill.id']],
  'unknown-field': ['INVALID_ARGUMENT', 'INVALID_INPUT', ['fields[1]']],
  'page-token': ['INVALID_ARGUMENT', 'PAGE_TOKEN_INVALID', ['pageToken']],
  'stale-etag': ['ABORTED', 'ETAG_MISMATCH'],
  'missing-etag': ['FAILED_PRECONDITION', 'ETAG_REQUIRED', ['etag']],
  'id-in-use': ['ALREADY_EXISTS', 'SKILL_EXISTS'],
  'still-required': ['FAILED_PRECONDITION', 'SKILL_REQUIRED'],
  'key-reused': ['FAILED_PRECONDITION', 'IDEMPOTENCY_KEY_REUSED'],
  'no-token': ['UNAUTHENTICATED', 'TOKEN_REQUIRED'],
  'foreign-token': ['UNAUTHENTICATED', 'TOKEN_INVALID'],
  'no-scope': ['PERMISSION_DENIED', 'SCOPE_REQUIRED'],
  'too-many-calls': ['RESOURCE_EXHAUSTED', 'RATE_LIMITED'],
};

const targetOf = ({ address, service }: Served): ExplorerTarget => ({
  addresses: address,
  issue: service.identity.issue,
  untrustedToken,
  dataFolder: '',
});

const named = (name: string) => {
  const provocation = PROVOCATIONS.find((one) => one.name === name);
  if (!provocation) throw new Error(`there is no provocation ${name}`);
  return provocation;
};

const errorsOf = ({ results }: Awaited<ReturnType<typeof provoke>>): ErrorAnswer[] =>
  results.map(({ answer }) => {
    if (!('error' in answer)) throw new Error(`expected an error, got ${JSON.stringify(answer)}`);
    return answer.error;
  });

let served: Served;
beforeAll(async () => {
  served = await serveMap(PROTOCOLS, LIMIT);
});
afterAll(async () => {
  expect(served.logged).toEqual([]);
  await served.stop();
});

test('every provocation has an expectation', () => {
  expect(PROVOCATIONS.map(({ name }) => name)).toEqual(Object.keys(EXPECTED));
});

test.each(Object.entries(EXPECTED))(
  '%s gives %j through all four protocols',
  async (name, [code, reason, fields = []]) => {
    const result = await provoke(targetOf(served), named(name));
    const errors = errorsOf(result);
    expect(errors).toHaveLength(4);
    for (const error of errors) {
      const { violations = [] } = error.details as { violations?: readonly { field: string }[] };
      expect(error).toMatchObject({ code, reason });
      expect(violations.map(({ field }) => field).sort()).toEqual([...fields].sort());
    }
    expect(result).toMatchObject({ agree: true, differences: [] });
    const sent = result.results.filter(({ bytes }) => bytes.up.total > 0).map(({ protocol }) => protocol);
    // The GraphQL client rejects an unknown field, because such a document is invalid.
    expect(sent).toEqual(PROTOCOLS.filter((protocol) => name !== 'unknown-field' || protocol !== 'graphql'));
  },
);

test('all provocations together leave the catalogue unchanged, including etags', async () => {
  const catalogue = async () => [
    await served.service.api.listSkills({ pageSize: 200 }),
    await served.service.api.listCategories({}),
  ];
  const before = await catalogue();
  for (const provocation of PROVOCATIONS) await provoke(targetOf(served), provocation);
  expect(await catalogue()).toEqual(before);
});

test('too many calls give a retry delay, and do not limit other callers', async () => {
  const errors = errorsOf(await provoke(targetOf(served), named('too-many-calls')));
  for (const { details } of errors) {
    const { retryDelayMs } = details as { retryDelayMs: number };
    expect(retryDelayMs).toBeGreaterThan(0);
    expect(retryDelayMs).toBeLessThanOrEqual(60_000);
  }
  const [error] = errorsOf(await provoke(targetOf(served), named('stale-etag')));
  expect(error).toMatchObject({ code: 'ABORTED' });
});

test('the returned question does not contain the token', async () => {
  const { question } = await provoke(targetOf(served), named('foreign-token'));
  expect(question).toEqual({ operation: 'listProgress', input: {} });
});

test('without issued tokens, provocations that need one are rejected and the others work', async () => {
  const { issue: _, ...target } = targetOf(served);
  for (const provocation of PROVOCATIONS) {
    const result = provoke(target, provocation);
    if (provocation.requiredIdentity === 'anonymous') expect(errorsOf(await result)).toHaveLength(4);
    else
      await expect(result).rejects.toMatchObject({
        status: 409,
        message: expect.stringContaining('needs a token'),
      });
  }
});

test('too many calls ends with an error if the service has no limit', async () => {
  const unlimited = await serveMap();
  try {
    const result = provoke(targetOf(unlimited), named('too-many-calls'));
    await expect(result).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining('no limit'),
    });
  } finally {
    await unlimited.stop();
  }
});
