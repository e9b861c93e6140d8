/** The limits on the values and the bytes of a result, counted while it is resolved. */
import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isIntrospectionType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import type { Skill } from '../../contract/model';
import { memoizeByIdentity } from '../common/memoize';
import type { RequestContext } from './context';
import { tooCostly } from './cost';

type Resolved = RequestContext['resolved'];

/** The error of an execution that reached a limit, if it did. */
export const excessOf = (
  { resolved }: RequestContext,
  operation?: OperationDefinitionNode,
): SkillsError | undefined => {
  if (!isOver(resolved)) return undefined;
  const answer = operation?.operation === 'mutation' ? 'The writes were made, but the answer' : 'The answer';
  if (hasTooManyValues(resolved)) return tooCostly(`${answer} has over ${LIMITS.graphqlCostMax} values`);
  const message = `${answer} has over ${LIMITS.answerBytesMax / 1024 ** 2} MiB; ask for fewer fields or items.`;
  return new SkillsError('INVALID_ARGUMENT', 'ANSWER_TOO_LARGE', message);
};

const hasTooManyValues = ({ values }: Resolved): boolean => values > LIMITS.graphqlCostMax;
const isOver = (resolved: Resolved): boolean =>
  hasTooManyValues(resolved) || resolved.bytes > LIMITS.answerBytesMax;

/** Makes the resolver of each field that returns objects count the fields that will be resolved in these objects. */
export const countValues = (schema: GraphQLSchema): void => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (isCompositeType(getNamedType(field.type)))
        field.resolve = countingResolver(field.resolve ?? defaultFieldResolver);
    }
  }
};

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** Over the limit every list is empty, so that the execution ends soon; its response is then the error of `excessOf`. */
const countingResolver =
  (resolve: Resolver): Resolver =>
  (parent, args, context, info) => {
    const result = resolve(parent, args, context, info);
    return result instanceof Promise
      ? result.then((resolved) => countResult(resolved, context, info))
      : countResult(result, context, info);
  };

const countResult = (result: unknown, context: RequestContext, info: GraphQLResolveInfo): unknown => {
  if (result == null) return result;
  const { resolved } = context;
  const selection = selectionOf(info);
  const items: readonly object[] = Array.isArray(result) ? result : [result];
  resolved.values += items.length * selection.fields;
  const originalOf = getNamedType(info.returnType).name === 'Skill' ? originalSkill(context) : asIs;
  for (const item of items) {
    if (isOver(resolved)) break;
    resolved.bytes += selection.nameBytes + leafBytes(originalOf(item), selection);
  }
  return Array.isArray(result) && isOver(resolved) ? [] : result;
};

const asIs = (item: object): object => item;

/** A skill with the selected fields only is a new object for each request; the catalogue's own has been measured. */
const originalSkill = ({ graph }: RequestContext): typeof asIs => {
  const { skill } = graph();
  return (item) => skill((item as Skill).id) ?? item;
};

/** The selection of a field, which applies to each object in its result. */
interface Selection {
  readonly fields: number;
  /** The bytes of the names in the response, with their punctuation. */
  readonly nameBytes: number;
  /** The fields without a selection of their own. */
  readonly leaves: readonly string[];
}

/** For each item of a list, execution passes the same array of field nodes. */
const selections = new WeakMap<GraphQLResolveInfo['fieldNodes'], Selection>();

const selectionOf = (info: GraphQLResolveInfo): Selection => {
  const known = selections.get(info.fieldNodes);
  if (known) return known;
  const fields = new Map<string, FieldNode>();
  for (const { selectionSet } of info.fieldNodes) addFields(selectionSet?.selections, info, fields);
  const leaves = [...fields.values()].filter(({ selectionSet }) => !selectionSet);
  const selection = {
    fields: fields.size,
    nameBytes: [...fields.keys()].reduce((sum, name) => sum + name.length + PUNCTUATION_BYTES, 0),
    leaves: leaves.map(({ name }) => name.value),
  };
  selections.set(info.fieldNodes, selection);
  return selection;
};

/** Quotes, colon and comma of a member, and the braces of its value. */
const PUNCTUATION_BYTES = 6;

/** Adds the fields that the selections have in the response, by their names there. */
const addFields = (
  selected: readonly SelectionNode[] = [],
  info: GraphQLResolveInfo,
  fields: Map<string, FieldNode>,
): void => {
  for (const selection of selected.filter((one) => isIncluded(one, info))) {
    if (selection.kind === Kind.FIELD) {
      fields.set((selection.alias ?? selection.name).value, selection);
    } else {
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      const fragment = isSpread ? info.fragments[selection.name.value] : selection;
      addFields(fragment?.selectionSet.selections, info, fields);
    }
  }
};

const leafBytes = (item: object, { leaves }: Selection): number => {
  const sizes = sizesOf(item);
  let bytes = 0;
  for (const name of leaves) {
    sizes[name] ??= valueBytes((item as Readonly<Record<string, unknown>>)[name]);
    bytes += sizes[name];
  }
  return bytes;
};

/** The sizes of the fields of an object that have been measured. */
const sizesOf = memoizeByIdentity((_item: object): Record<string, number> => ({}));

/** Upper bounds of values that are resolved later: cursors, which are functions, and `nodeId`, which is not a member. */
const CURSOR_BYTES = 1024;
const NODE_ID_BYTES = 256;

const valueBytes = (value: unknown): number => {
  if (typeof value === 'function') return CURSOR_BYTES;
  return value === undefined ? NODE_ID_BYTES : Buffer.byteLength(JSON.stringify(value));
};

/** @skip and @include; a condition that is null is an error of execution. */
const isIncluded = ({ directives = [] }: SelectionNode, { variableValues }: GraphQLResolveInfo): boolean =>
  directives.every(({ name, arguments: [condition] = [] }) => {
    const value = condition?.value;
    const isTrue =
      value?.kind === Kind.VARIABLE
        ? variableValues[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    return isTrue === (name.value === 'include');
  });
