/** The entity tags in the headers of conditional requests. */
import { invalidArgument } from '../../contract/errors';

const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e]*"/g;
const TAG_LIST = new RegExp(
  `^[ \\t,]*${ENTITY_TAG.source}(?:[ \\t]*,(?:[ \\t]*${ENTITY_TAG.source})?)*[ \\t]*$`,
);

/** The tags of a header, or `*` alone (RFC 9110, section 13.1). Throws INVALID_ARGUMENT for `field`. */
export const decodeEntityTags = (field: string, header: string): readonly string[] => {
  if (header.trim() === '*') return ['*'];
  if (TAG_LIST.test(header)) return header.match(ENTITY_TAG) as string[];
  throw invalidArgument(field, 'must be entity tags in double quotes, or *');
};
