/** Values that several protocols carry as text. */
import { invalidArgument } from '../../contract/errors';
import type { SkillOrder } from '../../contract/model';
import { type Names, otherName } from './contract-names';

/** An order by its text in the protocol; further spaces mean nothing (AIP-132). The service rejects any other text. */
export const decodeOrder = (orders: Names, text: string): SkillOrder =>
  otherName(orders, text.trim().replace(/ +/g, ' ')) as SkillOrder;

/** Throws INVALID_ARGUMENT for a text that is not a number. */
export const decodePageSize = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text)) throw invalidArgument('pageSize', 'must be a whole number');
  return Number(text);
};
