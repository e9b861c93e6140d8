/** Limits on a document: its fields, its depth and its aliases. cost.ts limits the values of its result. */
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';

const rejection = (reason: string, message: string): GraphQLError =>
  new GraphQLError(message, { originalError: new SkillsError('INVALID_ARGUMENT', reason, message) });

/**
 * Throws a GraphQLError where a document has too many fields. Counts them as validation compares them: fields of one name in
 * one place are compared pair by pair, in each fragment as often as it is spread (GraphQL, section 5.3.2).
 */
const checkFields = (document: DocumentNode, context: ValidationContext): void => {
  let selected = 0;
  const spreading = new Set<string>();

  const collect = ({ selections }: SelectionSetNode, fields: Map<string, FieldNode[]>): void => {
    for (const selection of selections) {
      selected += 1;
      if (selected > LIMITS.graphqlFieldsMax) {
        const message = `The document selects over ${LIMITS.graphqlFieldsMax} fields; a fragment counts as often as it is spread.`;
        throw rejection('TOO_MANY_FIELDS', message);
      }
      if (selection.kind === Kind.FIELD) addField(selection, fields);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, fields);
      else spread(selection.name.value, fields);
    }
  };

  const addField = (field: FieldNode, fields: Map<string, FieldNode[]>): void => {
    const name = (field.alias ?? field.name).value;
    const repeated = fields.get(name);
    if (repeated) repeated.push(field);
    else fields.set(name, [field]);
    if (fields.size > LIMITS.graphqlSelectionMax) {
      throw rejection('TOO_MANY_FIELDS', `A selection has over ${LIMITS.graphqlSelectionMax} fields.`);
    }
    if (repeated && repeated.length > LIMITS.graphqlRepeatsMax) {
      const message = `A selection has the field ${name} over ${LIMITS.graphqlRepeatsMax} times; select it once.`;
      throw rejection('TOO_MANY_FIELDS', message);
    }
  };

  /** Other rules report an unknown fragment and a fragment that spreads itself. */
  const spread = (name: string, fields: Map<string, FieldNode[]>): void => {
    const fragment = context.getFragment(name);
    if (!fragment || spreading.has(name)) return;
    spreading.add(name);
    collect(fragment.selectionSet, fields);
    spreading.delete(name);
  };

  const checkSelections = (sets: readonly SelectionSetNode[]): void => {
    const fields = new Map<string, FieldNode[]>();
    for (const set of sets) collect(set, fields);
    for (const nodes of fields.values()) {
      checkSelections(nodes.flatMap(({ selectionSet }) => selectionSet ?? []));
    }
  };

  for (const definition of document.definitions) {
    if ('selectionSet' in definition) checkSelections([definition.selectionSet]);
  }
  fieldCounts.set(document, selected);
};

const fieldCounts = new WeakMap<DocumentNode, number>();

/** The fields of a document that passed validation, counted as the limit counts them. */
export const countFields = (document: DocumentNode): number =>
  fieldCounts.get(document) ?? Number.POSITIVE_INFINITY;

/** Comes before every other rule: null takes the document away from them, because some take quadratic time. */
const fieldsRule: ValidationRule = (context) => ({
  Document: (document) => {
    try {
      checkFields(document, context);
      return undefined;
    } catch (error) {
      context.reportError(error as GraphQLError);
      return null;
    }
  },
});

/** graphql-js reports an operation without a type in the schema, here a subscription, only when it executes it. */
const operationTypesRule: ValidationRule = (context) => ({
  OperationDefinition: (node) => {
    if (context.getSchema().getRootType(node.operation)) return;
    context.reportError(new GraphQLError(`The schema has no type for a ${node.operation}.`, { nodes: node }));
  },
});

const tooManyAliases = (): GraphQLError =>
  rejection('TOO_MANY_ALIASES', `The document gives over ${LIMITS.graphqlAliasesMax} fields another name.`);

/** Validation rules. */
export const DOCUMENT_RULES = [
  fieldsRule,
  operationTypesRule,
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
