/** Reads protos/skills/v1/skills.proto: names in camelCase, enum values without their prefix and without the zero value. */
import path from 'node:path';
import { loadSync, type MessageTypeDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { type Contract, ENUM_NAMES, type Line, line, perOperation, TYPE_NAMES, upperFirst } from './contract';

const PROTO = loadSync('skills/v1/skills.proto', {
  includeDirs: [path.join(__dirname, '../../../protos')],
  keepCase: true,
});

// biome-ignore lint/suspicious/noExplicitAny: a FileDescriptorProto as JSON.
type Descriptor = any;

const descriptor = (name: string): Descriptor =>
  (PROTO[`skills.v1.${name}`] as MessageTypeDefinition<object, object>).type;

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

const TYPES: Record<string, string> = {
  TYPE_STRING: 'text',
  TYPE_INT32: 'int',
  'google.protobuf.Timestamp': 'time',
  'google.protobuf.FieldMask': 'mask',
};

/** protoc represents `optional` as a oneof named after the field with an underscore in front. */
const lineOf = ({ name, label, type, typeName }: Descriptor, { oneofDecl }: Descriptor): Line => {
  const kind = TYPES[typeName] ?? TYPES[type] ?? String(typeName);
  const optional = oneofDecl.some((one: Descriptor) => one.name === `_${name}`);
  return line(camelCase(name), label === 'LABEL_REPEATED' ? `[${kind}]` : kind, optional);
};

const messageLines = (name: string): Line[] => {
  const message = descriptor(name);
  return message.field.map((field: Descriptor) => lineOf(field, message));
};

const service = PROTO['skills.v1.SkillsService'] as ServiceDefinition;

const enumValues = (name: string): string[] => {
  if (!PROTO[`skills.v1.${name}`]) return [];
  const prefix = `${name.replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}_`;
  const [zero, ...values] = descriptor(name).value.map((value: Descriptor) => value.name);
  expect(zero).toBe(`${prefix}UNSPECIFIED`);
  return values.map((value: string) => {
    expect(value).toContain(prefix);
    return value.slice(prefix.length);
  });
};

/** A response with exactly one field is read as the type of that field. */
const outputOf = (name: string): string => {
  const lines = messageLines(name);
  if (lines.length === 0) return 'nothing';
  return lines.length === 1 ? lines[0]!.replace(/^.*: /, '') : name;
};

export const readProto = (typeNames: Readonly<Record<string, string>>): Contract => ({
  operations: Object.keys(service).map((name) => name.charAt(0).toLowerCase() + name.slice(1)),
  types: Object.fromEntries(TYPE_NAMES.map((name) => [name, messageLines(typeNames[name] ?? name)])),
  enums: Object.fromEntries(ENUM_NAMES.map((name) => [name, enumValues(name)])),
  inputs: perOperation((operation) => messageLines(`${upperFirst(operation)}Request`)),
  outputs: perOperation((operation) => {
    const name = outputOf(`${upperFirst(operation)}Response`);
    return Object.keys(typeNames).find((type) => typeNames[type] === name) ?? name;
  }),
});

/** The number of each field, which identifies the field on the wire. */
export const fieldNumbers = (name: string): Record<string, number> =>
  Object.fromEntries(
    descriptor(name).field.map(({ name: field, number }: Descriptor) => [camelCase(field), number]),
  );
