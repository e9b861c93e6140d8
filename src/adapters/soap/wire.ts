/** Everything in XML is text in elements: a list is an element with items, and what is null is marked so (xsi:nil). */
import { XMLParser } from 'fast-xml-parser';
import { invalidArgument } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import type { Category, LearningPath, Page, Progress, Skill, SkillBatch } from '../../contract/model';
import type { Input, Operation } from '../../contract/skills-api';
import { memoizeByIdentity } from '../common/memoize';
import { ENVELOPE_NAMESPACE, elementName, NAMESPACE } from './schema';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Quotes need no escape outside attributes, and the domain has turned carriage returns into newlines. */
export const escapeText = (text: string): string =>
  /[&<>]/.test(text) ? text.replace(/[&<>]/g, (character) => ESCAPES[character] as string) : text;

export const element = (name: string, text: string | number | undefined): string =>
  text === undefined ? '' : `<${name}>${escapeText(String(text))}</${name}>`;

export const list = <T>(
  name: string,
  items: readonly T[] | undefined,
  encode: (item: T) => string,
): string =>
  items === undefined
    ? ''
    : `<${name}>${items.map((item) => `<item>${encode(item)}</item>`).join('')}</${name}>`;

const texts = (name: string, items: readonly string[] | undefined): string => list(name, items, escapeText);

// Answers: the content of the response element.

export const encodeCategory = memoizeByIdentity(
  ({ id, name, summary, parentId, position }: Partial<Category>): string =>
    element('id', id) +
    element('name', name) +
    element('summary', summary) +
    element('parentId', parentId) +
    element('position', position),
);

export const encodeSkill = memoizeByIdentity(
  (skill: Partial<Skill>): string =>
    element('id', skill.id) +
    element('name', skill.name) +
    element('summary', skill.summary) +
    texts('categoryIds', skill.categoryIds) +
    texts('tags', skill.tags) +
    element('level', skill.level) +
    texts('requires', skill.requires) +
    texts('related', skill.related) +
    texts('aliases', skill.aliases) +
    list(
      'demonstrations',
      skill.demonstrations,
      ({ path, note }) => element('path', path) + element('note', note),
    ) +
    element('createTime', skill.createTime) +
    element('updateTime', skill.updateTime) +
    element('etag', skill.etag),
);

export const encodeCategories = (categories: readonly Partial<Category>[]): string =>
  list('items', categories, encodeCategory);

export const encodeOneCategory = (category: Partial<Category>): string =>
  `<category>${encodeCategory(category)}</category>`;

export const encodeOneSkill = (skill: Partial<Skill>): string => `<skill>${encodeSkill(skill)}</skill>`;

export const encodePage = ({ items, nextPageToken, totalSize }: Page<Partial<Skill>>): string =>
  list('items', items, encodeSkill) +
  element('nextPageToken', nextPageToken) +
  element('totalSize', totalSize);

export const encodeBatch = ({ skills, missingIds }: SkillBatch<Partial<Skill>>): string =>
  list('skills', skills, encodeSkill) + texts('missingIds', missingIds);

export const encodeLearningPath = ({ skills, edges, learnedIds }: LearningPath<Partial<Skill>>): string =>
  list('skills', skills, encodeSkill) +
  list(
    'edges',
    edges,
    ({ skillId, requiresId }) => element('skillId', skillId) + element('requiresId', requiresId),
  ) +
  texts('learnedIds', learnedIds);

export const encodeNothing = (): string => '';

export const encodeProgress = ({ skillId, status, updateTime }: Progress): string =>
  element('skillId', skillId) + element('status', status) + element('updateTime', updateTime);

export const encodeOneProgress = (progress: Progress): string =>
  `<progress>${encodeProgress(progress)}</progress>`;

export const encodeProgressList = (all: readonly Progress[]): string => list('items', all, encodeProgress);

/** The body of an answer: what the soap library puts into its envelope. */
export const encodeResponse = (operation: Operation, content: string): string =>
  `<${elementName(operation)}Response xmlns="${NAMESPACE}">${content}</${elementName(operation)}Response>`;

// biome-ignore lint/suspicious/noExplicitAny: XML as parsed has no types; the decoders below list what they read.
type Xml = any;

const PARSER = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  maxNestedTags: LIMITS.xmlDepthMax,
  isArray: (name) => name === 'item',
});

/** The child of the Body: the response element's content, or the fault. */
export const decodeEnvelope = (xml: string): { response?: Xml; fault?: Xml } => {
  const body = PARSER.parse(xml).Envelope?.Body;
  const { Fault: fault, ...responses } = Object(body);
  return { fault, response: Object.values(responses)[0] };
};

/** The text that stands so in a document; nothing where it holds an element. */
export const textIn = (content: string): string => {
  if (content.includes('<')) return '';
  return content.includes('&') ? PARSER.parse(`<text>${content}</text>`).text : content;
};

/** CDATA and comments cut a text into pieces, and the library drops a piece of nothing but spaces. */
export const inOnePiece = (xml: string): string =>
  xml.includes('<!')
    ? xml.replace(PIECES, (piece, comment, text, cdata) => {
        if (comment) return '';
        return cdata ? escapeText(text) : piece;
      })
    : xml;

