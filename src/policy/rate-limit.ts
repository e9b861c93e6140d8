/** How much: each caller has so many points a minute, and each call costs some, by what it makes the service do. */
import { isIPv6 } from 'node:net';
import ipaddr, { IPv6 } from 'ipaddr.js';
import type { CallContext } from '../contract/context';
import { SkillsError } from '../contract/errors';
import type { Operation } from '../contract/skills-api';
import type { Interceptor } from './interceptor';

/** Writes touch the store; pages and paths are many skills. */
export const COST = {
  listCategories: 2,
  getCategory: 1,
  getSkill: 1,
  listSkills: 2,
  batchGetSkills: 2,
  getLearningPath: 2,
  createSkill: 5,
  updateSkill: 5,
  deleteSkill: 5,
  setProgress: 5,
  listProgress: 2,
} as const satisfies Record<Operation, number>;

/** For a token that is not valid: verifying it is work, and guessing at it is no use of the service. */
const REFUSED_COST = 5;

/** Takes points from the bucket of `key`, or resolves to the milliseconds after which there will be some. */
export type ConsumePoints = (key: string, points: number) => Promise<number | undefined>;

export const limitRate =
  (take: ConsumePoints): Interceptor =>
  (operation, next) => {
    const cost = COST[operation];
    return async (input, context) => {
      const bucket = bucketOf(context);
      if (bucket) allow(await take(bucket, cost));
      // Without `await`, the answer would wait two turns longer.
      return await next(input, context);
    };
  };

/** What a refused token costs the address that it came from. */
export const chargeRejectedToken =
  (take: ConsumePoints) =>
  async ({ peer }: CallContext): Promise<void> => {
    const bucket = bucketOf({ peer });
    if (bucket) allow(await take(bucket, REFUSED_COST));
  };

/** A call from inside this process comes from nobody, and is not limited. */
const bucketOf = ({ caller, peer }: CallContext): string | undefined =>
  caller ? `subject ${caller.subject}` : peer && `address ${addressBlock(peer)}`;

const allow = (retryDelayMs: number | undefined): void => {
  if (retryDelayMs === undefined) return;
  const text = `Too many calls; there is room for more in ${Math.ceil(retryDelayMs / 1000)} seconds.`;
  throw new SkillsError('RESOURCE_EXHAUSTED', 'RATE_LIMITED', text, { retryDelayMs });
};

/** A household has 2^64 IPv6 addresses, so they count by their first half; an IPv4 one may come in IPv6's clothes. */
export const addressBlock = (address: string): string => {
  if (!isIPv6(address)) return address;
  const plain = ipaddr.process(address);
  if (!(plain instanceof IPv6)) return plain.toString();
  const half = plain.parts.slice(0, 4).map((group) => group.toString(16));
  return `${half.join(':')}::/64`;
};
