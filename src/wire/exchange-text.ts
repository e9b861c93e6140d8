/** An exchange as text: HTTP/1.1 is text already; gRPC becomes hex with the decoded fields beside it. */
import type { ProtocolName } from '../contract/protocol';
import type { Operation } from '../contract/skills-api';
import type { Exchange, Message } from './capture';
import { displayHeaders } from './display-headers';
import type { GrpcContract } from './grpc-contract';
import { formatGrpcMessage } from './protobuf-text';
import { decodeRichError, formatRichError } from './rich-error';

export const formatExchange = (
  protocol: ProtocolName,
  operation: Operation,
  { request, response }: Exchange,
  contract: GrpcContract,
): string => {
  const method = contract.methods[operation].path.split('/')[2];
  const body = (message: Message, type: string) =>
    protocol === 'grpc'
      ? formatGrpcMessage(message.body, `skills.v1.${type}`, contract)
      : message.body.toString('utf8');
  return [
    formatMessage(request, body(request, `${method}Request`), contract),
    formatMessage(response, body(response, `${method}Response`), contract),
  ].join('\n\n');
};

const formatMessage = (
  { startLine, headers, trailers }: Message,
  body: string,
  contract: GrpcContract,
): string =>
  [
    startLine,
    ...displayHeaders(headers).map((header) => formatHeader(header, contract)),
    ...(body ? ['', body] : []),
    ...(trailers.length > 0 ? ['', ...trailers.map((header) => formatHeader(header, contract))] : []),
  ].join('\n');

/** A gRPC rich error is followed by its decoded fields. */
const formatHeader = (header: readonly [string, string], contract: GrpcContract): string => {
  const line = header.join(': ');
  const status = decodeRichError(header);
  return status ? `${line}\n${formatRichError(status, contract).replace(/^/gm, '  ')}` : line;
};
