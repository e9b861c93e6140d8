/** The fingerprint of a write: an idempotency key belongs to one operation and input. */
import { createHash } from 'node:crypto';
import type { Operation } from '../contract/skills-api';

/** Equal for equal input in every protocol, whatever the order of the members and however absent ones are sent. */
export const fingerprintInput = (operation: Operation, input: object): string =>
  createHash('sha256')
    .update(JSON.stringify([operation, sortMembers(input)]))
    .digest('base64url');

const sortMembers = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sortMembers);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sortMembers(member)]);
};