/** One without an end goes on to the end of all, so that no place is read twice. */
const PIECES = /<!--[\s\S]*?(-->|$)|<!\[CDATA\[([\s\S]*?)(\]\]>|$)/g;

/** The items of a list; one without any is read as empty text. */
export const items = (wire: Xml): Xml[] | undefined => (wire === undefined ? undefined : (wire.item ?? []));

const present = <T extends object>(value: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;

export const decodeCategory = ({ id, name, summary, parentId, position }: Xml): Category =>
  present<Category>({ id, name, summary, parentId, position: position && Number(position) });

export const decodeSkill = (wire: Xml): Skill =>
  present<Skill>({
    id: wire.id,
    name: wire.name,
    summary: wire.summary,
    categoryIds: items(wire.categoryIds),
    tags: items(wire.tags),
    level: wire.level,
    requires: items(wire.requires),
    related: items(wire.related),
    aliases: items(wire.aliases),
    demonstrations: items(wire.demonstrations)?.map(({ path, note }) => ({ path, note })),
    createTime: wire.createTime,
    updateTime: wire.updateTime,
    etag: wire.etag,
  });

const decodeSkills = (wire: Xml): Skill[] => items(wire)?.map(decodeSkill) ?? [];

export const decodeCategories = (wire: Xml): Category[] => items(wire.items)?.map(decodeCategory) ?? [];

export const decodePage = (wire: Xml): Page<Skill> => ({
  items: decodeSkills(wire.items),
  ...(wire.nextPageToken !== undefined && { nextPageToken: wire.nextPageToken }),
  totalSize: Number(wire.totalSize),
});

export const decodeBatch = (wire: Xml): SkillBatch => ({
  skills: decodeSkills(wire.skills),
  missingIds: items(wire.missingIds) ?? [],
});

export const decodeLearningPath = (wire: Xml): LearningPath => ({
  skills: decodeSkills(wire.skills),
  edges: items(wire.edges)?.map(({ skillId, requiresId }) => ({ skillId, requiresId })) ?? [],
  learnedIds: items(wire.learnedIds) ?? [],
});

export const decodeProgress = ({ skillId, status, updateTime }: Xml): Progress => ({
  skillId,
  status,
  updateTime,
});

export const decodeProgressList = (wire: Xml): Progress[] => items(wire.items)?.map(decodeProgress) ?? [];

// Requests: elements carry the names of the input's fields, so one rule encodes them all.

export const encodeRequest = <O extends Operation>(operation: O, input: Input<O>, header = ''): string => {
  const name = elementName(operation);
  const xsi = 'http://www.w3.org/2001/XMLSchema-instance';
  return (
    `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${ENVELOPE_NAMESPACE}" xmlns:xsi="${xsi}">` +
    `${header}<soap:Body><${name} xmlns="${NAMESPACE}">${encodeMembers(input)}</${name}></soap:Body></soap:Envelope>`
  );
};

/** A sequence in XML Schema has an order, which an object of the caller's need not keep. */
const ORDER = (
  'id skillId ids etag patch skill status category tag text orderBy pageSize pageToken fields ' +
  'name summary categoryIds tags level requires related aliases demonstrations path note'
).split(' ');

/** What we do not know goes last, for the service to refuse. */
const place = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

const encodeMembers = (value: object): string =>
  Object.entries(value)
    .sort(([one], [other]) => place(one) - place(other))
    .map(([name, member]) => encodeMember(name, member))
    .join('');

const encodeMember = (name: string, value: unknown): string => {
  if (value === undefined) return '';
  if (value === null) return `<${name} xsi:nil="true"/>`;
  if (typeof value === 'object' && !Array.isArray(value)) return `<${name}>${encodeMembers(value)}</${name}>`;
  if (!Array.isArray(value)) return element(name, String(value));
  return list(name, value, (item) =>
    typeof item === 'object' ? encodeMembers(item) : escapeText(String(item)),
  );
};

const LISTS = ['fields', 'ids', 'categoryIds', 'tags', 'requires', 'related', 'aliases', 'demonstrations'];
const OBJECTS = ['skill', 'patch'];

/** The soap library's reading of a request; elements we do not know go on as they are, for the service to refuse. */
export const decodeRequest = (wire: Xml): Xml =>
  Object.fromEntries(
    Object.entries(Object(wire))
      .filter(([name]) => name !== 'attributes')
      .map(([name, member]) => [name, decodeMember(name, member)]),
  );

const decodeMember = (name: string, wire: Xml): unknown => {
  if (name === 'pageSize') return decodeInteger(name, decodeText(wire));
  if (OBJECTS.includes(name)) return typeof wire === 'string' ? wire : decodeRequest(wire);
  if (!LISTS.includes(name)) return decodeText(wire);
  if (wire === null) return [];
  const { item, ...strangers } = Object(wire);
  if (item === undefined || Object.keys(strangers).some((other) => other !== 'attributes')) return wire;
  return [item].flat().map((one) => (name === 'demonstrations' ? decodeRequest(one) : decodeText(one)));
};

/** An element with an attribute, such as xsi:type, comes as an object with its text in `$value`. */
const decodeText = (wire: Xml): unknown => wire?.$value ?? wire;

const decodeInteger = (name: string, text: unknown): number => {
  if (!/^[+-]?\d{1,15}$/.test(String(text).trim())) throw invalidArgument(name, 'must be a whole number');
  return Number(text);
};
