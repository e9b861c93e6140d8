/** Reads the values under the marks of a message, independently of the code that sets the marks. */
import type { Mark, ProtobufField, ShownMessage, TextPart } from '../../src/explorer/api';

/** The distinct texts of each key. */
export type MarkedValues = Map<string, Set<string>>;

type Pair = readonly [key: string, text: string];

/** Throws if marks overlap, or if the sent and the formatted body have different marks. */
export const markedValues = ({
  startLine,
  startLineMarks = [],
  headers,
  body,
  trailers,
}: ShownMessage): MarkedValues => {
  const pairs: Pair[] = markedTexts(startLine, startLineMarks).map(([key, text]) => [
    key,
    decodeURIComponent(text.replaceAll('+', ' ')),
  ]);
  for (const { key, value } of [...headers, ...trailers]) {
    if (key !== undefined) pairs.push([key, /^"(.*)"$/.exec(value)?.[1] ?? value]);
  }
  if (body.kind === 'protobuf') pairs.push(...valuesInFields(body.fields, Buffer.from(body.hex, 'hex')));
  if (body.kind === 'text') {
    const [sent, pretty] = [body.sent.flatMap(valuesInText), body.pretty.flatMap(valuesInText)];
    if (JSON.stringify(sent) !== JSON.stringify(pretty)) throw new Error(`${sent} is not ${pretty}`);
    pairs.push(...sent);
  }
  const values: MarkedValues = new Map();
  for (const [key, text] of pairs) values.set(key, new Set([...(values.get(key) ?? []), text]));
  return values;
};

const markedTexts = (text: string, marks: readonly Mark[]): Pair[] =>
  marks.map(({ start, end, key }, index) => {
    const before = marks[index - 1]?.end ?? 0;
    if (start < before || end <= start || end > text.length) throw new Error(`${key} at ${start} to ${end}`);
    return [key, text.slice(start, end)];
  });

const valuesInText = ({ language, text, marks }: TextPart): Pair[] =>
  markedTexts(text, marks).map(([key, found]) => [key, DECODE[language](found)]);

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&' };

const DECODE: Record<TextPart['language'], (found: string) => string> = {
  text: (found) => found,
  graphql: (found) => found,
  // An element without text is marked as a whole.
  xml: (found) => found.replace(/^<.*>$/, '').replace(/&(\w+);/g, (_, name) => ENTITIES[name] ?? ''),
  // Selected fields are marked inside the string of the query, without quotes.
  json: (found) => (/^\w+$/.test(found) && found !== 'null' ? found : String(JSON.parse(found) ?? '')),
};

/** A timestamp is two numbers, an enum value has a prefix, and a field mask has the names of the .proto. */
const valuesInFields = (fields: readonly ProtobufField[], bytes: Buffer): Pair[] => {
  const times = new Map<string, number>();
  const pairs: Pair[] = [];
  for (const { key, name, value, start, end } of fields) {
    if (key === undefined) continue;
    if (value === undefined) times.set(key, 0);
    else if (times.has(key)) {
      times.set(key, (times.get(key) ?? 0) + Number(value) * (name === 'nanos' ? 1e-6 : 1000));
    } else if (value.startsWith('"')) {
      const text: string = JSON.parse(value);
      if (!bytes.subarray(start, end).toString().endsWith(text)) throw new Error(`${key} is not ${text}`);
      pairs.push([key, name === 'paths' ? text.replace(/_(.)/g, (_, one) => one.toUpperCase()) : text]);
    } else pairs.push([key, value.replace(/^(SKILL_LEVEL|PROGRESS_STATUS)_/, '')]);
  }
  return [...pairs, ...Array.from(times, ([key, ms]): Pair => [key, new Date(ms).toISOString()])];
};
