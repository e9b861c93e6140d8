/** The fields of a protobuf message in the order of its bytes. The fields of a nested message follow that message. */
import { Reader } from 'protobufjs/minimal';
import type { GrpcContract } from './grpc-contract';

/** Names, and the positions of repeated fields: `['skills', 0, 'tags', 1]`. */
export type Path = readonly (string | number)[];

export interface Field {
  /** Offsets in bytes. For a nested message they enclose its tag and length alone. */
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly name: string;
  readonly number: number;
  readonly path: Path;
  /** Absent for a message. The value of an enum is its name. */
  readonly value?: { readonly text: string; readonly isText: boolean };
}

/** google.protobuf.FieldDescriptorProto.Type */
const MESSAGE = 'TYPE_MESSAGE';
const VARINT = 0;

/** google.protobuf.DescriptorProto, in proto-loader's form. */
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
  parent = EMPTY_DESCRIPTOR,
): Descriptor => {
  const nested = parent.nestedType.find((type) => type.name === name);
  const found = definition(name);
  return nested ?? (found && 'type' in found ? (found.type as Descriptor) : EMPTY_DESCRIPTOR);
};

/** `type` is a full name, for example `skills.v1.GetSkillRequest`. Bytes that are not a whole message end the list early. */
export const readProtobufFields = (bytes: Buffer, type: string, contract: GrpcContract): Field[] => {
  const state = { bytes, reader: Reader.create(bytes), fields: [], contract };
  try {
    readMessage(state, findDescriptor(contract, type), { end: bytes.length, path: [], depth: 0 });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return state.fields;
};

interface ReadState {
  readonly bytes: Buffer;
  readonly reader: Reader;
  readonly fields: Field[];
  readonly contract: GrpcContract;
}

interface MessagePlace {
  readonly end: number;
  readonly path: Path;
  readonly depth: number;
}

const readMessage = (state: ReadState, type: Descriptor, place: MessagePlace): void => {
  const { bytes, reader, fields, contract } = state;
  const { depth } = place;
  const counts = new Map<number, number>();
  let typeInAny = '';
  while (reader.pos < place.end) {
    const start = reader.pos;
    const tag = reader.uint32();
    const number = tag >>> 3;
    const field = type.field.find((one) => one.number === number);
    const name = field?.name ?? `field ${number}`;
    const count = counts.get(number) ?? 0;
    counts.set(number, count + 1);
    const path = [...place.path, name, ...(field?.label === 'LABEL_REPEATED' ? [count] : [])];
    if ((tag & 7) === VARINT) {
      const text = formatScalar(contract, field, String(reader.int64()));
      fields.push({ start, end: reader.pos, depth, name, number, path, value: { text, isText: false } });
      continue;
    }
    const length = reader.uint32();
    const contentStart = reader.pos;
    // A length beyond the enclosing message ends with that message.
    const end = Math.min(contentStart + length, place.end);
    const text = bytes.toString('utf8', contentStart, end);
    if (name === 'type_url') typeInAny = text.replace(/^.*\//, '');
    // The value of a google.protobuf.Any is a message of the type that its URL names.
    const nested = field?.type === MESSAGE ? field.typeName : name === 'value' && typeInAny;
    if (nested) {
      fields.push({ start, end: contentStart, depth, name, number, path });
      readMessage(state, findDescriptor(contract, nested, type), { end, path, depth: depth + 1 });
    } else fields.push({ start, end, depth, name, number, path, value: { text, isText: true } });
    reader.pos = end;
  }
};

const formatScalar = (
  { definition }: GrpcContract,
  field: FieldDescriptor | undefined,
  value: string,
): string => {
  const enumeration = field?.typeName ? definition(field.typeName) : undefined;
  const values = (Object(enumeration).type as { value?: { name: string; number: number }[] } | undefined)
    ?.value;
  return values?.find(({ number }) => String(number) === value)?.name ?? value;
};
