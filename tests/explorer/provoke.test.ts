/** Each provocation against real servers: what all four say, and that nothing is left of it. */

import { untrustedToken } from '../../src/app/untrusted-token';
import type { ErrorAnswer, ProtocolName } from '../../src/explorer/api';
import { PROVOCATIONS, provoke } from '../../src/explorer/provoke';
import type { ExplorerTarget } from '../../src/explorer/target';
import { type Served, serveMap } from '../support/served';

const LIMIT = { rateLimit: { perMinute: 6000 } };
const PROTOCOLS: readonly ProtocolName[] = ['rest', 'graphql', 'grpc', 'soap'];

/** Code and reason, and the fields that are named. */
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

const exploredOf = ({ address, service }: Served): ExplorerTarget => ({
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

const errorsOf = ({ results: asked }: Awaited<ReturnType<typeof provoke>>): ErrorAnswer[] =>
  asked.map(({ answer }) => {
    if (!('error' in answer)) throw new Error(`no error but ${JSON.stringify(answer)}`);
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

test('every provocation is expected to say something', () => {
  expect(PROVOCATIONS.map(({ name }) => name)).toEqual(Object.keys(EXPECTED));
});

test.each(Object.entries(EXPECTED))(
  '%s is %j through all four',
  async (name, [code, reason, fields = []]) => {
    const result = await provoke(exploredOf(served), named(name));
    const errors = errorsOf(result);
    expect(errors).toHaveLength(4);
    for (const error of errors) {
      const { violations = [] } = error.details as { violations?: readonly { field: string }[] };
      expect(error).toMatchObject({ code, reason });
      expect(violations.map(({ field }) => field).sort()).toEqual([...fields].sort());
    }
    expect(result).toMatchObject({ agree: true, differences: [] });
    const sent = result.results.filter(({ bytes }) => bytes.up.total > 0).map(({ protocol }) => protocol);
    // GraphQL has no way to ask for a field that is not there.
    expect(sent).toEqual(PROTOCOLS.filter((protocol) => name !== 'unknown-field' || protocol !== 'graphql'));
  },
);

test('all of them together leave the catalogue as it was, down to the etags', async () => {
  const catalogue = async () => [
    await served.service.api.listSkills({ pageSize: 200 }),
    await served.service.api.listCategories({}),
  ];
  const before = await catalogue();
  for (const provocation of PROVOCATIONS) await provoke(exploredOf(served), provocation);
  expect(await catalogue()).toEqual(before);
});

test('too many calls are told how long to wait, and keep nobody else waiting', async () => {
  const errors = errorsOf(await provoke(exploredOf(served), named('too-many-calls')));
  for (const { details } of errors) {
    const { retryDelayMs } = details as { retryDelayMs: number };
    expect(retryDelayMs).toBeGreaterThan(0);
    expect(retryDelayMs).toBeLessThanOrEqual(60_000);
  }
  const [error] = errorsOf(await provoke(exploredOf(served), named('stale-etag')));
  expect(error).toMatchObject({ code: 'ABORTED' });
});

test('a token is not part of what is told of the question', async () => {
  const { question } = await provoke(exploredOf(served), named('foreign-token'));
  expect(question).toEqual({ operation: 'listProgress', input: {} });
});

test('without tokens, what needs one says so, and the rest works', async () => {
  const { issue: _, ...target } = exploredOf(served);
  for (const provocation of PROVOCATIONS) {
    const result = provoke(target, provocation);
    if (provocation.requiredIdentity === 'nobody') expect(errorsOf(await result)).toHaveLength(4);
    else
      await expect(result).rejects.toMatchObject({
        status: 409,
        message: expect.stringContaining('needs a token'),
      });
  }
});

test('where there is no limit, too many calls end and say so', async () => {
  const unlimited = await serveMap();
  try {
    const result = provoke(exploredOf(unlimited), named('too-many-calls'));
    await expect(result).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining('no limit'),
    });
  } finally {
    await unlimited.stop();
  }
});
