/** HTML as a tagged template: it escapes every value, except markup that the tag itself has made. */

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

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);

const toHtmlText = (content: Content): string => {
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(toHtmlText).join('');
  return content === undefined || content === false ? '' : escapeHtml(String(content));
};

export const html = (strings: TemplateStringsArray, ...values: readonly Content[]): Markup =>
  new Markup(String.raw({ raw: strings }, ...values.map(toHtmlText)));

/** The value of an `id`, and of links to it. */
export const createAnchor = (prefix: string, index: number): string => `${prefix}-${index + 1}`;
