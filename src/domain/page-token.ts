/** Tokens say after which skill to go on, so they stay right while others write; they are the same in all protocols. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { invalidArgument } from '../contract/errors';
import type { Skill } from '../contract/model';
import type { ListSkills } from '../contract/skills-api';

/** Where a page ended. `key` is the name or the updateTime as the skill had it, by which the list is ordered. */
export interface Cursor {
  readonly key: string;
  readonly id: string;
}

export interface PageTokenCodec {
  encode(query: ListSkills, last: Skill): string;
  /** Throws INVALID_ARGUMENT for anything that `after` did not make for this same query. */
  decode(query: ListSkills, token: string): Cursor;
}

const SIGNATURE_BYTES = 16;

/** `secret` is shared by all processes that serve one store, so that each can go on where another stopped. */
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
      // Decoding is lenient: only the very characters that `after` wrote are the token.
      if (
        bytes.toString('base64url') !== token ||
        signature.length !== SIGNATURE_BYTES ||
        !timingSafeEqual(signature, sign(query, cursor))
      ) {
        throw invalidArgument('pageToken', 'is not one that this query gave', 'PAGE_TOKEN_INVALID');
      }
      const space = cursor.indexOf(' ');
      return { id: cursor.slice(0, space), key: cursor.slice(space + 1) };
    },
  };
};
