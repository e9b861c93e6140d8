/** JSON as XML, for REST clients that prefer it: members become elements, the items of a list `<item>` elements. */
import { XMLBuilder } from 'fast-xml-parser';

const BUILDER = new XMLBuilder({ suppressEmptyNode: true });

export const jsonAsXml = (root: string, json: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${BUILDER.build({ [root]: withItems(JSON.parse(json)) })}`;

const withItems = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length > 0 ? { item: value.map(withItems) } : '';
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withItems(member)]));
};
