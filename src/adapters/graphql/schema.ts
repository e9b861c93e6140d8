/** SDL, served at /schema.graphql: Apollo makes the executable schema from this very text. What a document may ask is bounded here. */
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
import { readContract } from '../common/contract-file';

export const PATH = '/graphql';

export const SDL: string = readContract('graphql', 'skills.graphql');

const tooManyAliases = (): GraphQLError => {
  const message = `The document gives over ${LIMITS.graphqlAliasesMax} fields another name.`;
  const originalError = new SkillsError('INVALID_ARGUMENT', 'TOO_MANY_ALIASES', message);
  return new GraphQLError(message, { originalError });
};

/** Fragments count as often as they are spread. */
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
 * How many a list is taken to hold where no argument says it: what a well-filled catalogue has, not what one could.
 * A list of scalars counts as one value.
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
  // Introspection: the same of our schema.
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

type Bound = 'at worst' | 'as asked';

/** A field costs one value and, for each of its items, what is selected there. A connection counts once per node. */
const valuesOf =
  (bound: Bound): ComplexityEstimator =>
  ({ type, field, node, args, childComplexity }) => {
    const open = (name: string) => bound === 'at worst' && isVariable(node, name);
    const name = `${type.name}.${field.name}`;
    let items = ITEMS[name] ?? 1;
    if (name === 'Query.skills') {
      const first = args.first > 0 ? args.first : LIMITS.pageSizeDefault;
      items = open('first') ? LIMITS.pageSizeMax : Math.min(first, LIMITS.pageSizeMax);
    } else if (name === 'Query.skillsById') {
      items = open('ids') ? LIMITS.batchIdsMax : Math.min(args.ids.length, LIMITS.batchIdsMax);
    }
    return 1 + items * childComplexity;
  };

const isVariable = (node: FieldNode, name: string): boolean =>
  node.arguments?.some((argument) => argument.name.value === name && argument.value.kind === Kind.VARIABLE) ??
  false;

export interface Asked {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Such as the operation takes. */
  readonly variables: Record<string, unknown>;
}

/** With its fragments spread out, no honest document has more fields than it may have tokens. */
const FIELDS_MAX = LIMITS.graphqlTokensMax;

const costOf = ({ schema, document, operation, variables }: Asked, bound: Bound): number => {
  const others = document.definitions.filter(({ kind }) => kind !== Kind.OPERATION_DEFINITION);
  const query: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...others] };
  // At worst, nothing is skipped and all is included.
  const counted = bound === 'at worst' ? visit(query, { Directive: () => null }) : query;
  try {
    const estimators = [valuesOf(bound)];
    return getComplexity({ schema, query: counted, variables, estimators, maxQueryNodes: FIELDS_MAX });
  } catch {
    // Fragments spread to more than anybody would count, or an argument that no cost can be told by.
    return Number.POSITIVE_INFINITY;
  }
};

const worst = new WeakMap<OperationDefinitionNode, number>();

/**
 * Throws QUERY_TOO_COSTLY. Apollo keeps documents, so the worst that an operation's variables could make of it is worked
 * out once; only where that is too much are those of the request looked at.
 */
export const checkCost = (asked: Asked): void => {
  const { operation } = asked;
  if (!worst.has(operation)) worst.set(operation, costOf(asked, 'at worst'));
  if (Number(worst.get(operation)) <= LIMITS.graphqlCostMax) return;
  if (costOf(asked, 'as asked') <= LIMITS.graphqlCostMax) return;
  const message = `The answer could have over ${LIMITS.graphqlCostMax} values; ask for fewer fields, levels or items.`;
  throw new SkillsError('RESOURCE_EXHAUSTED', 'QUERY_TOO_COSTLY', message);
};
