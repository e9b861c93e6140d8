/** Values that several protocols carry as text. The decoders throw INVALID_ARGUMENT. */
import { invalidArgument } from '../../contract/errors';
import type { SkillOrder } from '../../contract/model';

/** An order by its text in the protocol. Further spaces mean nothing (AIP-132). */
export const decodeOrder = (orders: Readonly<Record<SkillOrder, string>>, text: string): SkillOrder => {
  const wanted = text.trim().replace(/ +/g, ' ');
  const found = (Object.keys(orders) as SkillOrder[]).find((order) => orders[order] === wanted);
  if (found) return found;
  throw invalidArgument('orderBy', `must be one of ${Object.values(orders).join(', ')}`);
};

export const decodePageSize = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text)) throw invalidArgument('pageSize', 'must be a whole number');
  return Number(text);
};
