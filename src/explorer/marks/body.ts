/** Bodies as sent and formatted, with their values marked. */
import { findNodeAtLocation, type Node } from 'jsonc-parser';
import { GRPC_CONTRACT } from '../../calls/grpc-contract';
import type { ProtocolName } from '../../contract/protocol';
import type { Exchange } from '../../wire/capture';
import type { Path } from '../../wire/protobuf-fields';
import { formatFieldValue, readGrpcMessageFields } from '../../wire/protobuf-text';
import type { Mark, ShownBody, TextPart } from '../api';
import { prettyQuery, selectedFields } from './graphql';
import type { Keys } from './keys';
import { jsonLeaves, jsonTree, type Leaf, prettyJson } from './leaves';
import { prettyXml, xmlLeaves } from './xml';

type Message = Exchange['request'];

type Format = 'xml' | 'json' | 'text';

const formatOf = ({ headers }: Message): Format => {
  const type = headers.find(([name]) => /^content-type$/i.test(name))?.[1] ?? '';
  return (/\b(xml|json)\b/.exec(type)?.[0] as Format | undefined) ?? 'text';
};

/** `type` names the protobuf message, for example `skills.v1.GetSkillRequest`. */
export const shownBody = (protocol: ProtocolName, message: Message, type: string, keys: Keys): ShownBody => {
  const { body } = message;
  if (body.length === 0) return { kind: 'none' };
  if (protocol === 'grpc') return protobufBody(body, type, keys);
  return { kind: 'text', ...PARTS[formatOf(message)](body.toString(), keys) };
};

/** The values in a text body. */
export const leavesIn = (message: Message): Leaf[] => {
  const text = message.body.toString();
  return { xml: xmlLeaves, json: (json: string) => jsonLeaves(json, jsonTree(json)), text: () => [] }[
    formatOf(message)
  ](text);
};

const protobufBody = (body: Buffer, type: string, keys: Keys): ShownBody => ({
  kind: 'protobuf',
  type,
  hex: body.toString('hex'),
  fields: readGrpcMessageFields(body, type, GRPC_CONTRACT).map((field) => {
    const { path, value: raw, ...shown } = field;
    const value = formatFieldValue(field);
    const key = keys.ofLeaf({ path, text: raw?.text ?? '' });
    return { ...shown, ...(value !== undefined && { value }), ...(key && { key }) };
  }),
});

type Parts = Pick<Extract<ShownBody, { kind: 'text' }>, 'sent' | 'pretty'>;

const unmarked = (language: TextPart['language'], text: string): Parts => {
  const part = { language, text, marks: [] };
  return { sent: [part], pretty: [part] };
};

const partOf = (
  language: TextPart['language'],
  text: string,
  leaves: readonly Leaf[],
  keys: Keys,
): TextPart => {
  const marks = leaves.flatMap((leaf): Mark[] => {
    const key = keys.ofLeaf(leaf);
    return key ? [{ start: leaf.start, end: leaf.end, key }] : [];
  });
  return { language, text, marks };
};

const xmlParts = (sent: string, keys: Keys): Parts => {
  const pretty = prettyXml(sent);
  return {
    sent: [partOf('xml', sent, xmlLeaves(sent), keys)],
    pretty: [partOf('xml', pretty, xmlLeaves(pretty), keys)],
  };
};

const jsonParts = (sent: string, keys: Keys): Parts => {
  const root = jsonTree(sent);
  if (!root) return unmarked('text', sent);
  const query = findNodeAtLocation(root, ['query']);
  const variables = findNodeAtLocation(root, ['variables']);
  const leaves = jsonLeaves(sent, root);
  const prettyOf = ({ offset, length }: Node, path: Path): TextPart => {
    const pretty = prettyJson(sent.slice(offset, offset + length));
    return partOf('json', pretty, jsonLeaves(pretty, jsonTree(pretty), path), keys);
  };
  if (query?.type !== 'string') {
    return { sent: [partOf('json', sent, leaves, keys)], pretty: [prettyOf(root, [])] };
  }
  const document = prettyQuery(query.value);
  return {
    sent: [partOf('json', sent, [...fieldsWithin(sent, query), ...leaves], keys)],
    pretty: [
      partOf('graphql', document, selectedFields(document), keys),
      ...(variables ? [prettyOf(variables, ['variables'])] : []),
    ],
  };
};

const PARTS: Readonly<Record<Format, (text: string, keys: Keys) => Parts>> = {
  xml: xmlParts,
  json: jsonParts,
  text: (text) => unmarked('text', text),
};

/** Selected fields of a query inside its JSON string; none if the string has escapes, which would shift the offsets. */
const fieldsWithin = (json: string, { offset, value }: Node): Leaf[] =>
  json.startsWith(value, offset + 1)
    ? selectedFields(value).map((leaf) => ({
        ...leaf,
        start: leaf.start + offset + 1,
        end: leaf.end + offset + 1,
      }))
    : [];
