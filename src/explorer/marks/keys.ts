/** One key for each value, whatever a protocol calls it: its path in the domain's result, error or input. */

import type { Answer } from '../../calls/answers';
import { camelCase } from '../../calls/grpc-contract';
import type { ProtocolName } from '../../contract/protocol';
import type { Operation } from '../../contract/skills-api';
import type { Path } from '../../wire/protobuf-fields';
import { type Leaf, pathsIn, pathText } from './leaves';

/** Both return undefined for a value that is not part of the domain. */
export interface Keys {
  ofLeaf(leaf: Pick<Leaf, 'path' | 'text'>): string | undefined;
  /** Values in the start line and the headers are named by their domain path: `etag`, `fields[0]`. */
  ofDomainPath(path: string): string | undefined;
}

/**
 * Replaces the beginning of a path in a message with a path in the domain; some rules are for one operation.
 * `#` is an index, which the domain's path repeats, and `*` is any one name.
 */
type Rule = readonly [message: string, domain: string, operation?: Operation];

const RESULTS = {
  rest: [],
  graphql: [
    ['data.*.nodes', 'items'],
    ['data.*.pageInfo.endCursor', 'nextPageToken'],
    ['data.skill.learningPath', ''],
    ['data.*', ''],
  ],
  grpc: [
    ['categories.#', 'items.#'],
    ['progress.#', 'items.#'],
    ['skills.#', 'items.#', 'listSkills'],
    ['category', ''],
    ['skill', ''],
    ['progress', ''],
  ],
  soap: [
    ['Envelope.Body.*.category', ''],
    ['Envelope.Body.*.skill', ''],
    ['Envelope.Body.*.progress', ''],
    ['Envelope.Body.*', ''],
  ],
} as const satisfies Record<ProtocolName, readonly Rule[]>;

const ERRORS = {
  rest: [
    ['status', 'code'],
    ['detail', 'message'],
    ['errors.#.pointer', 'violations.#.field'],
    ['errors.#.parameter', 'violations.#.field'],
    ['errors.#.detail', 'violations.#.description'],
  ],
  graphql: [
    ['errors.0.extensions.domainCode', 'code'],
    ['errors.0.extensions', ''],
    ['errors.0', ''],
  ],
  // A google.rpc.Status, with each message in it under the name of its type.
  grpc: [
    ['ErrorInfo.reason', 'reason'],
    ['ErrorInfo.metadata.0.value', 'scope'],
    ['BadRequest.fieldViolations', 'violations'],
    ['RetryInfo.retryDelay.*', 'retryDelayMs'],
    ['ResourceInfo.resourceType', 'resource.type'],
    ['ResourceInfo.resourceName', 'resource.id'],
  ],
  soap: [
    ['Envelope.Body.Fault.faultcode', 'code'],
    ['Envelope.Body.Fault.faultstring', 'message'],
    ['Envelope.Body.Fault.detail.SkillsFault.retryAfter', 'retryDelayMs'],
    ['Envelope.Body.Fault.detail.SkillsFault', ''],
  ],
} as const satisfies Record<ProtocolName, readonly Rule[]>;

/** Rules for request bodies; REST sends the rest of its input in the path, the query and the headers. */
const INPUTS = {
  rest: [
    ['', 'skill', 'createSkill'],
    ['', 'patch', 'updateSkill'],
  ],
  graphql: [
    ['variables.filter', ''],
    ['variables.first', 'pageSize'],
    ['variables.after', 'pageToken'],
    ['variables', ''],
    // The fields that a document selects.
    ['categories.nodes', 'fields'],
    ['category', 'fields'],
    ['skills.nodes', 'fields'],
    ['skillsById.skills', 'fields'],
    ['skill.learningPath.skills', 'fields'],
    ['skill', 'fields', 'getSkill'],
  ],
  grpc: [
    ['readMask.paths', 'fields'],
    ['requestId', 'idempotencyKey'],
  ],
  soap: [
    ['Envelope.Header.IdempotencyKey', 'idempotencyKey'],
    ['Envelope.Body.*', ''],
  ],
} as const satisfies Record<ProtocolName, readonly Rule[]>;

const stepsOf = (text: string): string[] => (text === '' ? [] : text.split('.'));

const matches = (pattern: string, step: Path[number] | undefined): boolean => {
  if (pattern === '#') return typeof step === 'number';
  return pattern === '*' ? typeof step === 'string' : pattern === String(step);
};

/** The first rule that matches is applied. */
const domainPath = (rules: readonly Rule[], path: Path, operation?: Operation): Path => {
  for (const [message, domain, only] of rules) {
    const pattern = stepsOf(message);
    const isFor = only === undefined || only === operation;
    if (!isFor || !pattern.every((step, at) => matches(step, path[at]))) continue;
    const index = path[pattern.indexOf('#')] as number;
    return [...stepsOf(domain).map((step) => (step === '#' ? index : step)), ...path.slice(pattern.length)];
  }
  return path;
};

/** GraphQL sends a reference to a skill as an object with its id; protobuf sends a time as seconds and nanos. */
const withoutWrapper = (path: Path): Path => {
  const [holder, parent, last] = [path.at(-3), path.at(-2), path.at(-1)];
  const isReference = last === 'id' && (holder === 'requires' || holder === 'related');
  const isTime = (last === 'seconds' || last === 'nanos') && String(parent).endsWith('Time');
  return isReference || isTime ? path.slice(0, -1) : path;
};

/** `['violations', 0, 'field']`: the path in a SkillsError, whose details stand beside its code. */
export const errorPath = (protocol: ProtocolName, { path }: Pick<Leaf, 'path'>): Path =>
  domainPath(ERRORS[protocol], path);

/** `items[1].name` for a value, `error.reason` for an error. */
export const answerKeys = (protocol: ProtocolName, operation: Operation, answer: Answer): Keys => {
  if ('error' in answer) {
    const { details, ...rest } = answer.error;
    const ofDomainPath = knownPaths('error.', { ...rest, ...details });
    return { ofDomainPath, ofLeaf: (leaf) => ofDomainPath(pathText(errorPath(protocol, leaf))) };
  }
  const { value } = answer;
  // All four send a list as a member of an object.
  const ofDomainPath = knownPaths('', Array.isArray(value) ? { items: value } : value);
  return {
    ofDomainPath,
    ofLeaf: ({ path }) =>
      ofDomainPath(pathText(withoutWrapper(domainPath(RESULTS[protocol], path, operation)))),
  };
};

/** `input.skill.name` */
export const inputKeys = (protocol: ProtocolName, operation: Operation, input: object): Keys => {
  const ofDomainPath = knownPaths('input.', { ...input, idempotencyKey: '' });
  const { fields } = input as { readonly fields?: unknown };
  const pathOf: (leaf: Pick<Leaf, 'path' | 'text'>) => Path = ({ path, text }) => {
    // Protobuf cannot send an empty list or a missing level, so the update mask names it.
    if (path[0] === 'updateMask') return ['patch', camelCase(text)];
    const mapped = domainPath(INPUTS[protocol], path, operation);
    const [first, name] = mapped;
    // A GraphQL document selects a field by its name.
    const isSelected = first === 'fields' && typeof name === 'string' && Array.isArray(fields);
    return isSelected ? [first, fields.indexOf(name), ...mapped.slice(2)] : mapped;
  };
  return { ofDomainPath, ofLeaf: (leaf) => ofDomainPath(pathText(pathOf(leaf))) };
};

const knownPaths = (prefix: string, value: unknown): Keys['ofDomainPath'] => {
  const known = new Set(pathsIn(value));
  return (path) => (known.has(path) ? prefix + path : undefined);
};
