/** Page tokens name the last skill of a page, so they stay valid while others write; they are the same in all protocols. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { invalidArgument } from '../contract/errors';
import type { Skill } from '../contract/model';
import type { ListSkills } from '../contract/skills-api';

/** The last skill of a page. `key` is its name or updateTime at that time, by which the list is ordered. */
export interface Cursor {
  readonly key: string;
  readonly id: string;
}

export interface PageTokenCodec {
  encode(query: ListSkills, last: Skill): string;
  /** Throws INVALID_ARGUMENT for anything but a token that `encode` made for the same query. */
  decode(query: ListSkills, token: string): Cursor;
}

const SIGNATURE_BYTES = 16;

/** All processes that serve one store share `secret`, so each of them can continue another's list. */
export const pageTokenCodec = (secret: string): PageTokenCodec => {
  const sign = ({ category, tag, text, orderBy }: ListSkills, cursor: string): Buffer =>
    createHmac('sha256', secret)
      .update(JSON.stringify([category ?? '', tag ?? '', text?.trim() ?? '', orderBy ?? 'NAME', cursor]))
      .digest()
      .subarray(0, SIGNATURE_BYTES);

  return {
    encode: (query, last) => {
      const cursor = `${last.id} ${query.orderBy?.startsWith('UPDATE_TIME') ? last.updateTime : last.name}`;
      return Buffer.concat([sign(query, cursor), Buffer.from(cursor)]).toString('base64url');
    },
    decode: (query, token) => {
      const bytes = Buffer.from(token, 'base64url');
      const signature = bytes.subarray(0, SIGNATURE_BYTES);
      const cursor = bytes.subarray(SIGNATURE_BYTES).toString();
      // Buffer decodes base64url leniently; only the exact characters that `encode` wrote are the token.
      if (
        bytes.toString('base64url') !== token ||
        signature.length !== SIGNATURE_BYTES ||
        !timingSafeEqual(signature, sign(query, cursor))
      ) {
        throw invalidArgument('pageToken', 'must be a nextPageToken of the same query', 'PAGE_TOKEN_INVALID');
      }
      const space = cursor.indexOf(' ');
      return { id: cursor.slice(0, space), key: cursor.slice(space + 1) };
    },
  };
};
