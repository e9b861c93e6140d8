/** The fields of a protobuf message as they stand in its bytes, nested ones after the message that they are in. */
import type { GrpcContract } from './grpc-contract';

/** Names, and the places of repeated fields: `['skills', 0, 'tags', 1]`. */
export type Path = readonly (string | number)[];

export interface Field {
  /** In bytes. A message's own are its tag and length. */
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly name: string;
  readonly number: number;
  readonly path: Path;
  /** Absent for a message; of an enum, the name. */
  readonly value?: { readonly text: string; readonly isText: boolean };
}

/** google.protobuf.FieldDescriptorProto.Type */
const MESSAGE = 'TYPE_MESSAGE';

/** google.protobuf.DescriptorProto, as proto-loader gives it. */
interface Descriptor {
  readonly name: string;
  readonly field: readonly FieldDescriptor[];
  readonly nestedType: readonly Descriptor[];
}

interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly label: string;
  readonly type: string;
  readonly typeName: string;
}

const EMPTY_DESCRIPTOR: Descriptor = { name: '', field: [], nestedType: [] };

const findDescriptor = (
  { definition }: GrpcContract,
  name: string,
  within = EMPTY_DESCRIPTOR,
): Descriptor => {
  const nested = within.nestedType.find((type) => type.name === name);
  const found = definition(name);
  return nested ?? (found && 'type' in found ? (found.type as Descriptor) : EMPTY_DESCRIPTOR);
};

/** `type` is a full name, such as `skills.v1.GetSkillRequest`. */
export const readProtobufFields = (bytes: Buffer, type: string, contract: GrpcContract): Field[] => {
  const fields: Field[] = [];
  read({ bytes, fields, contract }, findDescriptor(contract, type), {
    start: 0,
    end: bytes.length,
    path: [],
  });
  return fields;
};

interface Reading {
  readonly bytes: Buffer;
  readonly fields: Field[];
  readonly contract: GrpcContract;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly path: Path;
}

const read = (reading: Reading, type: Descriptor, within: Stretch, depth = 0): void => {
  const { bytes, fields, contract } = reading;
  const counts = new Map<number, number>();
  let typeInAny = '';
  for (let at = within.start; at < within.end; ) {
    const start = at;
    const tag = varint(bytes, at);
    const [number, wireType] = [Number(tag.value) >>> 3, Number(tag.value) & 7];
    const field = type.field.find((one) => one.number === number);
    const name = field?.name ?? `field ${number}`;
    const count = counts.get(number) ?? 0;
    counts.set(number, count + 1);
    const path = [...within.path, name, ...(field?.label === 'LABEL_REPEATED' ? [count] : [])];
    const { value, next } = varint(bytes, tag.next);
    if (wireType === 0) {
      at = next;
      const text = scalar(contract, field, value);
      fields.push({ start, end: at, depth, name, number, path, value: { text, isText: false } });
      continue;
    }
    // What says that it is longer than what it is in, ends with it.
    at = Math.min(Math.max(next, next + Number(value)), within.end);
    const text = bytes.toString('utf8', next, at);
    if (name === 'type_url') typeInAny = text.replace(/^.*\//, '');
    // The value of a google.protobuf.Any is a message of the type that its URL names.
    const nested = field?.type === MESSAGE ? field.typeName : name === 'value' && typeInAny;
    if (nested) {
      fields.push({ start, end: next, depth, name, number, path });
      read(reading, findDescriptor(contract, nested, type), { start: next, end: at, path }, depth + 1);
    } else fields.push({ start, end: at, depth, name, number, path, value: { text, isText: true } });
  }
};

const scalar = ({ definition }: GrpcContract, field: FieldDescriptor | undefined, value: bigint): string => {
  const enumeration = field?.typeName ? definition(field.typeName) : undefined;
  const values = (Object(enumeration).type as { value?: { name: string; number: number }[] } | undefined)
    ?.value;
  return values?.find(({ number }) => BigInt(number) === value)?.name ?? String(value);
};

/** Base 128, least significant group first. */
const varint = (bytes: Buffer, at: number): { value: bigint; next: number } => {
  let value = 0n;
  let next = at;
  for (let shift = 0n; next < bytes.length; shift += 7n) {
    const byte = bytes[next++] as number;
    value += BigInt(byte & 127) << shift;
    if (byte < 128) break;
  }
  return { value: BigInt.asIntN(64, value), next };
};
