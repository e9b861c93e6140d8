/** Protobuf as a person reads it: the bytes of each field, and beside them its name and value. */
import { definition } from '../adapters/grpc/schema';

/** google.protobuf.FieldDescriptorProto.Type */
const MESSAGE = 'TYPE_MESSAGE';

/** google.protobuf.DescriptorProto, as proto-loader gives it. */
interface Descriptor {
  readonly name: string;
  readonly field: readonly Field[];
  readonly nestedType: readonly Descriptor[];
}

interface Field {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly typeName: string;
}

const NOTHING: Descriptor = { name: '', field: [], nestedType: [] };

const descriptor = (name: string, within = NOTHING): Descriptor => {
  const nested = within.nestedType.find((type) => type.name === name);
  const found = definition(name);
  return nested ?? (found && 'type' in found ? (found.type as Descriptor) : NOTHING);
};

/** `type` is a full name, such as `skills.v1.GetSkillRequest`. One line per field, nested ones indented. */
export const protobufText = (bytes: Buffer, type: string): string => {
  const rows = fieldRows(bytes, descriptor(type), 0);
  const width = Math.min(48, Math.max(0, ...rows.map(({ hex }) => hex.length)));
  return rows.flatMap(({ hex, text }) => besides(hex, text, width)).join('\n');
};

/** A gRPC message on the wire: a flag, a length of four bytes, the protobuf (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export const grpcMessageText = (framed: Buffer, type: string): string => {
  if (framed.length < 5) return '';
  const frame = `${hexOf(framed.subarray(0, 5))}  ${framed[0] ? 'compressed' : 'not compressed'}, ${framed.readUInt32BE(1)} bytes of ${type}`;
  return [frame, protobufText(framed.subarray(5), type)].filter(Boolean).join('\n');
};

interface Row {
  readonly hex: string;
  readonly text: string;
}

const fieldRows = (bytes: Buffer, type: Descriptor, depth: number): Row[] => {
  const rows: Row[] = [];
  const indent = '  '.repeat(depth);
  let typeInAny = '';
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const tag = varint(bytes, at);
    const key = Number(tag.value);
    const field = type.field.find(({ number }) => number === key >>> 3);
    const name = field?.name ?? `field ${key >>> 3}`;
    const value = varint(bytes, tag.next);
    if ((key & 7) === 0) {
      at = value.next;
      rows.push({
        hex: hexOf(bytes.subarray(start, at)),
        text: `${indent}${name}: ${scalar(field, value.value)}`,
      });
      continue;
    }
    at = value.next + Number(value.value);
    const content = bytes.subarray(value.next, at);
    if (name === 'type_url') typeInAny = content.toString('utf8').replace(/^.*\//, '');
    // The value of a google.protobuf.Any is a message of the type that its URL names.
    const nested = field?.type === MESSAGE ? field.typeName : name === 'value' && typeInAny;
    if (nested) {
      rows.push({ hex: hexOf(bytes.subarray(start, value.next)), text: `${indent}${name} {` });
      rows.push(...fieldRows(content, descriptor(nested, type), depth + 1), { hex: '', text: `${indent}}` });
    } else {
      const text = `${indent}${name}: ${JSON.stringify(content.toString('utf8'))}`;
      rows.push({ hex: hexOf(bytes.subarray(start, at)), text });
    }
  }
  return rows;
};

const scalar = (field: Field | undefined, value: bigint): string => {
  const enumeration = field?.typeName ? definition(field.typeName) : undefined;
  const values = (enumeration?.type as { value?: { name: string; number: number }[] } | undefined)?.value;
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

const hexOf = (bytes: Buffer): string => bytes.toString('hex').replace(/..(?=.)/g, '$& ');

/** Bytes that fill more than their column go on below, beside nothing. */
const besides = (hex: string, text: string, width: number): string[] => {
  const lines = hex.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''];
  return lines.map((line, index) => `${line.trimEnd().padEnd(width)}  ${index === 0 ? text : ''}`.trimEnd());
};
