/** Suggestions for text fields: ids of skills and categories, and tags, that match the typed text. */
import { allItems } from '../calls/all-items';
import { LIMITS } from '../contract/limits';
import type { SkillsClient } from '../contract/protocol';
import type { Suggestion, SuggestionKind } from './api';

const COUNT_MAX = 20;

type FindSuggestions = (client: SkillsClient, text: string) => Promise<readonly Suggestion[]>;

const toSuggestion = ({ id, name }: { id: string; name: string }): Suggestion => ({ value: id, label: name });

const FINDERS = {
  skills: async (client, text) => {
    const words = text.slice(0, LIMITS.textCharsMax).replaceAll('-', ' ');
    const { items } = await client.listSkills({ text: words, pageSize: COUNT_MAX, fields: ['id', 'name'] });
    const startsWithText = ({ id }: { id: string }) => Number(id.startsWith(text));
    // Matches at the start of an id come before matches in a name or a summary.
    return [...items].sort((a, b) => startsWithText(b) - startsWithText(a)).map(toSuggestion);
  },
  categories: async (client, text) => {
    const categories = await allItems((paging) =>
      client.listCategories({ ...paging, fields: ['id', 'name'] }),
    );
    const typed = text.toLowerCase();
    return categories
      .filter(({ id, name }) => id.includes(typed) || name.toLowerCase().includes(typed))
      .map(toSuggestion);
  },
  tags: async (client, text) => {
    const { items } = await client.listSkills({ pageSize: 200, fields: ['tags'] });
    const tags = new Set(items.flatMap((skill) => skill.tags));
    return [...tags]
      .filter((tag) => tag.includes(text.toLowerCase()))
      .sort()
      .map((tag) => ({ value: tag, label: tag }));
  },
} as const satisfies Record<SuggestionKind, FindSuggestions>;

export const isSuggestionKind = (kind: unknown): kind is SuggestionKind =>
  typeof kind === 'string' && Object.hasOwn(FINDERS, kind);

export const findSuggestions = async (
  client: SkillsClient,
  kind: SuggestionKind,
  text: string,
): Promise<readonly Suggestion[]> => (await FINDERS[kind](client, text)).slice(0, COUNT_MAX);
