/** Prepares the state that an error needs, by ordinary calls to the service. */
import { randomUUID } from 'node:crypto';
import { settleAnswer } from '../calls/answers';
import { connect } from '../calls/clients';
import { LIMITS } from '../contract/limits';
import type { Skill } from '../contract/model';
import type { SkillsClient } from '../contract/protocol';
import { ExplorerError } from './requests';
import { connectTo, type ExplorerTarget, tokenFor } from './target';

const withClient = async <T>(
  target: ExplorerTarget,
  read: (client: SkillsClient) => Promise<T>,
): Promise<T> => {
  const client = connectTo(target, 'rest');
  try {
    return await read(client);
  } finally {
    await client.close();
  }
};

/** The first skill of the catalogue. */
export const findAnySkill = async (target: ExplorerTarget): Promise<Skill> => {
  const { items } = await withClient(target, (client) => client.listSkills({ pageSize: 1 }));
  return requireFound(items[0], 'The catalogue is empty; this error needs a skill.');
};

export const findRequiredSkill = async (target: ExplorerTarget): Promise<Pick<Skill, 'id' | 'etag'>> => {
  const { items } = await withClient(target, (client) =>
    client.listSkills({ pageSize: 200, fields: ['id', 'etag', 'requires'] }),
  );
  const required = new Set(items.flatMap(({ requires }) => requires));
  return requireFound(
    items.find(({ id }) => required.has(id)),
    'No skill of the catalogue requires another; this error needs one that does.',
  );
};

const requireFound = <T>(value: T | undefined, message: string): T => {
  if (value === undefined) throw new ExplorerError(409, message);
  return value;
};

/** Returns a key that was used for a write. The write changes nothing, because the skill already has that name. */
export const useIdempotencyKey = async (
  target: ExplorerTarget,
  { id, etag, name }: Skill,
): Promise<string> => {
  const [token, idempotencyKey] = [await tokenFor(target, 'writer'), randomUUID()];
  await withClient(target, (client) =>
    client.updateSkill({ id, etag, patch: { name } }, { token, idempotencyKey }),
  );
  return idempotencyKey;
};

/** A document with as many writes as the limit permits. Each costs a write's points and is rejected by validation. */
const CALLS_PER_DOCUMENT = LIMITS.graphqlAliasesMax;
const REJECTED_CALLS = `mutation { ${Array.from(
  { length: CALLS_PER_DOCUMENT },
  (_, index) => `call${index}: setProgress(skillId: "-", status: LEARNED) { status }`,
).join(' ')} }`;

/** Exceeds the default rate limit. */
const DOCUMENTS_MAX = 70;

/** Returns the token of a new caller who has just exhausted its rate limit; other callers are not affected. */
export const exhaustRateLimit = async (target: ExplorerTarget): Promise<string | undefined> => {
  const { addresses, trust } = target;
  const token = await tokenFor(target, 'learner', `rate-limited-${randomUUID()}`);
  const client = connect('graphql', addresses.graphql, trust && { tls: trust });
  try {
    for (let sent = 0; sent < DOCUMENTS_MAX; sent += 1) {
      const answer = await settleAnswer(() => client.execute(REJECTED_CALLS, undefined, { token }));
      if ('error' in answer && answer.error.code === 'RESOURCE_EXHAUSTED') return token;
    }
  } finally {
    await client.close();
  }
  const text = `The service accepted ${DOCUMENTS_MAX * CALLS_PER_DOCUMENT} calls: it has no limit, or a higher one.`;
  throw new ExplorerError(409, text);
};
