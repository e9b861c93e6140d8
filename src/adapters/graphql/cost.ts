/** The estimated number of values in a result, before execution. count.ts counts them during execution. */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity';
import { SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import type { ListLengths } from '../../contract/skill-graph';
import { memoizeByIdentity } from '../common/memoize';

/** The length of each list that no argument bounds. A list of scalars counts as one value. */
const listLengths = memoizeByIdentity(
  (lengths: ListLengths): Readonly<Record<string, number>> => ({
    'Category.children': lengths.childrenOfCategory,
    'Skill.categories': lengths.categoriesOfSkill,
    'Skill.requires': lengths.requires,
    'Skill.related': lengths.related,
    'Skill.demonstrations': lengths.demonstrations,
    // At least the skill itself and what it requires directly.
    'LearningPath.skills': 1 + lengths.requires,
    'LearningPath.edges': lengths.requires,
    ...INTROSPECTION,
  }),
);

/** The lengths of the lists that have pages. */
const CONNECTIONS: Readonly<Record<string, (lengths: ListLengths) => number>> = {
  'Query.categories': ({ categories }) => categories,
  'Query.skills': ({ skills }) => skills,
  // A learner has progress in any number of skills.
  'Query.progress': () => 1,
  'Category.skills': ({ skillsOfCategory }) => skillsOfCategory,
};

/** The mean lengths in our schema, and a little more. */
const INTROSPECTION = {
  '__Schema.types': 40,
  '__Schema.directives': 5,
  '__Directive.args': 1,
  '__Type.fields': 4,
  '__Type.inputFields': 1,
  '__Type.enumValues': 2,
  '__Type.possibleTypes': 0.1,
  '__Type.interfaces': 0.1,
  '__Type.ofType': 0.5,
  '__Field.args': 0.5,
};

/** A cost is computed with the worst values that the variables could have, or with those of the request. */
type Bound = 'worst case' | 'as requested';

/** A field costs one value, and the values of its selection for each of its items. A connection counts once per node. */
const estimateValues =
  (bound: Bound, lengths: ListLengths): ComplexityEstimator =>
  ({ type, field, node, args, childComplexity }) => {
    const isOpen = (name: string) => bound === 'worst case' && isVariable(node, name);
    const name = `${type.name}.${field.name}`;
    let items = listLengths(lengths)[name] ?? 1;
    const listLength = CONNECTIONS[name]?.(lengths);
    if (listLength !== undefined) {
      const first = args.first > 0 ? args.first : LIMITS.pageSizeDefault;
      items = Math.min(isOpen('first') ? LIMITS.pageSizeMax : first, LIMITS.pageSizeMax, listLength);
    } else if (name === 'Query.skillsById') {
      items = isOpen('ids') ? LIMITS.batchIdsMax : Math.min(args.ids.length, LIMITS.batchIdsMax);
    }
    return 1 + items * childComplexity;
  };

const isVariable = (node: FieldNode, name: string): boolean =>
  node.arguments?.some((argument) => argument.name.value === name && argument.value.kind === Kind.VARIABLE) ??
  false;

/** An operation of a document, as it is about to be executed. */
export interface RequestedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The coerced variables. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The list lengths of the catalogue as it is now. */
  readonly lengths: ListLengths;
}

const costOf = (requested: RequestedOperation, bound: Bound): number => {
  const { schema, document, operation, variables, lengths } = requested;
  const others = document.definitions.filter(({ kind }) => kind !== Kind.OPERATION_DEFINITION);
  const query: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...others] };
  // In the worst case nothing is skipped and everything is included.
  const counted = bound === 'worst case' ? visit(query, { Directive: () => null }) : query;
  const options = { schema, query: counted, variables: withoutNulls(variables) };
  return getComplexity({ ...options, estimators: [estimateValues(bound, lengths)] });
};

/** A null that an argument does not accept is an error of its field alone, which execution reports. */
const withoutNulls = (variables: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== null));

/** The worst case of each operation, and the lengths that it was computed with. */
const worstCases = new WeakMap<OperationDefinitionNode, { lengths: ListLengths; cost: number }>();

const worstCaseOf = (requested: RequestedOperation): number => {
  const { operation, lengths } = requested;
  const known = worstCases.get(operation);
  if (known?.lengths === lengths) return known.cost;
  const cost = costOf(requested, 'worst case');
  worstCases.set(operation, { lengths, cost });
  return cost;
};

/**
 * Returns the cost, or throws QUERY_TOO_COSTLY. Apollo caches documents, so the worst case of an operation is computed once
 * for a catalogue; the request's own variables count only if the worst case is over the limit.
 */
export const checkCost = (requested: RequestedOperation): number => {
  const worst = worstCaseOf(requested);
  const cost = worst <= LIMITS.graphqlCostMax ? worst : costOf(requested, 'as requested');
  if (cost <= LIMITS.graphqlCostMax) return cost;
  throw tooCostly(`The answer could have over ${LIMITS.graphqlCostMax} values`);
};

export const tooCostly = (finding: string): SkillsError =>
  new SkillsError(
    'RESOURCE_EXHAUSTED',
    'QUERY_TOO_COSTLY',
    `${finding}; ask for fewer fields, levels or items.`,
  );
