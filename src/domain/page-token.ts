/** Page tokens name the last item of a page, so they stay valid while others write; they are the same in all protocols. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { invalidArgument } from '../contract/errors';
import type { Category, Progress, Skill } from '../contract/model';
import type { ListSkills } from '../contract/skills-api';

/** The last item of a page. `key` is the text by which the list was ordered at that time; empty for an order by id alone. */
export interface Cursor {
  readonly key: string;
  readonly id: string;
}

/** One list of the service, whichever protocol asks for it. */
export interface List<Item> {
  /** The values that select and order the items. No other list has the same ones. */
  readonly parts: readonly string[];
  cursorOf(item: Item): Cursor;
}

const byName = ({ id, name }: Skill): Cursor => ({ id, key: name });

export const CATEGORIES: List<Category> = {
  parts: ['categories'],
  cursorOf: ({ id }) => ({ id, key: '' }),
};

export const PROGRESS: List<Progress> = {
  parts: ['progress'],
  cursorOf: ({ skillId }) => ({ id: skillId, key: '' }),
};

/** The skills that name the category themselves, by name. */
export const skillsOfCategory = (categoryId: string): List<Skill> => ({
  parts: ['skillsOfCategory', categoryId],
  cursorOf: byName,
});

export const skillsOfQuery = ({ category, tag, text, orderBy = 'NAME' }: ListSkills): List<Skill> => ({
  parts: [category ?? '', tag ?? '', text?.trim() ?? '', orderBy],
  cursorOf: orderBy.startsWith('UPDATE_TIME') ? ({ id, updateTime }) => ({ id, key: updateTime }) : byName,
});

export interface PageTokenCodec {
  encode<Item>(list: List<Item>, last: Item): string;
  /** Undefined for no token. Throws INVALID_ARGUMENT for anything but a token that `encode` made for the same list. */
  decode(list: List<never>, token: string | undefined): Cursor | undefined;
}

const SIGNATURE_BYTES = 16;

/** All processes that serve one store share `secret`, so each of them can continue another's list. */
export const pageTokenCodec = (secret: string): PageTokenCodec => {
  const sign = ({ parts }: List<never>, cursor: string): Buffer =>
    createHmac('sha256', secret)
      .update(JSON.stringify([...parts, cursor]))
      .digest()
      .subarray(0, SIGNATURE_BYTES);

  return {
    encode: (list, last) => {
      const { id, key } = list.cursorOf(last);
      const cursor = `${id} ${key}`;
      return Buffer.concat([sign(list, cursor), Buffer.from(cursor)]).toString('base64url');
    },
    decode: (list, token) => {
      if (!token) return undefined;
      const bytes = Buffer.from(token, 'base64url');
      const signature = bytes.subarray(0, SIGNATURE_BYTES);
      const cursor = bytes.subarray(SIGNATURE_BYTES).toString();
      // Buffer decodes base64url leniently; only the exact characters that `encode` wrote are the token.
      if (
        bytes.toString('base64url') !== token ||
        signature.length !== SIGNATURE_BYTES ||
        !timingSafeEqual(signature, sign(list, cursor))
      ) {
        throw invalidArgument('pageToken', 'must come from a page of the same list', 'PAGE_TOKEN_INVALID');
      }
      const space = cursor.indexOf(' ');
      return { id: cursor.slice(0, space), key: cursor.slice(space + 1) };
    },
  };
};
