import { isEncodable } from '../../contract/encodable';
import { ETAG_PATTERN, parseInput, SLUG_PATTERN } from '../../contract/inputs';
import type { Input, Operation } from '../../contract/skills-api';

/**
 * A lone surrogate cannot be put into UTF-8, a control character not into XML, 1.5 not into an int32, `..` not into a
 * path, a quote not into an entity tag, and a megabyte not past the limit of a body. Where a call holds such a thing, its client throws what the service would have
 * said had it arrived; everything else is for the service to judge.
 */
export const rejectUnencodable = <O extends Operation>(operation: O, input: Input<O>): void => {
  const { id, skillId = id, etag } = input as { id?: string; skillId?: string; etag?: string };
  const fits =
    (skillId === undefined || SLUG_PATTERN.test(skillId)) &&
    (etag === undefined || ETAG_PATTERN.test(etag)) &&
    isEncodable(input);
  if (!fits) parseInput(operation, input);
};
