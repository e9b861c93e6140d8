/** Apollo plugins: one executes queries compiled and within the cost limit, one reports to telemetry. */
import {
  type ApolloServerOptions,
  type ApolloServerPlugin,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import {
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLSchema,
  getVariableValues,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { type ErrorCode, toSkillsError } from '../../contract/errors';
import { inPhase, type ObservedCall } from '../../contract/telemetry';
import type { RequestContext } from './context';
import { encodeError, formatExecutionError, httpStatus } from './errors';
import { checkCost } from './limits';

/** A request pays for the values of its result, where these cost more than its operations. */
const VALUES_PER_POINT = 1000;

/**
 * graphql-js interprets a document for every request. A query that comes a second time is compiled instead, and stays
 * compiled for as long as Apollo caches its document. graphql-js executes what cannot be compiled, and reports variables
 * that do not fit. docs/decisions/0008-compiled-queries.md
 */
export const executeCompiled = (): ApolloServerPlugin<RequestContext> => {
  const states = new WeakMap<DocumentNode, CompiledQuery | 'seen once' | 'not compilable'>();

  const compiledQuery = (schema: GraphQLSchema, document: DocumentNode, source: string) => {
    const state = states.get(document);
    if (state === undefined) states.set(document, 'seen once');
    if (state === 'seen once') states.set(document, compile(schema, document, source));
    const next = states.get(document);
    return typeof next === 'object' ? next : undefined;
  };

  return {
    requestDidStart: async () => ({
      responseForOperation: async ({ document, operation, schema, request, contextValue, source }) => {
        // The document has no operation of the requested name.
        if (!operation) return null;
        const { variables = {} } = request;
        const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
        if (errors) return null;
        try {
          const values = checkCost({ schema, document, operation, variables });
          const paid = contextValue.callContext.charge?.raiseTo(Math.ceil(values / VALUES_PER_POINT));
          if (paid) await paid;
        } catch (thrown) {
          const error = toSkillsError(thrown);
          return singleResponse({ errors: [encodeError(error)] }, httpStatus(error));
        }
        if (operation.operation !== 'query' || document.definitions.length > 1) return null;
        const compiled = compiledQuery(schema, document, source);
        if (!compiled) return null;
        const { data, errors: failures } = await compiled.query(undefined, contextValue, variables);
        return singleResponse({ ...(failures && { errors: failures.map(formatExecutionError) }), data });
      },
    }),
  };
};

const singleResponse = (singleResult: FormattedExecutionResult, status?: number): GraphQLResponse => ({
  http: { status, headers: new HeaderMap() },
  body: { kind: 'single', singleResult },
});

/** In compiled code an alias or a variable of such a name would be the member that every object has. */
const OBJECT_MEMBER = new RegExp(Object.getOwnPropertyNames(Object.prototype).join('|'));

const compile = (
  schema: GraphQLSchema,
  document: DocumentNode,
  source: string,
): CompiledQuery | 'not compilable' => {
  if (OBJECT_MEMBER.test(source)) return 'not compilable';
  const compiled = compileQuery(schema, document);
  return isCompiledQuery(compiled) ? compiled : 'not compilable';
};

/**
 * Reports to telemetry how long it took to read a document and to write a response, and the response's first error.
 * Apollo writes a result without its request, so each result is mapped to its call.
 */
export const observeRequests = (): Pick<
  ApolloServerOptions<RequestContext>,
  'plugins' | 'stringifyResult'
> => {
  const calls = new WeakMap<object, ObservedCall>();
  const keyOf = ({ data, errors }: FormattedExecutionResult): object => Object(data ?? errors);
  const plugin: ApolloServerPlugin<RequestContext> = {
    requestDidStart: async ({ contextValue: { callContext } }) => {
      const { observed } = callContext;
      if (!observed) return;
      let endDecoding = (): void => undefined;
      return {
        didResolveSource: async () => {
          const decoding = new Promise<void>((resolve) => {
            endDecoding = resolve;
          });
          void observed.phase('decode', () => decoding);
        },
        didResolveOperation: async () => endDecoding(),
        didEncounterErrors: async () => endDecoding(),
        willSendResponse: async ({ response: { body } }) => {
          const result = body.kind === 'single' ? body.singleResult : body.initialResult;
          const [error] = result.errors ?? [];
          if (error) observed.recordError(error.extensions?.domainCode as ErrorCode);
          calls.set(keyOf(result), observed);
        },
      };
    },
  };
  return {
    plugins: [plugin],
    stringifyResult: (result) =>
      inPhase(calls.get(keyOf(result)), 'encode', () => `${JSON.stringify(result)}\n`),
  };
};
