/** Apollo plugins: one executes operations within the limit on values, one reports to telemetry. */
import {
  type ApolloServerOptions,
  type ApolloServerPlugin,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import {
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { type ErrorCode, toSkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import { inPhase, type ObservedCall } from '../../contract/telemetry';
import { compiledQueries } from './compile';
import type { RequestContext } from './context';
import { checkCost } from './cost';
import { countValues, excessOf } from './count';
import { encodeError, formatExecutionError, formatVariableErrors, httpStatus } from './errors';

/** A request pays for the values of its result, where these cost more than its operations. */
const VALUES_PER_POINT = 1000;

/**
 * Executes queries within the limit on values, and compiled where that is the same as graphql-js (compile.ts). graphql-js
 * executes all others.
 */
export const executeWithinLimits = (): ApolloServerPlugin<RequestContext> => {
  const compiled = compiledQueries();
  return {
    serverWillStart: async ({ schema }) => {
      countValues(schema);
      process.on('unhandledRejection', ignoreReportedErrors);
      return {
        serverWillStop: async () => {
          process.off('unhandledRejection', ignoreReportedErrors);
        },
      };
    },
    requestDidStart: async () => ({
      responseForOperation: async ({ document, operation, schema, request, contextValue, queryHash }) => {
        // The document has no operation of the requested name.
        if (!operation) return null;
        const { variables, errors } = coerceVariables(schema, operation, request.variables);
        if (errors) return singleResponse({ errors }, 400);
        try {
          const lengths = contextValue.graph().lengths();
          const values = checkCost({ schema, document, operation, variables, lengths });
          const paid = contextValue.callContext.charge?.raiseTo(Math.ceil(values / VALUES_PER_POINT));
          if (paid) await paid;
        } catch (thrown) {
          const error = toSkillsError(thrown);
          return singleResponse({ errors: [encodeError(error)] }, httpStatus(error));
        }
        const query = compiled(schema, document, queryHash!);
        if (!query) return null;
        const { data, errors: failures } = await query(undefined, contextValue, variables);
        return singleResponse({ ...(failures && { errors: failures.map(formatExecutionError) }), data });
      },
      willSendResponse: async ({ contextValue, operation, response }) => {
        const excess = excessOf(contextValue, operation);
        if (excess) response.body = singleBody({ errors: [encodeError(excess)], data: null });
      },
    }),
  };
};

/**
 * If an item of a list fails at once, graphql-js 16 does not handle the promises of the items before it, and Node would end the
 * process when one of them fails too (graphql-js, pull request 3761). The response has the first error of the list.
 */
const ignoreReportedErrors = (reason: unknown): void => {
  if (!(reason instanceof GraphQLError)) throw reason;
};

const singleBody = (singleResult: FormattedExecutionResult) => ({ kind: 'single', singleResult }) as const;

const singleResponse = (singleResult: FormattedExecutionResult, status?: number): GraphQLResponse => ({
  http: { status, headers: new HeaderMap() },
  body: singleBody(singleResult),
});

const coerceVariables = (
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Record<string, unknown> = {},
) => {
  const options = { maxErrors: LIMITS.graphqlErrorsMax };
  const { coerced = {}, errors } = getVariableValues(schema, variableDefinitions, variables, options);
  return { variables: coerced, errors: errors && formatVariableErrors(errors) };
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
