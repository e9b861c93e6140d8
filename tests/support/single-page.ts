import type { Page } from '../../src/contract/model';

/** The only page of a list with these items. */
export const singlePage = <Item>(...items: readonly Item[]): Page<Item> => ({
  items,
  totalSize: items.length,
});
