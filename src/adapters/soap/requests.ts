/** A SOAP request is elements with the names of the input's fields, in the sequence of the XML Schema; xsi:nil is null. */
import { invalidArgument } from '../../contract/errors';
import type { RequestCodecs } from '../common/codecs';
import { element, escapeText, list, type Xml } from '../common/xml';

/** What an element holds; any other element holds text. */
const LISTS = ['fields', 'ids', 'categoryIds', 'tags', 'requires', 'related', 'aliases', 'demonstrations'];
const OBJECTS = ['skill', 'patch'];

/** The sequence of the elements within an object and within an item. */
const WRITABLE_SEQUENCE = [
  ...['id', 'name', 'summary', 'categoryIds', 'tags', 'level', 'requires', 'related', 'aliases'],
  'demonstrations',
];
const DEMONSTRATION_SEQUENCE = ['path', 'note'];

/** Unknown members come last, so that the service rejects them. */
const encodeMembers = (value: object, sequence: readonly string[]): string => {
  const place = (name: string) => (sequence.includes(name) ? sequence.indexOf(name) : sequence.length);
  return Object.entries(value)
    .sort(([one], [other]) => place(one) - place(other))
    .map(([name, member]) => encodeMember(name, member))
    .join('');
};

const encodeMember = (name: string, value: unknown): string => {
  if (value === undefined) return '';
  if (value === null) return `<${name} xsi:nil="true"/>`;
  if (Array.isArray(value)) {
    return list(name, value, (item) =>
      typeof item === 'object' ? encodeMembers(item, DEMONSTRATION_SEQUENCE) : escapeText(String(item)),
    );
  }
  if (typeof value === 'object') return `<${name}>${encodeMembers(value, WRITABLE_SEQUENCE)}</${name}>`;
  return element(name, String(value));
};

/** Takes the soap library's form of an element. Unknown elements are passed on, so that the service rejects them. */
const decodeMembers = (wire: Xml): Xml =>
  Object.fromEntries(
    Object.entries(Object(wire))
      .filter(([name]) => name !== 'attributes')
      .map(([name, member]) => [name, decodeMember(name, member)]),
  );

const decodeMember = (name: string, wire: Xml): unknown => {
  if (name === 'pageSize') return decodeInteger(name, decodeText(wire));
  if (OBJECTS.includes(name)) return typeof wire === 'string' ? wire : decodeMembers(wire);
  if (!LISTS.includes(name)) return decodeText(wire);
  if (wire === null) return [];
  const { item, ...unknown } = Object(wire);
  if (item === undefined || Object.keys(unknown).some((other) => other !== 'attributes')) return wire;
  return [item].flat().map((one) => (name === 'demonstrations' ? decodeMembers(one) : decodeText(one)));
};

/** The library makes an object of an element with an attribute, such as xsi:type, with the text in `$value`. */
const decodeText = (wire: Xml): unknown => wire?.$value ?? wire;

const decodeInteger = (name: string, text: unknown): number => {
  if (!/^[+-]?\d{1,15}$/.test(String(text).trim())) throw invalidArgument(name, 'must be a whole number');
  return Number(text);
};

/** A request with these elements, in this sequence. */
const elements = (...sequence: string[]) => ({
  encode: (input: object): string => encodeMembers(input, sequence),
  decode: decodeMembers,
});

export const REQUESTS: RequestCodecs<string, Xml> = {
  listCategories: elements('fields'),
  getCategory: elements('id', 'fields'),
  getSkill: elements('id', 'fields'),
  listSkills: elements('category', 'tag', 'text', 'orderBy', 'pageSize', 'pageToken', 'fields'),
  batchGetSkills: elements('ids', 'fields'),
  getLearningPath: elements('id', 'fields'),
  createSkill: elements('skill'),
  // In a patch xsi:nil removes the level, and an absent element stays.
  updateSkill: elements('id', 'etag', 'patch'),
  deleteSkill: elements('id', 'etag'),
  setProgress: elements('skillId', 'status'),
  listProgress: elements(),
};
