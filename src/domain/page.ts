/** Pages of lists (AIP-158). */
import { LIMITS } from '../contract/limits';
import type { ListPart, Page } from '../contract/model';
import type { Paging } from '../contract/skills-api';
import { takeUpToLimit } from './answer-size';
import type { List, PageTokenCodec } from './page-token';

export const pageSizeOf = ({ pageSize }: Paging): number =>
  Math.min(pageSize || LIMITS.pageSizeDefault, LIMITS.pageSizeMax);

/** A page of the first items, within the limit of an answer if their sizes are known. */
export const toPage = <Item>(
  pageTokens: PageTokenCodec,
  list: List<Item>,
  { items: found, hasMore, totalSize }: ListPart<Item>,
  bytesOf: (item: Item) => number = () => 0,
): Page<Item> => {
  const items = takeUpToLimit(found, bytesOf);
  const last = (hasMore || items.length < found.length) && items.at(-1);
  return { items, ...(last && { nextPageToken: pageTokens.encode(list, last) }), totalSize };
};
