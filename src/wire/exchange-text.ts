/** An exchange as it went over the wire: HTTP/1.1 is text already, gRPC is shown as hex with what it says beside it. */
import type { ProtocolName } from '../contract/protocol';
import type { Operation } from '../contract/skills-api';
import type { Exchange, Message } from './capture';
import type { GrpcContract } from './grpc-contract';
import { grpcMessageText } from './protobuf-text';
import { richError, richErrorText, shownHeaders } from './shown-headers';

export const exchangeText = (
  protocol: ProtocolName,
  operation: Operation,
  { request, response }: Exchange,
  contract: GrpcContract,
): string => {
  const method = contract.methods[operation].path.split('/')[2];
  const body = (message: Message, type: string) =>
    protocol === 'grpc'
      ? grpcMessageText(message.body, `skills.v1.${type}`, contract)
      : message.body.toString('utf8');
  return [
    messageText(request, body(request, `${method}Request`), contract),
    messageText(response, body(response, `${method}Response`), contract),
  ].join('\n\n');
};

const messageText = (
  { startLine, headers, trailers }: Message,
  body: string,
  contract: GrpcContract,
): string =>
  [
    startLine,
    ...shownHeaders(headers).map((header) => headerText(header, contract)),
    ...(body ? ['', body] : []),
    ...(trailers.length > 0 ? ['', ...trailers.map((header) => headerText(header, contract))] : []),
  ].join('\n');

/** A rich error of gRPC has what it says below. */
const headerText = (header: readonly [string, string], contract: GrpcContract): string => {
  const line = header.join(': ');
  const status = richError(header);
  return status ? `${line}\n${richErrorText(status, contract).replace(/^/gm, '  ')}` : line;
};
