/** An exchange as it went over the wire: HTTP/1.1 is text already, gRPC is shown as hex with what it says beside it. */
import { METHODS } from '../adapters/grpc/schema';
import type { Exchange, Message } from '../compare/capture';
import { grpcMessageText } from '../compare/protobuf-text';
import { richError, richErrorText, shownHeaders } from '../compare/shown-headers';
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

/** A rich error of gRPC has what it says below. */
const headerText = (header: readonly [string, string]): string => {
  const line = header.join(': ');
  const status = richError(header);
  return status ? `${line}\n${richErrorText(status).replace(/^/gm, '  ')}` : line;
};
