/** Reads messages strictly: UTF-8, wire types, lengths, field numbers. It needs protobufjs 8; proto-loader has version 7. */
import { BufferReader, Root, type Type } from 'protobufjs';
import { malformedRequest } from '../../contract/errors';
import { OPERATION_NAMES, type Operation } from '../../contract/skills-api';
import { contractPath } from '../common/contract-file';
import { type Message, ROUTES } from './schema';

const ROOT = new Root();
ROOT.resolvePath = (_importer, file) => contractPath('protos', file);
ROOT.loadSync(['skills/v1/skills.proto', 'google/rpc/status.proto', 'google/rpc/error_details.proto']);

const types = new Map<string, Type>();

const VARINT_BYTES_MAX = 10;

/** protobufjs reads the first ten bytes of a longer varint as a number, and skips a varint of any length. */
class StrictReader extends BufferReader {
  override uint32(): number {
    this.checkVarint();
    return super.uint32();
  }

  override skip(length?: number): this {
    if (length === undefined) this.checkVarint();
    super.skip(length);
    return this;
  }

  private checkVarint(): void {
    let { pos } = this;
    while (Number(this.buf[pos]) > 127) pos++;
    if (pos - this.pos >= VARINT_BYTES_MAX) throw new RangeError('a varint is over ten bytes');
  }
}

/** Reads a message by its full name. Throws for other bytes; a field of another wire type is an unknown field. */
export const deserialize = (name: string, bytes: Uint8Array): Message => {
  const type = types.get(name) ?? ROOT.lookupType(name);
  types.set(name, type);
  return read(type, bytes);
};

const read = (type: Type, bytes: Uint8Array): Message =>
  type.toObject(type.decode(new StrictReader(bytes)), { enums: String, longs: Number });

/** For grpc-js, which then passes bytes on: the adapter reads them itself. */
export const asIs = (bytes: Buffer): Buffer => bytes;

const requestDeserializer = (operation: Operation): ((bytes: Buffer) => Message) => {
  const type = ROOT.lookupType(`skills.v1.${ROUTES[operation]}Request`);
  return (bytes) => {
    try {
      return read(type, bytes);
    } catch (cause) {
      throw malformedRequest(`The message is not a ${type.name} in protobuf: ${(cause as Error).message}.`);
    }
  };
};

/** By operation. grpc-js would report a message that it cannot read as INTERNAL. */
export const DESERIALIZE_REQUEST = Object.fromEntries(
  OPERATION_NAMES.map((operation) => [operation, requestDeserializer(operation)]),
) as Readonly<Record<Operation, (bytes: Buffer) => Message>>;
