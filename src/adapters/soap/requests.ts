/** A SOAP request is elements with the names of the input's fields, in the sequence of the XML Schema; xsi:nil is null. */
import type { RequestCodecs } from '../common/codecs';
import { decodePageSize } from '../common/decode-values';
import { element, escapeText, list } from '../common/xml';
import type { Xml } from '../common/xml-reader';

/** Elements that hold a list, and elements that hold an object. Any other element holds text. */
const LISTS = ['fields', 'ids', 'categoryIds', 'tags', 'requires', 'related', 'aliases', 'demonstrations'];
const OBJECTS = ['skill', 'patch'];

/** The sequence of the elements within an object and within an item. */
const WRITABLE_SEQUENCE = [
  'id',
  'name',
  'summary',
  'categoryIds',
  'tags',
  'level',
  'requires',
  'related',
  'aliases',
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

/** Unknown elements are passed on, so that the service rejects them. */
const decodeMembers = (parsed: Xml): Xml =>
  Object.fromEntries(
    Object.entries(isBlank(parsed) ? {} : Object(parsed)).map(([name, member]) => [
      name,
      decodeMember(name, member),
    ]),
  );

const isBlank = (parsed: Xml): boolean => typeof parsed === 'string' && parsed.trim() === '';

const decodeMember = (name: string, parsed: Xml): unknown => {
  // The service decides where nil may stand.
  if (parsed === null) return null;
  if (name === 'pageSize') return decodePageSize(String(parsed).trim());
  if (OBJECTS.includes(name))
    return isBlank(parsed) || typeof parsed === 'object' ? decodeMembers(parsed) : parsed;
  if (!LISTS.includes(name)) return parsed;
  if (isBlank(parsed)) return [];
  const { item, ...unknown } = Object(parsed);
  // Not a list: passed on, so that the service rejects it.
  if (item === undefined || Object.keys(unknown).length > 0) return parsed;
  return item.map((one: Xml) => (one !== null && typeof one === 'object' ? decodeMembers(one) : one));
};

/** A request with these elements, in this sequence. */
const sequenceOf = (...sequence: string[]) => ({
  encode: (input: object): string => encodeMembers(input, sequence),
  decode: decodeMembers,
});

export const REQUESTS: RequestCodecs<string, Xml> = {
  listCategories: sequenceOf('pageSize', 'pageToken', 'fields'),
  getCategory: sequenceOf('id', 'fields'),
  getSkill: sequenceOf('id', 'fields'),
  listSkills: sequenceOf('category', 'tag', 'text', 'orderBy', 'pageSize', 'pageToken', 'fields'),
  batchGetSkills: sequenceOf('ids', 'fields'),
  getLearningPath: sequenceOf('id', 'fields'),
  createSkill: sequenceOf('skill'),
  // In a patch xsi:nil removes the level, and an absent element stays.
  updateSkill: sequenceOf('id', 'etag', 'patch'),
  deleteSkill: sequenceOf('id', 'etag'),
  setProgress: sequenceOf('skillId', 'status'),
  listProgress: sequenceOf('pageSize', 'pageToken'),
};
