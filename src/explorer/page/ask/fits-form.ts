/** Whether the form can show an input as it is; else it is to be edited as JSON. */
import type { JsonSchema } from '../../api';
import { isObject } from '../shared/question';

/** A form leaves out what is empty, so what is empty and there is not the form's. */
export const fitsForm = (schema: JsonSchema, value: unknown): boolean => {
  if (value === undefined) return true;
  if (schema.anyOf) return schema.anyOf.some((one) => fitsForm(one, value));
  return FITS[schema.type ?? 'null'](schema, value);
};

const FITS: Record<NonNullable<JsonSchema['type']>, (schema: JsonSchema, value: unknown) => boolean> = {
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
