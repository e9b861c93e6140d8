/** Reads graphql/skills.graphql: root fields are operations, their arguments are inputs, and ID is read as text. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLType,
  isListType,
  isNonNullType,
} from 'graphql';
import { type Contract, ENUM_NAMES, type Line, line, perOperation, TYPE_NAMES } from './contract';

const SCHEMA = buildSchema(readFileSync(path.join(__dirname, '../../../graphql/skills.graphql'), 'utf8'));

const SCALARS: Record<string, string> = { ID: 'text', String: 'text', Int: 'int', DateTime: 'time' };

const typeOf = (type: GraphQLType): string => {
  if (isNonNullType(type)) return typeOf(type.ofType);
  if (isListType(type)) return `[${typeOf(type.ofType)}${isNonNullType(type.ofType) ? '' : ' | null'}]`;
  return SCALARS[type.name] ?? type.name;
};

/** A nullable field is read as optional. GraphQL distinguishes null from absent only in inputs. */
const linesOf = (fields: Iterable<{ name: string; type: GraphQLType }>): Line[] =>
  Array.from(fields, ({ name, type }) => line(name, typeOf(type), !isNonNullType(type)));

export const fieldsOf = (name: string): Line[] => {
  const type = SCHEMA.getType(name) as GraphQLObjectType | GraphQLInputObjectType;
  return linesOf(Object.values<{ name: string; type: GraphQLType }>(type.getFields()));
};

/** The field of an operation, such as `Query.skills` or `Skill.learningPath`. */
const fieldAt = (place: string): GraphQLField<unknown, unknown> => {
  const [type = '', field = ''] = place.split('.');
  return (SCHEMA.getType(type) as GraphQLObjectType).getFields()[field]!;
};

export interface GraphqlNames {
  readonly operations: Readonly<Record<keyof Contract['inputs'], string>>;
  readonly types: Readonly<Record<string, string>>;
}

export const readGraphql = ({ operations, types }: GraphqlNames): Contract => {
  const fieldsIn = (type: string): string[] =>
    Object.keys((SCHEMA.getType(type) as GraphQLObjectType).getFields()).map((field) => `${type}.${field}`);
  const nested = Object.values(operations).filter((place) => !/^(Query|Mutation)\./.test(place));
  const places = [...fieldsIn('Query'), ...nested, ...fieldsIn('Mutation')];
  const nameOf = new Map(Object.entries(operations).map(([name, place]) => [place, name]));
  const named = (type: string): string => type.replace(/\w+/, (name) => types[name] ?? name);
  const linesAs = (lines: readonly Line[]): Line[] =>
    lines.map((one) => one.replace(/(?<=: ).*/, (type) => named(type)));
  const graphqlName = (name: string) =>
    Object.keys(types).find((other) => types[other] === name && SCHEMA.getType(name) === undefined) ?? name;
  return {
    operations: places.map((place) => nameOf.get(place) ?? place),
    types: Object.fromEntries(TYPE_NAMES.map((name) => [name, linesAs(fieldsOf(graphqlName(name)))])),
    enums: Object.fromEntries(
      ENUM_NAMES.map((name) => [
        name,
        (SCHEMA.getType(name) as GraphQLEnumType).getValues().map((value) => value.name),
      ]),
    ),
    inputs: perOperation((operation) => linesAs(linesOf(fieldAt(operations[operation]).args))),
    outputs: perOperation((operation) => named(typeOf(fieldAt(operations[operation]).type))),
  };
};
