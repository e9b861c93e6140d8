/** What a call's span is called and says, by the OpenTelemetry semantic conventions of its protocol; ours are `rosetta.*`. */
import type { Attributes } from '@opentelemetry/api';
import type { ProtocolName } from '../contract/protocol';
import { OPERATIONS, type Operation } from '../contract/skills-api';
import type { ObservedRequest } from '../contract/telemetry';
import type { EndedCall } from './telemetry';

interface SpanDescription {
  readonly name: string;
  readonly attributes: Attributes;
}

/** proto and WSDL call an operation by the same word. */
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

/** Where it is not one operation, none is named. */
const SAID = {
  // A path is no name, as there is no end of them; operationId is what OpenAPI has for it.
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
  (operation: Operation | undefined, arrival: ObservedRequest) => SpanDescription
>;

/** Known at a call's beginning, for those who sample. */
export const describeAtStart = (arrival: ObservedRequest): SpanDescription => {
  const { name, attributes } = SAID[arrival.protocol](undefined, arrival);
  return {
    name,
    attributes: {
      ...attributes,
      'client.address': arrival.peer,
      'http.request.method': arrival.method,
      'url.path': arrival.url?.split('?', 1)[0],
    },
  };
};

export const describeAtEnd = (
  arrival: ObservedRequest,
  call: EndedCall,
  status: number | undefined,
): SpanDescription => {
  const { operation, protocol, requestBytes, responseBytes } = call;
  const { name, attributes } = SAID[protocol](
    operation === 'none' || operation === 'several' ? undefined : operation,
    arrival,
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
