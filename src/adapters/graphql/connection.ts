/** Pages as Relay connections (GraphQL Cursor Connections Specification). A cursor is the page token of the other protocols. */
import type { Page } from '../../contract/model';
import type { Paging } from '../../contract/skills-api';
import { present } from '../common/present';

export interface ConnectionArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

export const encodePaging = ({ pageSize, pageToken }: Paging) => ({ first: pageSize, after: pageToken });

export const decodePaging = ({ first, after }: ConnectionArguments): Paging =>
  present({ pageSize: first ?? undefined, pageToken: after ?? undefined });

/** The selection of a connection whose nodes have this selection. */
export const selectPage = (selection: string): string =>
  `{ nodes ${selection} pageInfo { hasNextPage endCursor } totalSize }`;

/** Cursors are functions, because each is signed and few documents select them. */
export const encodeConnection = <Item>(
  { items, nextPageToken, totalSize }: Page<Item>,
  cursor: (item: Item) => string,
) => {
  const [first, last] = [items[0], items.at(-1)];
  return {
    nodes: items,
    edges: () => items.map((node) => ({ node, cursor: () => cursor(node) })),
    pageInfo: {
      hasNextPage: nextPageToken !== undefined,
      hasPreviousPage: false,
      startCursor: () => first && cursor(first),
      endCursor: () => nextPageToken ?? (last && cursor(last)),
    },
    totalSize,
  };
};

export type Connection = ReturnType<typeof encodeConnection>;

// biome-ignore lint/suspicious/noExplicitAny: JSON.parse gives any; the document is our own.
type Json = any;

export const decodeConnection = <Item>(
  { nodes, pageInfo, totalSize }: Json,
  decodeNode: (node: Json) => Item,
): Page<Item> => {
  const next = pageInfo.hasNextPage && { nextPageToken: pageInfo.endCursor };
  return { items: nodes.map(decodeNode), ...next, totalSize };
};
