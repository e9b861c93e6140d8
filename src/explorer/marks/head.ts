/** Start line and headers, with their values marked: REST sends values in the path, the query and the status. */

import { GRPC_CONTRACT } from '../../calls/grpc-contract';
import type { ProtocolName } from '../../contract/protocol';
import type { Exchange } from '../../wire/capture';
import { displayHeaders } from '../../wire/display-headers';
import { decodeRichError, formatRichError } from '../../wire/rich-error';
import type { Mark, ShownHeader, ShownMessage } from '../api';
import type { Keys } from './keys';

type Message = Exchange['request'];

export const shownHead = (
  protocol: ProtocolName,
  message: Message,
  keys: Keys,
): Omit<ShownMessage, 'body'> => ({
  startLine: message.startLine,
  ...(protocol === 'rest' && { startLineMarks: startLineMarks(message.startLine, keys) }),
  headers: displayHeaders(message.headers).map((header) => shownHeader(header, keys)),
  trailers: displayHeaders(message.trailers).map((header) => shownHeader(header, keys)),
});

const startLineMarks = (startLine: string, keys: Keys): Mark[] =>
  startLine.startsWith('HTTP/') ? statusMarks(startLine, keys) : pathMarks(startLine, keys);

/** Headers that carry a value of the domain, with its path. */
const HEADER_PATHS: Readonly<Record<string, string>> = {
  'if-match': 'etag',
  etag: 'etag',
  'idempotency-key': 'idempotencyKey',
  'retry-after': 'retryDelayMs',
  'grpc-status': 'code',
  'grpc-message': 'message',
};

const shownHeader = (header: readonly [string, string], keys: Keys): ShownHeader => {
  const [name, value] = header;
  const key = keys.ofDomainPath(HEADER_PATHS[name.toLowerCase()] ?? '');
  const status = decodeRichError(header);
  return {
    name,
    value,
    ...(status && { decoded: formatRichError(status, GRPC_CONTRACT) }),
    ...(key && { key }),
  };
};

/** Query parameters that have another name in the domain. */
const PARAMETERS: Readonly<Record<string, string>> = { q: 'text' };

/** Marks the id in the path and each value of the query: `GET /api/skills?tag=a&fields=id,name HTTP/1.1`. */
const pathMarks = (startLine: string, { ofDomainPath }: Keys): Mark[] => {
  const marks: Mark[] = [];
  const mark = (path: string, start: number, { length }: string) => {
    const key = ofDomainPath(path);
    if (key) marks.push({ start, end: start + length, key });
  };
  const [, before = '', id = ''] =
    /^(\w+ \/api\/(?:skills|categories|progress)\/)([^/? ]+)/.exec(startLine) ?? [];
  mark(before.endsWith('/progress/') ? 'skillId' : 'id', before.length, id);
  const counts: Record<string, number> = {};
  for (const { 0: pair, 1: parameter = '', index } of startLine.matchAll(/(?<=[?&])(\w+)=[^& ]*/g)) {
    const name = PARAMETERS[parameter] ?? parameter;
    let start = index + parameter.length + 1;
    const text = pair.slice(parameter.length + 1);
    for (const value of name === 'fields' ? text.split(',') : [text]) {
      const count = counts[name] ?? 0;
      counts[name] = count + 1;
      mark(name === 'ids' || name === 'fields' ? `${name}[${count}]` : name, start, value);
      start += value.length + 1;
    }
  }
  return marks;
};

/** Marks the status of `HTTP/1.1 404 Not Found` as the error's code. */
const statusMarks = (startLine: string, { ofDomainPath }: Keys): Mark[] => {
  const [, before = '', status = ''] = /^(HTTP\/1.1 )(.+)$/.exec(startLine) ?? [];
  const key = status && ofDomainPath('code');
  return key ? [{ start: before.length, end: startLine.length, key }] : [];
};
