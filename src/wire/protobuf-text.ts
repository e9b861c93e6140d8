/** Protobuf as text: the bytes of each field in hex, and beside them its name and value. */
import type { GrpcContract } from './grpc-contract';
import { type Field, readProtobufFields } from './protobuf-fields';

/** `type` is a full name, for example `skills.v1.GetSkillRequest`. One line per field; nested fields are indented. */
export const formatProtobuf = (bytes: Buffer, type: string, contract: GrpcContract): string => {
  const rows = buildRows(bytes, readProtobufFields(bytes, type, contract));
  const width = Math.min(48, Math.max(0, ...rows.map(({ hex }) => hex.length)));
  return rows.flatMap(({ hex, text }) => formatColumns(hex, text, width)).join('\n');
};

/** A gRPC message on the wire: a flag, a length of four bytes, protobuf (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export const formatGrpcMessage = (framed: Buffer, type: string, contract: GrpcContract): string => {
  if (framed.length < FRAME_BYTES) return '';
  const frame = `${formatHex(framed.subarray(0, FRAME_BYTES))}  ${framed[0] ? 'compressed' : 'not compressed'}, ${framed.readUInt32BE(1)} bytes of ${type}`;
  return [frame, formatProtobuf(framed.subarray(FRAME_BYTES), type, contract)].filter(Boolean).join('\n');
};

/** The fields of the message in gRPC's frame. Their offsets count from the frame's first byte. */
export const readGrpcMessageFields = (framed: Buffer, type: string, contract: GrpcContract): Field[] =>
  framed[0]
    ? []
    : readProtobufFields(framed.subarray(FRAME_BYTES), type, contract).map((field) => ({
        ...field,
        start: field.start + FRAME_BYTES,
        end: field.end + FRAME_BYTES,
      }));

const FRAME_BYTES = 5;

/** Puts text in quotes; undefined for a message. */
export const formatFieldValue = ({ value }: Field): string | undefined =>
  value?.isText ? JSON.stringify(value.text) : value?.text;

interface Row {
  readonly hex: string;
  readonly text: string;
}

/** A message ends before the next field that is not deeper than itself. */
const buildRows = (bytes: Buffer, fields: readonly Field[]): Row[] => {
  const rows: Row[] = [];
  const open: number[] = [];
  const closeTo = (depth: number) => {
    while ((open.at(-1) ?? -1) >= depth) rows.push({ hex: '', text: `${'  '.repeat(open.pop() ?? 0)}}` });
  };
  for (const field of fields) {
    const { start, end, depth, name } = field;
    closeTo(depth);
    const value = formatFieldValue(field);
    if (value === undefined) open.push(depth);
    const text = `${'  '.repeat(depth)}${name}${value === undefined ? ' {' : `: ${value}`}`;
    rows.push({ hex: formatHex(bytes.subarray(start, end)), text });
  }
  closeTo(0);
  return rows;
};

const formatHex = (bytes: Buffer): string => bytes.toString('hex').replace(/..(?=.)/g, '$& ');

/** Hex that is wider than its column continues on the lines below. */
const formatColumns = (hex: string, text: string, width: number): string[] => {
  const lines = hex.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''];
  return lines.map((line, index) => `${line.trimEnd().padEnd(width)}  ${index === 0 ? text : ''}`.trimEnd());
};
