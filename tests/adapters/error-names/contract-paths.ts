/** Tells whether a field of an error exists in the request of an operation, as the contract of each protocol describes it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, type GraphQLArgument, getNamedType, isInputObjectType } from 'graphql';
import { Root, type Type } from 'protobufjs';
import type { Operation } from '../../../src/contract/skills-api';

const fileOf = (...names: string[]) => path.join(__dirname, '../../..', ...names);
const textOf = (...names: string[]) => readFileSync(fileOf(...names), 'utf8');

/** `skill.tags[0]` in steps: a name, and whether an index follows it. */
const stepsOf = (field: string) =>
  field.split('.').map((step) => {
    const [, name = '', index] = /^([\w-]*)(\[\d+\])?$/.exec(step) ?? [];
    return { name, isItem: index !== undefined };
  });

const ROOT = new Root();
ROOT.resolvePath = (_importer, file) => fileOf('protos', file);
ROOT.loadSync('skills/v1/skills.proto', { keepCase: true });
ROOT.resolveAll();

const requestOf = (operation: Operation): Type =>
  ROOT.lookupType(`skills.v1.${operation[0]!.toUpperCase()}${operation.slice(1)}Request`);

export const isInProto = (operation: Operation, field: string): boolean => {
  let type: Type | undefined = requestOf(operation);
  return stepsOf(field).every(({ name, isItem }) => {
    const found = type?.fields[name];
    type = found?.resolvedType as Type | undefined;
    return found !== undefined && (!isItem || found.repeated);
  });
};

/** The paths of the fields in a request, and in the messages of the service inside it. */
export const protoFields = (operation: Operation): string[] => fieldsOf(requestOf(operation));

const fieldsOf = (type: Type, prefix = ''): string[] =>
  type.fieldsArray.flatMap(({ name, resolvedType }) =>
    resolvedType && 'fieldsArray' in resolvedType
      ? fieldsOf(resolvedType as Type, `${prefix}${name}.`)
      : `${prefix}${name}`,
  );

// biome-ignore lint/suspicious/noExplicitAny: parsed JSON has no types.
type Json = any;

const OPENAPI: Json = JSON.parse(textOf('openapi', 'skills.json'));
const DESCRIBED = new Map<string, Json>(
  Object.values<Json>(OPENAPI.paths).flatMap((methods) =>
    Object.values<Json>(methods).map((operation) => [operation.operationId, operation] as const),
  ),
);

const resolved = (schema: Json): Json =>
  schema?.$ref ? OPENAPI.components.schemas[schema.$ref.replace('#/components/schemas/', '')] : schema;

/** A field is a pointer into the body, or the name of a parameter. */
export const isInOpenapi = (operation: Operation, field: string): boolean => {
  const { parameters, requestBody } = DESCRIBED.get(operation);
  if (!field.startsWith('#'))
    return parameters.some(({ name }: Json) => name === field.replace(/\[\d+\]$/, ''));
  const [{ schema }] = Object.values<Json>(requestBody.content);
  const step = (at: Json, name: string) => resolved(/^\d+$/.test(name) ? at?.items : at?.properties?.[name]);
  return field.split('/').slice(1).reduce(step, resolved(schema)) !== undefined;
};

const SCHEMA = buildSchema(textOf('graphql', 'skills.graphql'));
const ROUTES: Partial<Record<Operation, string>> = {
  listCategories: 'categories',
  getCategory: 'category',
  getSkill: 'skill',
  listSkills: 'skills',
  batchGetSkills: 'skillsById',
  listProgress: 'progress',
};

export const isInSdl = (operation: Operation, field: string): boolean => {
  const name = ROUTES[operation] ?? operation;
  const { args } = (SCHEMA.getQueryType()?.getFields()[name] ?? SCHEMA.getMutationType()?.getFields()[name])!;
  let members: readonly Pick<GraphQLArgument, 'name' | 'type'>[] = args;
  return stepsOf(field).every((step) => {
    const found = members.find((member) => member.name === step.name);
    const type = found && getNamedType(found.type);
    members = isInputObjectType(type) ? Object.values(type.getFields()) : [];
    return found !== undefined && (!step.isItem || String(found.type).startsWith('['));
  });
};

const WSDL = textOf('wsdl', 'skills.wsdl');

/** The last name is an element of the schema. */
export const isInWsdl = (_operation: Operation, field: string): boolean =>
  stepsOf(field).every(({ name }) => WSDL.includes(`name="${name}"`));
