/** HTML as a tagged template: whatever is put in is escaped, unless it was made by this tag itself. */

export class Markup {
  constructor(readonly text: string) {}
}

export type Content = Markup | string | number | false | undefined | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);

const toHtmlText = (content: Content): string => {
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(toHtmlText).join('');
  return content === undefined || content === false ? '' : escapeHtml(String(content));
};

export const html = (strings: TemplateStringsArray, ...values: readonly Content[]): Markup =>
  new Markup(String.raw({ raw: strings }, ...values.map(toHtmlText)));

/** As the value of `id` and in links to it; the same text gives the same anchor. */
export const createAnchor = (prefix: string, index: number): string => `${prefix}-${index + 1}`;
