/** Writes XML text and elements, and reads lists. */
import type { Xml } from './xml-reader';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Quotes need no escape outside attributes, and the domain has turned carriage returns into newlines. */
export const escapeText = (text: string): string =>
  /[&<>]/.test(text) ? text.replace(/[&<>]/g, (character) => ESCAPES[character] as string) : text;

/** An empty string for an absent text: an absent field has no element. */
export const element = (name: string, text: string | number | undefined): string =>
  text === undefined ? '' : `<${name}>${escapeText(String(text))}</${name}>`;

/** A list is an element with an `<item>` for each of its items; an absent list has no element. */
export const list = <T>(
  name: string,
  items: readonly T[] | undefined,
  encode: (item: T) => string,
): string =>
  items === undefined
    ? ''
    : `<${name}>${items.map((item) => `<item>${encode(item)}</item>`).join('')}</${name}>`;

export const texts = (name: string, items: readonly string[] | undefined): string =>
  list(name, items, escapeText);

/** The items of a list; an empty list is parsed as empty text. */
export const itemsOf = (parsed: Xml): Xml[] | undefined =>
  parsed === undefined ? undefined : (parsed.item ?? []);
