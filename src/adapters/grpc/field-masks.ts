/** Field masks: a read mask names the fields to read (AIP-157), an update mask the fields to change (AIP-134). Only gRPC has them. */
import { type FieldViolation, UNKNOWN_FIELD } from '../../contract/errors';
import type { Fields } from '../../contract/skills-api';
import { otherName } from '../common/contract-names';
import { type Message, NAMES } from './schema';

/** The same in both directions. */
const otherPath = (path: string): string => otherName(NAMES.values.fields, path);

export const encodeMask = (paths: readonly string[] = []): Message =>
  paths.length > 0 ? { paths: paths.map(otherPath) } : undefined;
export const decodeMask = ({ paths = [] }: Message = {}): string[] => paths.map(otherPath);

/** A read mask of `*` is all fields. */
export const encodeFields = ({ fields }: Fields<string>): Message => ({ readMask: encodeMask(fields) });
export const decodeFields = <F extends string>({ readMask }: Message): Fields<F> =>
  readMask?.paths?.length && !readMask.paths.includes('*') ? { fields: decodeMask(readMask) as F[] } : {};

/** The service rejects `patch.colour`. The message has no such field, so the error says where the mask names it. */
export const encodeViolation =
  ({ updateMask }: Message) =>
  (violation: FieldViolation): FieldViolation => {
    const isUnknown = updateMask && violation.description === UNKNOWN_FIELD;
    const index = isUnknown ? pathsOf(updateMask).indexOf(violation.field) : -1;
    if (index < 0) return NAMES.encodeViolation(violation);
    const description = `${MUST_BE_IN_PATCH}"${updateMask.paths[index]}"`;
    return { field: `update_mask.paths[${index}]`, description };
  };

export const decodeViolation = (violation: FieldViolation): FieldViolation => {
  const { field, description } = violation;
  const isOfMask = /^update_mask\.paths\[\d+\]$/.test(field) && description.startsWith(MUST_BE_IN_PATCH);
  if (!isOfMask) return NAMES.decodeViolation(violation);
  const name = otherPath(description.slice(MUST_BE_IN_PATCH.length + 1, -1));
  return { field: `patch.${name}`, description: UNKNOWN_FIELD };
};

const pathsOf = (updateMask: Message): string[] => decodeMask(updateMask).map((name) => `patch.${name}`);
const MUST_BE_IN_PATCH = 'must be a field of patch, got ';
