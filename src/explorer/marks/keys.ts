/** One name for each value, whatever a protocol calls it: where it is in the domain's answer, error or input. */

import type { Answer } from '../../calls/answers';
import { camelCase } from '../../calls/grpc-contract';
import type { ProtocolName } from '../../contract/protocol';
import type { Operation } from '../../contract/skills-api';
import { type Leaf, placeOf, placesIn } from './leaves';

/** Undefined for what is said in this protocol alone. */
export interface Keys {
  inBody(leaf: Pick<Leaf, 'path' | 'text'>): string | undefined;
  /** In the first line and the headers, which are told apart by their places in the domain. */
  inHead(place: string): string | undefined;
}

/** From a place in a message towards one in the domain, each after the one before; some for one operation alone. */
type Rules = readonly (readonly [found: RegExp, domain: string, operation?: Operation])[];

const ANSWERS = {
  rest: [],
  graphql: [
    [/^data\.(skill\.learningPath|skillsById|\w+)\.?/, ''],
    [/^(nodes)?(?=\[|$)/, 'items'],
    [/^pageInfo\.endCursor$/, 'nextPageToken'],
    [/(requires|related)(\[\d+\])\.id$/, '$1$2'],
  ],
  grpc: [
    [/^(categories|progress)\[/, 'items['],
    [/^skills\[/, 'items[', 'listSkills'],
    [/^(category|skill|progress)\./, ''],
    [/Time\.(seconds|nanos)$/, 'Time'],
  ],
  soap: [
    [/^Envelope\.Body\.\w+Response\./, ''],
    [/^(category|skill|progress)\./, ''],
  ],
} as const satisfies Record<ProtocolName, Rules>;

const ERRORS = {
  rest: [
    [/^status$/, 'code'],
    [/^detail$/, 'message'],
    [/^errors(\[\d+\])\.(pointer|parameter)$/, 'violations$1.field'],
    [/^errors(\[\d+\])\.detail$/, 'violations$1.description'],
  ],
  graphql: [
    [/^errors\[0\]\.(extensions\.)?/, ''],
    [/^domainCode$/, 'code'],
  ],
  // A google.rpc.Status, each message in it by its type.
  grpc: [
    [/^ErrorInfo\.reason$/, 'reason'],
    [/^ErrorInfo\.metadata\[0\]\.value$/, 'scope'],
    [/^BadRequest\.fieldViolations/, 'violations'],
    [/^RetryInfo\.retryDelay\.(seconds|nanos)$/, 'retryDelayMs'],
    [/^ResourceInfo\.resourceType$/, 'resource.type'],
    [/^ResourceInfo\.resourceName$/, 'resource.id'],
  ],
  soap: [
    [/^Envelope\.Body\.Fault\.(detail\.SkillsFault\.)?/, ''],
    [/^faultcode$/, 'code'],
    [/^faultstring$/, 'message'],
    [/^retryAfter$/, 'retryDelayMs'],
  ],
} as const satisfies Record<ProtocolName, Rules>;

/** Of what is in the body; REST has the rest in the path, the query and the headers. */
const INPUTS = {
  rest: [
    [/^/, 'skill.', 'createSkill'],
    [/^/, 'patch.', 'updateSkill'],
  ],
  graphql: [
    [/^variables\.(filter\.)?/, ''],
    [/^first$/, 'pageSize'],
    [/^after$/, 'pageToken'],
  ],
  grpc: [
    [/^readMask\.paths\[/, 'fields['],
    [/^requestId$/, 'idempotencyKey'],
  ],
  soap: [
    [/^Envelope\.Header\.IdempotencyKey$/, 'idempotencyKey'],
    [/^Envelope\.Body\.\w+\./, ''],
  ],
} as const satisfies Record<ProtocolName, Rules>;

const follow = (rules: Rules, place: string, operation?: Operation): string =>
  rules
    .filter(([, , only]) => only === undefined || only === operation)
    .reduce((found, [from, to]) => found.replace(from, to), place);

/** `reason`, `violations[0].field`, as in a SkillsError and its details. */
export const placeInError = (protocol: ProtocolName, { path }: Pick<Leaf, 'path'>): string =>
  follow(ERRORS[protocol], placeOf(path));

/** `items[1].name`, and `error.reason` where the answer is an error. */
export const answerKeys = (protocol: ProtocolName, operation: Operation, answer: Answer): Keys => {
  if ('error' in answer) {
    const { details, ...rest } = answer.error;
    const inHead = named('error.', { ...rest, ...details });
    return { inHead, inBody: (leaf) => inHead(placeInError(protocol, leaf)) };
  }
  const { value } = answer;
  // A JSON answer is an object that has the model's list in it.
  const inHead = named('', Array.isArray(value) ? { items: value } : value);
  return { inHead, inBody: ({ path }) => inHead(follow(ANSWERS[protocol], placeOf(path), operation)) };
};

/** The fields of an item that a document asks for. */
const SELECTED =
  /^(?:categories|category|skill|skills\.nodes|skillsById\.skills|skill\.learningPath\.skills)\.(\w+)$/;

/** `input.skill.name`. */
export const inputKeys = (protocol: ProtocolName, operation: Operation, input: object): Keys => {
  const inHead = named('input.', { ...input, idempotencyKey: '' });
  const fields = [(input as { readonly fields?: unknown }).fields].flat();
  const inBody: Keys['inBody'] = ({ path, text }) => {
    const place = placeOf(path);
    const selected = protocol === 'graphql' ? SELECTED.exec(place)?.[1] : undefined;
    if (selected) return inHead(`fields[${fields.indexOf(selected)}]`);
    // The mask names what an empty list or a missing level cannot say.
    const masked = place.startsWith('updateMask.') ? `patch.${camelCase(text)}` : place;
    return inHead(follow(INPUTS[protocol], masked, operation));
  };
  return { inHead, inBody };
};

const named = (prefix: string, value: unknown): Keys['inHead'] => {
  const known = new Set(placesIn(value));
  return (place) => (known.has(place) ? prefix + place : undefined);
};
