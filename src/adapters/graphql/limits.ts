/** Limits on what a document may ask for: aliases, depth, and the number of values in the response. */
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity';
import { SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';

const tooManyAliases = (): GraphQLError => {
  const message = `The document gives over ${LIMITS.graphqlAliasesMax} fields another name.`;
  const originalError = new SkillsError('INVALID_ARGUMENT', 'TOO_MANY_ALIASES', message);
  return new GraphQLError(message, { originalError });
};

/** Validation rules. A fragment counts as often as it is spread. */
export const DOCUMENT_RULES = [
  maxDepthRule({
    n: LIMITS.graphqlDepthMax,
    flattenFragments: true,
    propagateOnRejection: false,
    onReject: [(context, error) => context?.reportError(error)],
  }),
  maxAliasesRule({
    n: LIMITS.graphqlAliasesMax,
    allowList: [],
    propagateOnRejection: false,
    onReject: [(context) => context?.reportError(tooManyAliases())],
  }),
];

/**
 * The assumed length of each list that no argument bounds, as in a well-filled catalogue. A list of scalars counts as one
 * value.
 */
const ITEMS: Readonly<Record<string, number>> = {
  'Query.categories': 50,
  'Query.progress': 50,
  'Category.children': 5,
  'Category.skills': 20,
  'Skill.categories': 2,
  'Skill.requires': 3,
  'Skill.related': 4,
  'Skill.demonstrations': 2,
  'LearningPath.skills': 20,
  'LearningPath.edges': 30,
  // Introspection: the lengths in our schema.
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

/** With the worst values that its variables could have, or with those of the request. */
type Bound = 'worst case' | 'as requested';

/** A field costs one value, and the values of its selection for each of its items. A connection counts once per node. */
const valuesOf =
  (bound: Bound): ComplexityEstimator =>
  ({ type, field, node, args, childComplexity }) => {
    const isOpen = (name: string) => bound === 'worst case' && isVariable(node, name);
    const name = `${type.name}.${field.name}`;
    let items = ITEMS[name] ?? 1;
    if (name === 'Query.skills') {
      const first = args.first > 0 ? args.first : LIMITS.pageSizeDefault;
      items = isOpen('first') ? LIMITS.pageSizeMax : Math.min(first, LIMITS.pageSizeMax);
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
  /** As the client sent them. */
  readonly variables: Record<string, unknown>;
}

/** A document has fewer fields than tokens; one with more has fragments that multiply. */
const FIELDS_MAX = LIMITS.graphqlTokensMax;

const costOf = ({ schema, document, operation, variables }: RequestedOperation, bound: Bound): number => {
  const others = document.definitions.filter(({ kind }) => kind !== Kind.OPERATION_DEFINITION);
  const query: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...others] };
  // In the worst case nothing is skipped and everything is included.
  const counted = bound === 'worst case' ? visit(query, { Directive: () => null }) : query;
  try {
    const estimators = [valuesOf(bound)];
    return getComplexity({ schema, query: counted, variables, estimators, maxQueryNodes: FIELDS_MAX });
  } catch {
    // Too many fields to count, or an argument whose value gives no cost.
    return Number.POSITIVE_INFINITY;
  }
};

const worstCase = new WeakMap<OperationDefinitionNode, number>();

/**
 * Returns the estimated number of values. Throws QUERY_TOO_COSTLY. Apollo caches documents, so the worst case of an operation is computed once; the request's own
 * variables count only where the worst case is over the limit.
 */
export const checkCost = (requested: RequestedOperation): number => {
  const { operation } = requested;
  if (!worstCase.has(operation)) worstCase.set(operation, costOf(requested, 'worst case'));
  const worst = Number(worstCase.get(operation));
  const values = worst <= LIMITS.graphqlCostMax ? worst : costOf(requested, 'as requested');
  if (values <= LIMITS.graphqlCostMax) return values;
  const message = `The answer could have over ${LIMITS.graphqlCostMax} values; ask for fewer fields, levels or items.`;
  throw new SkillsError('RESOURCE_EXHAUSTED', 'QUERY_TOO_COSTLY', message);
};
