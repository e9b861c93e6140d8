/** A SOAP response is text in elements: a list is an element of items, an absent field has no element (or xsi:nil). */
import type { Category, Page, Progress, Skill } from '../../contract/model';
import type { ResponseCodecs } from '../common/codecs';
import { memoizeByIdentity } from '../common/memoize';
import { present } from '../common/present';
import { element, itemsOf, list, texts } from '../common/xml';
import type { Xml } from '../common/xml-reader';

const encodeCategory = memoizeByIdentity(
  ({ id, name, summary, parentId, position }: Partial<Category>): string =>
    element('id', id) +
    element('name', name) +
    element('summary', summary) +
    element('parentId', parentId) +
    element('position', position),
);

const encodeSkill = memoizeByIdentity(
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

const encodeProgress = ({ skillId, status, updateTime }: Progress): string =>
  element('skillId', skillId) + element('status', status) + element('updateTime', updateTime);

const decodeCategory = ({ id, name, summary, parentId, position }: Xml): Category =>
  present<Category>({
    id,
    name,
    summary,
    parentId: parentId ?? undefined,
    position: position && Number(position),
  });

const decodeSkill = (skill: Xml): Skill =>
  present<Skill>({
    id: skill.id,
    name: skill.name,
    summary: skill.summary,
    categoryIds: itemsOf(skill.categoryIds),
    tags: itemsOf(skill.tags),
    level: skill.level ?? undefined,
    requires: itemsOf(skill.requires),
    related: itemsOf(skill.related),
    aliases: itemsOf(skill.aliases),
    demonstrations: itemsOf(skill.demonstrations)?.map(({ path, note }) => ({ path, note })),
    createTime: skill.createTime,
    updateTime: skill.updateTime,
    etag: skill.etag,
  });

const decodeProgress = ({ skillId, status, updateTime }: Xml): Progress => ({ skillId, status, updateTime });

const decodeAll = <T>(items: Xml, decode: (item: Xml) => T): T[] => itemsOf(items)!.map(decode);

const SKILL = {
  encode: (skill: Partial<Skill>): string => `<skill>${encodeSkill(skill)}</skill>`,
  decode: ({ skill }: Xml): Skill => decodeSkill(skill),
};

const pageOf = <Item>(encodeItem: (item: Item) => string, decodeItem: (parsed: Xml) => Item) => ({
  encode: ({ items, nextPageToken, totalSize }: Page<Item>): string =>
    list('items', items, encodeItem) +
    element('nextPageToken', nextPageToken) +
    element('totalSize', totalSize),
  decode: ({ items, nextPageToken, totalSize }: Xml): Page<Item> =>
    present({
      items: decodeAll(items, decodeItem),
      nextPageToken: nextPageToken ?? undefined,
      totalSize: Number(totalSize),
    }),
});

/** The content of the response element. */
export const RESPONSES: ResponseCodecs<string, Xml> = {
  listCategories: pageOf(encodeCategory, decodeCategory),
  getCategory: {
    encode: (category) => `<category>${encodeCategory(category)}</category>`,
    decode: ({ category }) => decodeCategory(category),
  },
  getSkill: SKILL,
  listSkills: pageOf(encodeSkill, decodeSkill),
  batchGetSkills: {
    encode: ({ skills, missingIds }) => list('skills', skills, encodeSkill) + texts('missingIds', missingIds),
    decode: ({ skills, missingIds }) => ({
      skills: decodeAll(skills, decodeSkill),
      missingIds: itemsOf(missingIds)!,
    }),
  },
  getLearningPath: {
    encode: ({ skills, edges, learnedIds }) =>
      list('skills', skills, encodeSkill) +
      list(
        'edges',
        edges,
        (edge) => element('skillId', edge.skillId) + element('requiresId', edge.requiresId),
      ) +
      texts('learnedIds', learnedIds),
    decode: ({ skills, edges, learnedIds }) => ({
      skills: decodeAll(skills, decodeSkill),
      edges: decodeAll(edges, ({ skillId, requiresId }) => ({ skillId, requiresId })),
      learnedIds: itemsOf(learnedIds)!,
    }),
  },
  createSkill: SKILL,
  updateSkill: SKILL,
  deleteSkill: { encode: () => '', decode: () => undefined },
  setProgress: {
    encode: (progress) => `<progress>${encodeProgress(progress)}</progress>`,
    decode: ({ progress }) => decodeProgress(progress),
  },
  listProgress: pageOf(encodeProgress, decodeProgress),
};
