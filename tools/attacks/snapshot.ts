/** Snapshots of the catalogue, read through all four protocols, to compare before and after attacks. */

import { isDeepStrictEqual } from 'node:util';
import { PROTOCOLS } from '../../src/app/servers';
import { allItems } from '../../src/calls/all-items';
import { LIMITS } from '../../src/contract/limits';
import type { Category, Skill } from '../../src/contract/model';
import { PROTOCOL_NAMES, type SkillsClient } from '../../src/contract/protocol';
import type { Target } from './attack';

export interface Snapshot {
  readonly skills: readonly Skill[];
  readonly categories: readonly Category[];
}

export const snapshotOf = async ({ address, tokenOf, ca }: Target): Promise<Snapshot> => {
  const token = await tokenOf('observer');
  const all: Snapshot[] = [];
  for (const protocol of PROTOCOL_NAMES) {
    const client = PROTOCOLS[protocol].connect(address[protocol], { token, ...(ca && { tls: { ca } }) });
    try {
      const skills = await skillsOf(client);
      all.push({ skills, categories: await allItems((paging) => client.listCategories(paging)) });
    } finally {
      await client.close();
    }
  }
  const [first, ...others] = all as [Snapshot, ...Snapshot[]];
  for (const [index, other] of others.entries()) {
    const protocol = PROTOCOL_NAMES[index + 1];
    if (!isDeepStrictEqual(first, other))
      throw new Error(`${protocol} serves another catalogue than ${PROTOCOL_NAMES[0]}`);
  }
  const etags = new Set(first.skills.map(({ etag }) => etag));
  if (etags.size !== first.skills.length) throw new Error('two skills have the same etag');
  return first;
};

/** A large catalogue needs large pages to stay within the rate limit. GraphQL rejects large pages of the longest skills. */
const pageSizeFor = (totalSize: number): number =>
  totalSize > 100 * LIMITS.pageSizeDefault ? LIMITS.pageSizeMax : LIMITS.pageSizeDefault;

const skillsOf = async (client: SkillsClient): Promise<Skill[]> => {
  let totalSize = 0;
  const skills = await allItems(async ({ pageToken }) => {
    const page = await client.listSkills({ pageSize: pageSizeFor(totalSize), pageToken });
    totalSize = page.totalSize;
    return page;
  });
  if (skills.length !== totalSize) throw new Error(`the pages have ${skills.length} of ${totalSize} skills`);
  return skills;
};

/** The differences as texts; empty if the catalogue is unchanged. */
export const differences = (before: Snapshot, after: Snapshot): string[] => {
  const now = new Map(after.skills.map((skill) => [skill.id, skill]));
  const lost = before.skills.filter(({ id }) => !now.has(id)).map(({ id }) => `${id} is lost`);
  const changed = before.skills
    .filter((skill) => now.has(skill.id) && !isDeepStrictEqual(now.get(skill.id), skill))
    .map(({ id }) => `${id} is changed`);
  const known = new Set(before.skills.map(({ id }) => id));
  const more = after.skills.filter(({ id }) => !known.has(id)).map(({ id }) => `${id} is new`);
  const categories = isDeepStrictEqual(before.categories, after.categories) ? [] : ['categories are changed'];
  return [...lost, ...changed, ...more, ...categories];
};
