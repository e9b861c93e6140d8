/** JSON as XML, for REST clients that prefer it: members become elements, the items of a list `<item>` elements. */
import { XMLBuilder } from 'fast-xml-parser';

const BUILDER = new XMLBuilder({
  suppressEmptyNode: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
});

export const jsonAsXml = (root: string, json: string): string =>
  buildXml({ [root]: withItems(JSON.parse(json), 'item') });

/** A problem has a namespace, and its list items are `<i>` (RFC 9457, appendix B). */
export const problemAsXml = (json: string): string => {
  const problem = withItems(JSON.parse(json), 'i') as object;
  return buildXml({ problem: { '@xmlns': 'urn:ietf:rfc:7807', ...problem } });
};

const buildXml = (document: object): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${BUILDER.build(document)}`;

const withItems = (value: unknown, item: string): unknown => {
  if (Array.isArray(value))
    return value.length > 0 ? { [item]: value.map((one) => withItems(one, item)) } : '';
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withItems(member, item)]));
};
