import { isEncodable } from '../../contract/encodable';
import { ETAG_PATTERN, parseInput, SLUG_PATTERN } from '../../contract/inputs';
import type { Input, Operation } from '../../contract/skills-api';

/**
 * Throws the error of the service for an input that a protocol cannot encode: a lone surrogate in UTF-8, a control character
 * in XML, 1.5 in an int32, `..` in a path, a quote in an entity tag, a value over the limit of a body. The service validates
 * all other inputs.
 */
export const rejectUnencodable = <O extends Operation>(operation: O, input: Input<O>): void => {
  const { id, skillId = id, etag } = input as { id?: string; skillId?: string; etag?: string };
  const fits =
    (skillId === undefined || SLUG_PATTERN.test(skillId)) &&
    (etag === undefined || ETAG_PATTERN.test(etag)) &&
    isEncodable(input);
  if (!fits) parseInput(operation, input);
};
