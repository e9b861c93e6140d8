/** Input checks on the client, for values that a protocol cannot carry to the service. */
import { isEncodable } from '../../contract/encodable';
import { ETAG_PATTERN, INPUTS, parseInput, SLUG_PATTERN } from '../../contract/inputs';
import { PROGRESS_STATUSES, SKILL_LEVELS, SKILL_ORDERS } from '../../contract/model';
import { type Input, OPERATION_NAMES, type Operation } from '../../contract/skills-api';

type Shape = Readonly<Record<string, { safeParse(value: unknown): { success: boolean } }>>;

/** The names of the required members. */
const requiredOf = (shape: Shape): string[] =>
  Object.keys(shape).filter((name) => !shape[name]?.safeParse(undefined).success);

const REQUIRED = Object.fromEntries(
  OPERATION_NAMES.map((operation) => [operation, requiredOf(INPUTS[operation].shape)]),
) as Record<Operation, string[]>;
const REQUIRED_OF_SKILL = requiredOf(INPUTS.createSkill.shape.skill.shape);

const hasAll = (members: Readonly<Record<string, unknown>>, names: readonly string[]): boolean =>
  names.every((name) => members[name] !== undefined);

/** Names that are numbers in protobuf. */
const ENUMS = Object.entries({ orderBy: SKILL_ORDERS, status: PROGRESS_STATUSES, level: SKILL_LEVELS });

const hasKnownNames = (members: Readonly<Record<string, unknown>>): boolean =>
  ENUMS.every(
    ([name, known]) => members[name] === undefined || (known as readonly unknown[]).includes(members[name]),
  );

/**
 * Throws the error of the service for an input that a protocol cannot encode: a lone surrogate in UTF-8, a control character
 * in XML, null, an unknown name or an absent one in protobuf, 1.5 in an int32, `..` in a path, a quote in an entity tag, a
 * value over the limit of a body. The service validates all other inputs.
 */
export const rejectUnencodable = <O extends Operation>(operation: O, input: Input<O>): void => {
  const members = Object(input);
  const { id, skillId = id, etag } = members;
  const fits =
    input !== undefined &&
    hasAll(members, REQUIRED[operation]) &&
    (operation !== 'createSkill' || hasAll(Object(members.skill), REQUIRED_OF_SKILL)) &&
    (skillId === undefined || SLUG_PATTERN.test(skillId)) &&
    (etag === undefined || ETAG_PATTERN.test(etag)) &&
    [members, Object(members.skill), Object(members.patch)].every(hasKnownNames) &&
    isEncodable(input);
  if (!fits) parseInput(operation, input);
};
