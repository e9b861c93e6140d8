/** The parts of an error (code, reason, message, ...) and the place of each in the response's bytes. */
import { GRPC_CONTRACT, snakeCase } from '../../calls/grpc-contract';
import type { ProtocolName } from '../../contract/protocol';
import type { Exchange } from '../../wire/capture';
import { type Path, readProtobufFields } from '../../wire/protobuf-fields';
import { decodeRichError, RICH_ERROR_TYPE } from '../../wire/rich-error';
import { ERROR_PARTS, type ErrorPart } from '../api';
import { leavesIn } from './body';
import { errorPath } from './keys';
import { type Leaf, pathText } from './leaves';

type Response = Exchange['response'];

/** By the first step of a path in a SkillsError. */
const PART_OF: Readonly<Record<string, ErrorPart['part']>> = {
  code: 'code',
  reason: 'reason',
  scope: 'reason',
  message: 'message',
  violations: 'field',
  retryDelayMs: 'retry',
  resource: 'resource',
};

/** In the order of ERROR_PARTS; places of the same part stand in the order of the response. */
export const errorPartsOf = (protocol: ProtocolName, response: Response): ErrorPart[] => {
  const leaves = protocol === 'grpc' ? richErrorLeaves(response) : leavesIn(response);
  const inBody = leaves.flatMap((leaf): ErrorPart[] => {
    const part = PART_OF[errorPath(protocol, leaf)[0] ?? ''];
    return part ? [{ part, where: WHERE[protocol](leaf.path), text: leaf.text }] : [];
  });
  const found = [...partsInHead(response), ...inBody];
  return ERROR_PARTS.flatMap((name) => found.filter(({ part }) => part === name));
};

/** `detail/SkillsFault/violations/item[1]/field`, counted from 1 as XPath does. */
const xpathInFault = (path: Path): string =>
  path
    .slice(path.indexOf('Fault') + 1)
    .map((step) => (typeof step === 'number' ? `item[${step + 1}]` : step))
    .join('/');

const WHERE = {
  rest: pathText,
  graphql: pathText,
  // Fields have their names in the .proto files; the first step is the name of a message type.
  grpc: ([type = '', ...path]) =>
    pathText([type, ...path.map((step) => (typeof step === 'string' ? snakeCase(step) : step))]),
  soap: xpathInFault,
} as const satisfies Record<ProtocolName, (path: Path) => string>;

const HEADERS: Readonly<Record<string, ErrorPart['part']>> = {
  'grpc-status': 'code',
  'www-authenticate': 'reason',
  'grpc-message': 'message',
  'retry-after': 'retry',
};

const partsInHead = ({ startLine, headers, trailers }: Response): ErrorPart[] => [
  { part: 'code', where: 'HTTP status', text: startLine.replace(/^\S+ /, '') },
  ...[...headers, ...trailers].flatMap(([name, value]): ErrorPart[] => {
    const part = HEADERS[name.toLowerCase()];
    return part ? [{ part, where: name, text: DECODE[name]?.(value) ?? value }] : [];
  }),
];

/** google.rpc.Code, by number. */
const CODES =
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED'.split(
    ' ',
  );

const DECODE: Readonly<Record<string, (value: string) => string>> = {
  'grpc-status': (value) => `${value} ${CODES[Number(value)] ?? ''}`.trim(),
  // gRPC over HTTP/2, "Status-Message". A malformed text is shown undecoded.
  'grpc-message': (value) => (/%(?![\da-f]{2})/i.test(value) ? value : percentDecode(value)),
};

const percentDecode = (text: string): string =>
  Buffer.from(
    text.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

/** Leaves of the messages in a google.rpc.Status, under the names of their types; headers repeat its code and message. */
const richErrorLeaves = ({ headers, trailers }: Response): Leaf[] => {
  const [status] = [...headers, ...trailers].flatMap((header) => decodeRichError(header) ?? []);
  if (!status) return [];
  const fields = readProtobufFields(status, RICH_ERROR_TYPE, GRPC_CONTRACT);
  const types = fields.filter(({ name }) => name === 'type_url');
  return fields.flatMap(({ start, end, path: [, index, , ...rest], value }): Leaf[] => {
    const type = types.find(({ path }) => path[1] === index)?.value?.text.replace(/^.*\./, '');
    return type && value && rest.length > 0 ? [{ path: [type, ...rest], start, end, text: value.text }] : [];
  });
};
