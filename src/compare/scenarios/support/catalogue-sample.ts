/** A sample of the catalogue, read from the server itself, so that scenarios can run against any server. */
import { allItems } from '../../../calls/all-items';
import type { Page, Skill } from '../../../contract/model';
import type { SkillsApi } from '../../../contract/skills-api';

export interface CatalogueSample {
  /** In the order of the pages, by name. */
  readonly skillIds: readonly string[];
  /** Categories that have skills. */
  readonly categoryIds: readonly string[];
  /** Page tokens with at least `pageSize` skills after them; an empty token stands for the first page. */
  pageTokens(pageSize: number): readonly string[];
}

const STEP = 20;

export const sampleCatalogue = async (api: SkillsApi): Promise<CatalogueSample> => {
  const skillIds: string[] = [];
  const used = new Set<string>();
  const tokens = [''];
  for (let pageToken: string | undefined = ''; pageToken !== undefined; ) {
    const page: Page<Pick<Skill, 'id' | 'categoryIds'>> = await api.listSkills({
      pageSize: STEP,
      pageToken,
      fields: ['id', 'categoryIds'],
    });
    for (const { id, categoryIds } of page.items) {
      skillIds.push(id);
      for (const categoryId of categoryIds) used.add(categoryId);
    }
    pageToken = page.nextPageToken;
    if (pageToken !== undefined) tokens.push(pageToken);
  }
  const categories = await allItems((paging) => api.listCategories({ ...paging, fields: ['id'] }));
  return {
    skillIds,
    categoryIds: categories.map(({ id }) => id).filter((id) => used.has(id)),
    pageTokens: (pageSize) =>
      tokens.filter((_, index) => index === 0 || index * STEP + pageSize <= skillIds.length),
  };
};
