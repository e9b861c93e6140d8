/** The .proto files, loaded when the program starts: proto-loader gives a (de)serializer for every message in them. */
import { readFileSync } from 'node:fs';
import type { MethodDefinition } from '@grpc/grpc-js';
import { type AnyDefinition, loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import { Reader } from 'protobufjs/minimal';
import type { ProgressStatus, SkillLevel, SkillOrder } from '../../contract/model';
import type { Operation } from '../../contract/skills-api';
import { contractPath } from '../common/contract-file';

export const SERVICE_NAME = 'skills.v1.SkillsService';

const options = { includeDirs: [contractPath('protos')], enums: String, longs: Number };

export const PACKAGE = loadSync('skills/v1/skills.proto', options);
const RPC = loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], options);

/** For server reflection: the files as buf compiles them, with names and imports, which proto-loader's own have lost. */
export const readDescriptors = (): Uint8Array[] => {
  const reader = Reader.create(readFileSync(contractPath('protos', 'descriptors.binpb')));
  const files: Uint8Array[] = [];
  // A FileDescriptorSet has each in its field 1.
  for (; reader.pos < reader.len; files.push(reader.bytes())) reader.uint32();
  return files;
};

/** A message as proto-loader reads and writes it: camelCase, enums by name, fields at their default left out. */
// biome-ignore lint/suspicious/noExplicitAny: the shapes are in the .proto; the codecs in wire.ts and errors.ts list them.
export type Message = any;

interface MessageType {
  serialize(message: Message): Buffer;
  deserialize(bytes: Buffer): Message;
}

/** By full name, or by a name as short as the .proto files themselves write it. */
export const definition = (name: string): AnyDefinition | undefined =>
  RPC[name] ??
  PACKAGE[name] ??
  PACKAGE[`skills.v1.${name}`] ??
  PACKAGE[`google.${name}`] ??
  RPC[`google.${name}`];

export const message = (name: string): MessageType => definition(name) as AnyDefinition as MessageType;

/** `getSkill` is the method `GetSkill`. */
export const METHODS = Object.fromEntries(
  Object.entries(PACKAGE[SERVICE_NAME] as ServiceDefinition).map(([name, method]) => [
    name.charAt(0).toLowerCase() + name.slice(1),
    method,
  ]),
) as unknown as Record<Operation, MethodDefinition<Message, Message>>;

// Values that protobuf writes in a way of its own.

/** A default value is left out, as proto3 wants it where a field does not track its presence. */
export const set = <T extends string | number>(value: T | undefined): T | undefined => value || undefined;

export const encodeTime = (time: string): Message => {
  const ms = Date.parse(time);
  return { seconds: Math.floor(ms / 1000), nanos: set((((ms % 1000) + 1000) % 1000) * 1_000_000) };
};

export const decodeTime = ({ seconds = 0, nanos = 0 }: Message = {}): string =>
  new Date(seconds * 1000 + nanos / 1_000_000).toISOString();

/** A capital that begins a word of its own stays: `X-Request-Id` is the name of a header. */
export const snakeCase = (path: string): string =>
  path.replace(/(?<=[a-z\d])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
export const camelCase = (path: string): string =>
  path.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

export const ORDERS = {
  NAME: 'name',
  NAME_DESC: 'name desc',
  UPDATE_TIME: 'update_time',
  UPDATE_TIME_DESC: 'update_time desc',
} as const satisfies Record<SkillOrder, string>;

export const LEVELS = {
  BEGINNER: 'SKILL_LEVEL_BEGINNER',
  INTERMEDIATE: 'SKILL_LEVEL_INTERMEDIATE',
  ADVANCED: 'SKILL_LEVEL_ADVANCED',
} as const satisfies Record<SkillLevel, string>;

export const STATUSES = {
  PLANNED: 'PROGRESS_STATUS_PLANNED',
  LEARNING: 'PROGRESS_STATUS_LEARNING',
  LEARNED: 'PROGRESS_STATUS_LEARNED',
} as const satisfies Record<ProgressStatus, string>;

/** One that we do not know goes on as it is, for the service to refuse. */
export const valueNamed = <T extends string>(wires: Readonly<Record<T, string>>, named: string): T =>
  (Object.keys(wires) as T[]).find((value) => wires[value] === named) ?? (named as T);
