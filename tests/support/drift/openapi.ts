/** Reads openapi/skills.json: parameters and body form an input, and schemas in `components` are types. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Contract, ENUM_NAMES, type Line, line, perOperation, TYPE_NAMES } from './contract';

// biome-ignore lint/suspicious/noExplicitAny: parsed JSON has no types.
type Json = any;

const DOCUMENT: Json = JSON.parse(readFileSync(path.join(__dirname, '../../../openapi/skills.json'), 'utf8'));

const typeOf = (schema: Json): string => {
  if (schema.$ref) return String(schema.$ref).replace('#/components/schemas/', '');
  if (schema.anyOf) return unionOf(schema.anyOf.map(typeOf));
  if (schema.type === 'array') return `[${typeOf(schema.items)}]`;
  if (schema.type === 'integer') return schema.format === 'int32' ? 'int' : 'integer of any size';
  if (schema.type === 'string') return schema.format === 'date-time' ? 'time' : 'text';
  return String(schema.type);
};

/** A response holds the full type or, if the request has `fields`, its partial type. Both are read as the full type. */
const unionOf = ([one, other, ...more]: string[]): string =>
  other === `Partial${one}` && more.length === 0 ? one! : [one, other, ...more].join(' | ');

const linesOf = ({ properties, required }: Json): Line[] =>
  Object.entries<Json>(properties).map(([name, schema]) =>
    line(name, typeOf(schema), !required.includes(name)),
  );

export const schemaLines = (name: string): Line[] => linesOf(DOCUMENT.components.schemas[name]);

/** The operations of each path in the order of its methods. */
export const OPERATIONS_BY_PATH: [string, Json][][] = Object.values<Json>(DOCUMENT.paths).map((methods) =>
  Object.values<Json>(methods).map((operation): [string, Json] => [operation.operationId, operation]),
);
const OPERATIONS = new Map(OPERATIONS_BY_PATH.flat());

const inputOf = ({ parameters, requestBody }: Json): Line[] => [
  ...parameters.map(({ name, schema, required }: Json) => line(name, typeOf(schema), !required)),
  // Several media types may have the same schema.
  ...new Set(
    Object.values<Json>(requestBody?.content ?? {}).map(({ schema }) =>
      line('body', typeOf(schema), !requestBody.required),
    ),
  ),
];

const outputOf = ({ responses }: Json): string => {
  const [status = ''] = Object.keys(responses).filter((one) => one.startsWith('2'));
  const { content } = responses[status];
  return content ? typeOf(content['application/json'].schema) : 'nothing';
};

export const readOpenapi = (): Contract => ({
  operations: [...OPERATIONS.keys()],
  types: Object.fromEntries(TYPE_NAMES.map((name) => [name, schemaLines(name)])),
  enums: Object.fromEntries(ENUM_NAMES.map((name) => [name, DOCUMENT.components.schemas[name].enum])),
  inputs: perOperation((operation) => inputOf(OPERATIONS.get(operation))),
  outputs: perOperation((operation) => outputOf(OPERATIONS.get(operation))),
});
