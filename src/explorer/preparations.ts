/** What has to be there before an error can be provoked: read, or done, through the service as anybody could. */
import { randomUUID } from 'node:crypto';
import { answerOf } from '../calls/answers';
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

/** Any one that is there. */
export const findAnySkill = async (target: ExplorerTarget): Promise<Skill> => {
  const { items } = await withClient(target, (client) => client.listSkills({ pageSize: 1 }));
  return requireFound(items[0], 'The catalogue is empty; this needs a skill.');
};

export const findRequiredSkill = async (target: ExplorerTarget): Promise<Pick<Skill, 'id' | 'etag'>> => {
  const { items } = await withClient(target, (client) =>
    client.listSkills({ pageSize: 200, fields: ['id', 'etag', 'requires'] }),
  );
  const required = new Set(items.flatMap(({ requires }) => requires));
  return requireFound(
    items.find(({ id }) => required.has(id)),
    'No skill of the catalogue requires another; this needs one that does.',
  );
};

const requireFound = <T>(value: T | undefined, message: string): T => {
  if (value === undefined) throw new ExplorerError(409, message);
  return value;
};

/** A key under which a write was done: one that changes nothing, as the skill has that name already. */
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

/** Each costs as much as a write and is refused before it is one; one document holds as many as it may. */
const CALLS_PER_DOCUMENT = LIMITS.graphqlAliasesMax;
const REJECTED_CALLS = `mutation { ${Array.from(
  { length: CALLS_PER_DOCUMENT },
  (_, index) => `call${index}: setProgress(skillId: "-", status: LEARNED) { status }`,
).join(' ')} }`;

/** Enough for the limit that is set by default, and some more. */
const DOCUMENTS_MAX = 70;

/** The token of somebody who has just spent all that a caller may. Nobody else is kept waiting by that. */
export const exhaustRateLimit = async (target: ExplorerTarget): Promise<string | undefined> => {
  const { addresses, trust } = target;
  const token = await tokenFor(target, 'learner', `impatient-${randomUUID()}`);
  const client = connect('graphql', addresses.graphql, trust && { tls: trust });
  try {
    for (let sent = 0; sent < DOCUMENTS_MAX; sent += 1) {
      const answer = await answerOf(() => client.execute(REJECTED_CALLS, undefined, { token }));
      if ('error' in answer && answer.error.code === 'RESOURCE_EXHAUSTED') return token;
    }
  } finally {
    await client.close();
  }
  const text = `${DOCUMENTS_MAX * CALLS_PER_DOCUMENT} calls were let through: this service has no limit, or a higher one.`;
  throw new ExplorerError(409, text);
};
