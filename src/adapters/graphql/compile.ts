/** Compiles queries with graphql-jit, and caches the compiled forms. docs/decisions/0008-compiled-queries.md */
import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { LIMITS } from '../../contract/limits';
import { countFields } from './limits';
import { ROUTES } from './schema';

type Compiled = ReturnType<typeof compile>;

/**
 * Returns the compiled form of a document that comes a second time, if graphql-js would execute it in the same way. The
 * compiled forms have a limit of their own, because Apollo's cache of documents only counts syntax trees.
 */
export const compiledQueries = () => {
  const states = new WeakMap<DocumentNode, 'seen once' | 'not compilable'>();
  const queries = new LRUCache<string, NonNullable<Compiled>>({
    maxSize: LIMITS.graphqlCompiledBytesMax,
    sizeCalculation: ({ bytes }) => bytes,
  });

  return (schema: GraphQLSchema, document: DocumentNode, hash: string) => {
    const known = queries.get(hash);
    if (known) return known.query;
    const state = states.get(document);
    if (state === undefined) states.set(document, 'seen once');
    if (state !== 'seen once') return undefined;
    const compiled = compile(schema, document);
    if (compiled) queries.set(hash, compiled);
    else states.set(document, 'not compilable');
    return compiled?.query;
  };
};

/** `debug` returns the generated code, and errors need no stacks. */
const OPTIONS = { disablingCapturingStackErrors: true, debug: true };
const CODE = '__DO_NOT_USE_THIS_OR_YOU_WILL_BE_FIRED_compilation';

/** Measured: after some hundred executions, each character of code holds up to five bytes of heap. */
const BYTES_PER_CHARACTER = 5;
const BYTES_PER_QUERY = 16 * 1024;

const compile = (schema: GraphQLSchema, document: DocumentNode) => {
  if (!isCompilable(schema, document)) return undefined;
  const compiled = compileQuery(schema, document, undefined, OPTIONS);
  if (!isCompiledQuery(compiled)) return undefined;
  const { length } = String(Object(compiled)[CODE]);
  return { query: compiled.query, bytes: BYTES_PER_QUERY + BYTES_PER_CHARACTER * length };
};

/** In compiled code, an alias or a variable with such a name would read the member that every object inherits. */
const OBJECT_MEMBER = new RegExp(Object.getOwnPropertyNames(Object.prototype).join('|'));

/** Literals that graphql-jit writes into its code as they are. A string in it can become code (graphql-jit 0.8). */
const SAFE_ARGUMENTS: readonly Kind[] = [Kind.VARIABLE, Kind.INT, Kind.BOOLEAN, Kind.ENUM];

/** One query in which graphql-jit and graphql-js do the same; decision 8 lists where they differ. */
const isCompilable = (schema: GraphQLSchema, document: DocumentNode): boolean => {
  const [operation, ...others] = document.definitions;
  if (countFields(document) > LIMITS.graphqlCompiledFieldsMax) return false;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || operation.operation !== 'query') return false;
  if (others.some(({ kind }) => kind !== Kind.FRAGMENT_DEFINITION)) return false;
  const types = new TypeInfo(schema);
  const fields: FieldNode[] = [];
  let isSafe = true;
  const rejectIf = (condition: boolean): void => {
    if (condition) isSafe = false;
  };
  const visitor: ASTVisitor = {
    Directive: () => rejectIf(true),
    VariableDefinition: ({ defaultValue, variable }) =>
      rejectIf(defaultValue !== undefined || OBJECT_MEMBER.test(variable.name.value)),
    Argument: ({ value }) => rejectIf(!SAFE_ARGUMENTS.includes(value.kind)),
    Field: (field) => {
      fields.push(field);
      rejectIf(!isSafeName(field) || isAbstractType(getNamedType(types.getType())));
      // A nested page can fail, as a root field can.
      rejectIf(types.getParentType()?.name === 'Category' && Boolean(field.arguments?.length));
    },
  };
  visit(document, visitWithTypeInfo(types, visitor));
  return isSafe && hasAtMostOneError(operation, fields);
};

/** graphql-jit joins the names of a path with `_`, and its introspection is not worth a proof. */
const isSafeName = ({ alias, name }: FieldNode): boolean => {
  if (name.value.startsWith('__') && name.value !== '__typename') return false;
  return alias === undefined || !(alias.value.includes('_') || OBJECT_MEMBER.test(alias.value));
};

/**
 * Whether at most one error can remove the same value. Besides the root fields only learningPath can fail, and graphql-jit
 * reports each failure in a list.
 */
const hasAtMostOneError = (
  { selectionSet }: OperationDefinitionNode,
  fields: readonly FieldNode[],
): boolean => {
  const paths = fields.filter(({ name }) => name.value === ROUTES.getLearningPath);
  const [root, ...otherRoots] = selectionSet.selections;
  if (paths.length === 0) return true;
  if (paths.length > 1 || otherRoots.length > 0 || root?.kind !== Kind.FIELD) return false;
  return root.selectionSet?.selections.some((one) => one === paths[0]) ?? false;
};
