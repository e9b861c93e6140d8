/** Name and attributes of a call's span: the OpenTelemetry semantic conventions of its protocol, and our `rosetta.*`. */
import type { Attributes } from '@opentelemetry/api';
import type { ProtocolName } from '../contract/protocol';
import { OPERATIONS, type Operation } from '../contract/skills-api';
import type { ObservedRequest } from '../contract/telemetry';
import type { EndedCall } from './telemetry';

interface SpanDescription {
  readonly name: string;
  readonly attributes: Attributes;
}

/** The operation's name in the .proto and WSDL documents. */
const methodOf = (operation: Operation): string => operation[0]!.toUpperCase() + operation.slice(1);

const rpc =
  (system: string, service: string) =>
  (operation: Operation | undefined): SpanDescription => ({
    name: operation ? `${service}/${methodOf(operation)}` : system,
    attributes: {
      'rpc.system.name': system,
      ...(operation && { 'rpc.method': `${service}/${methodOf(operation)}` }),
    },
  });

/** `operation` is undefined for a request without exactly one operation. */
const DESCRIBE = {
  // The name is OpenAPI's operationId: paths have unbounded cardinality.
  rest: (operation, { method = 'HTTP' }) => ({ name: operation ?? method, attributes: {} }),
  graphql: (operation) => {
    if (!operation) return { name: 'GraphQL Operation', attributes: {} };
    const type = OPERATIONS[operation] === 'read' ? 'query' : 'mutation';
    return { name: type, attributes: { 'graphql.operation.type': type } };
  },
  grpc: rpc('grpc', 'skills.v1.SkillsService'),
  soap: rpc('soap', 'SkillsService'),
} as const satisfies Record<
  ProtocolName,
  (operation: Operation | undefined, request: ObservedRequest) => SpanDescription
>;

/** The name and attributes at the start of a call, which a sampler can use. */
export const describeAtStart = (request: ObservedRequest): SpanDescription => {
  const { name, attributes } = DESCRIBE[request.protocol](undefined, request);
  return {
    name,
    attributes: {
      ...attributes,
      'client.address': request.peer,
      'http.request.method': request.method,
      'url.path': request.url?.split('?', 1)[0],
    },
  };
};

export const describeAtEnd = (
  request: ObservedRequest,
  call: EndedCall,
  status: number | undefined,
): SpanDescription => {
  const { operation, protocol, requestBytes, responseBytes } = call;
  const { name, attributes } = DESCRIBE[protocol](
    operation === 'none' || operation === 'several' ? undefined : operation,
    request,
  );
  return {
    name,
    attributes: {
      ...attributes,
      'rosetta.operation': operation,
      'rosetta.request_id': call.requestId,
      ...(protocol === 'grpc'
        ? { 'rpc.response.status_code': call.code }
        : {
            'http.response.status_code': status,
            'http.request.size': requestBytes,
            'http.response.size': responseBytes,
          }),
    },
  };
};
