import { LIMITS } from '../contract/limits';
import type { Page } from '../contract/model';
import type { Paging } from '../contract/skills-api';

/** The items of a list, read page by page. */
export const allItems = async <Item>(
  readPage: (paging: Paging) => Promise<Page<Item>>,
  pageSize: number = LIMITS.pageSizeMax,
): Promise<Item[]> => {
  const items: Item[] = [];
  let pageToken: string | undefined = '';
  while (pageToken !== undefined) {
    const page: Page<Item> = await readPage({ pageSize, pageToken });
    items.push(...page.items);
    pageToken = page.nextPageToken;
  }
  return items;
};
