/** The limit on the values of a result, counted while they are resolved. */
import {
  defaultFieldResolver,
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
import type { SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import type { RequestContext } from './context';
import { tooCostly } from './cost';

/** The error of an execution that reached the limit, if it did. */
export const excessOf = (
  { values }: RequestContext,
  operation?: OperationDefinitionNode,
): SkillsError | undefined => {
  if (!isOver(values)) return undefined;
  const finding = `he answer has over ${LIMITS.graphqlCostMax} values`;
  return tooCostly(
    operation?.operation === 'mutation' ? `The writes were made, but t${finding}` : `T${finding}`,
  );
};

const isOver = ({ resolved }: RequestContext['values']): boolean => resolved > LIMITS.graphqlCostMax;

/** Makes the resolver of each field that returns objects count the fields that will be resolved in these objects. */
export const countValues = (schema: GraphQLSchema): void => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (isCompositeType(getNamedType(field.type)))
        field.resolve = counting(field.resolve ?? defaultFieldResolver);
    }
  }
};

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** Over the limit every list is empty, so that the execution ends soon; the response is `excessOf` then. */
const counting =
  (resolve: Resolver): Resolver =>
  (parent, args, context, info) => {
    const result = resolve(parent, args, context, info);
    return result instanceof Promise
      ? result.then((resolved) => countResult(resolved, context, info))
      : countResult(result, context, info);
  };

const countResult = (result: unknown, { values }: RequestContext, info: GraphQLResolveInfo): unknown => {
  const isList = Array.isArray(result);
  const items = isList ? result.length : result == null ? 0 : 1;
  if (items > 0) values.resolved += items * fieldsPerItem(info);
  return isList && isOver(values) ? [] : result;
};

/** For each item of a list, execution passes the same array of field nodes. */
const counts = new WeakMap<GraphQLResolveInfo['fieldNodes'], number>();

const fieldsPerItem = (info: GraphQLResolveInfo): number => {
  const known = counts.get(info.fieldNodes);
  if (known !== undefined) return known;
  const names = new Set<string>();
  for (const { selectionSet } of info.fieldNodes) addNames(selectionSet?.selections, info, names);
  counts.set(info.fieldNodes, names.size);
  return names.size;
};

/** Adds the fields that the selections have in the response. */
const addNames = (
  selections: readonly SelectionNode[] = [],
  info: GraphQLResolveInfo,
  names: Set<string>,
): void => {
  for (const selection of selections.filter((one) => isIncluded(one, info))) {
    if (selection.kind === Kind.FIELD) {
      names.add((selection.alias ?? selection.name).value);
    } else {
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      const fragment = isSpread ? info.fragments[selection.name.value] : selection;
      addNames(fragment?.selectionSet.selections, info, names);
    }
  }
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
