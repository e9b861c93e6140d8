/** The .proto files, loaded when the program starts: proto-loader gives a (de)serializer for every message in them. */
import type { MethodDefinition } from '@grpc/grpc-js';
import { type AnyDefinition, loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import type { Operation } from '../../contract/skills-api';
import { contractPath } from '../common/contract-file';

export const SERVICE_NAME = 'skills.v1.SkillsService';

const options = { includeDirs: [contractPath('protos')], enums: String, longs: Number };

export const PACKAGE = loadSync('skills/v1/skills.proto', options);
/** For server reflection: the same with the names of the .proto. */
export const REFLECTED = loadSync('skills/v1/skills.proto', { ...options, keepCase: true });
const RPC = loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], options);

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
