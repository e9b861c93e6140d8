/** Tells whether the form can show an input; otherwise it is edited as JSON. */
import type { JsonSchema } from '../../api';
import { isObject } from '../shared/question';

/** The form omits empty values, so it cannot show an input that contains one. */
export const fitsForm = (schema: JsonSchema, value: unknown): boolean => {
  if (value === undefined) return true;
  if (schema.anyOf) return schema.anyOf.some((one) => fitsForm(one, value));
  return FITS_TYPE[schema.type ?? 'null'](schema, value);
};

const FITS_TYPE: Record<NonNullable<JsonSchema['type']>, (schema: JsonSchema, value: unknown) => boolean> = {
  null: (_, value) => value === null,
  integer: (_, value) => typeof value === 'number',
  string: (schema, value) =>
    typeof value === 'string' &&
    (schema.enum ? schema.enum.includes(value) : value !== '' && !/[\r\n]/.test(value)),
  array: ({ items }, value) =>
    items?.type === 'string' &&
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => item !== undefined && fitsForm(items, item)),
  object: ({ properties = {} }, value) =>
    isObject(value) &&
    Object.entries(value).every(([name, member]) => properties[name] && fitsForm(properties[name], member)),
};
