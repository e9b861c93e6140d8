/** An exchange as it went over the wire: HTTP/1.1 is text already, gRPC is shown as hex with what it says beside it. */
import { METHODS } from '../adapters/grpc/schema';
import type { Exchange, Message } from '../compare/capture';
import { grpcMessageText, protobufText } from '../compare/protobuf-text';
import type { ProtocolName } from '../contract/protocol';
import type { Operation } from '../contract/skills-api';

export const wireText = (
  protocol: ProtocolName,
  operation: Operation,
  { request, response }: Exchange,
): string => {
  const method = METHODS[operation].path.split('/')[2];
  const body = (message: Message, type: string) =>
    protocol === 'grpc' ? grpcMessageText(message.body, `skills.v1.${type}`) : message.body.toString('utf8');
  return [
    messageText(request, body(request, `${method}Request`)),
    messageText(response, body(response, `${method}Response`)),
  ].join('\n\n');
};

const messageText = ({ startLine, headers, trailers }: Message, body: string): string =>
  [
    startLine,
    ...shownHeaders(headers).map(headerText),
    ...(body ? ['', body] : []),
    ...(trailers.length > 0 ? ['', ...trailers.map(headerText)] : []),
  ].join('\n');

/** What is shown is copied to others, so a token is not: only that there was one. */
export const shownHeaders = (headers: Message['headers']): Message['headers'] =>
  headers
    .filter(([name]) => !name.startsWith(':'))
    .map(([name, value]) => [name, /^authorization$/i.test(name) ? 'Bearer (token)' : value]);

/** A rich error of gRPC is protobuf in base64. */
const headerText = ([name, value]: readonly [string, string]): string => {
  if (name !== 'grpc-status-details-bin') return `${name}: ${value}`;
  const text = protobufText(Buffer.from(value, 'base64'), 'google.rpc.Status');
  return `${name}: ${value}\n${text.replace(/^/gm, '  ')}`;
};
