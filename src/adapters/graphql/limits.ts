/** Limits on a document: its names, its fields, its depth and its aliases. cost.ts limits the values of its result. */
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type Token,
  TokenKind,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';

const rejection = (reason: string, message: string): GraphQLError =>
  new GraphQLError(message, { originalError: new SkillsError('INVALID_ARGUMENT', reason, message) });

type Fields = Map<string, FieldNode[]>;

/**
 * Counts the fields of a document as validation compares them: fields of one name in one place are compared pair by pair, in
 * each fragment as often as it is spread (GraphQL, section 5.3.2). Throws a GraphQLError if they are too many.
 */
class FieldCounter {
  selected = 0;
  readonly #spreading = new Set<string>();

  constructor(private readonly context: ValidationContext) {}

  checkSelections(sets: readonly SelectionSetNode[]): void {
    const fields: Fields = new Map();
    for (const set of sets) this.#collect(set, fields);
    for (const nodes of fields.values()) {
      this.checkSelections(nodes.flatMap(({ selectionSet }) => selectionSet ?? []));
    }
  }

  #collect({ selections }: SelectionSetNode, fields: Fields): void {
    for (const selection of selections) {
      this.selected += 1;
      if (this.selected > LIMITS.graphqlFieldsMax) {
        throw tooManyFields(
          `The document selects over ${LIMITS.graphqlFieldsMax} fields; a fragment counts as often as it is spread.`,
        );
      }
      if (selection.kind === Kind.FIELD) addField(selection, fields);
      else if (selection.kind === Kind.INLINE_FRAGMENT) this.#collect(selection.selectionSet, fields);
      else this.#spread(selection.name.value, fields);
    }
  }

  /** Other rules report an unknown fragment and a fragment that spreads itself. */
  #spread(name: string, fields: Fields): void {
    const fragment = this.context.getFragment(name);
    if (!fragment || this.#spreading.has(name)) return;
    this.#spreading.add(name);
    this.#collect(fragment.selectionSet, fields);
    this.#spreading.delete(name);
  }
}

const addField = (field: FieldNode, fields: Fields): void => {
  const name = (field.alias ?? field.name).value;
  const repeated = fields.get(name);
  if (repeated) repeated.push(field);
  else fields.set(name, [field]);
  if (fields.size > LIMITS.graphqlSelectionMax) {
    throw tooManyFields(`A selection has over ${LIMITS.graphqlSelectionMax} fields.`);
  }
  if (repeated && repeated.length > LIMITS.graphqlRepeatsMax) {
    throw tooManyFields(
      `A selection has the field ${name} over ${LIMITS.graphqlRepeatsMax} times; select it once.`,
    );
  }
};

const tooManyFields = (message: string): GraphQLError => rejection('TOO_MANY_FIELDS', message);

const checkNames = ({ loc }: DocumentNode): void => {
  for (let token: Token | null | undefined = loc?.startToken; token; token = token.next) {
    if (token.kind === TokenKind.NAME && token.value.length > LIMITS.graphqlNameCharsMax) {
      const name = `${token.value.slice(0, 16)}...`;
      throw rejection('NAME_TOO_LONG', `The name ${name} has over ${LIMITS.graphqlNameCharsMax} characters.`);
    }
  }
};

const fieldCounts = new WeakMap<DocumentNode, number>();

/** The fields of a document that passed validation, counted as the limit counts them. */
export const countFields = (document: DocumentNode): number =>
  fieldCounts.get(document) ?? Number.POSITIVE_INFINITY;

/** The first rule. Null hides a rejected document from the other rules, because some of them take quadratic time. */
const fieldsRule: ValidationRule = (context) => ({
  Document: (document) => {
    try {
      checkNames(document);
      const counter = new FieldCounter(context);
      for (const definition of document.definitions) {
        if ('selectionSet' in definition) counter.checkSelections([definition.selectionSet]);
      }
      fieldCounts.set(document, counter.selected);
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
