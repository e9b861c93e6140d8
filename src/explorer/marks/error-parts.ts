/** Where a response says what its error is: the same few things in four forms, as they stand in the bytes. */
import { GRPC_CONTRACT, snakeCase } from '../../calls/grpc-contract';
import type { ProtocolName } from '../../contract/protocol';
import type { Exchange } from '../../wire/capture';
import { type Path, protobufFields } from '../../wire/protobuf-fields';
import { RICH_ERROR, richError } from '../../wire/shown-headers';
import { MEANINGS, type Meaning } from '../api';
import { leavesIn } from './body';
import { placeInError } from './keys';
import { type Leaf, placeOf } from './leaves';

type Response = Exchange['response'];

/** What a place in a SkillsError is about. */
const ABOUT: readonly (readonly [RegExp, Meaning['meaning']])[] = [
  [/^code$/, 'code'],
  [/^(reason|scope)$/, 'reason'],
  [/^message$/, 'message'],
  [/^violations\[/, 'field'],
  [/^retryDelayMs$/, 'retry'],
  [/^resource\./, 'resource'],
];

/** In the order of MEANINGS, and of one as it stands in the response. */
export const meaningOf = (protocol: ProtocolName, response: Response): Meaning[] => {
  const leaves = protocol === 'grpc' ? richErrorLeaves(response) : leavesIn(response);
  const inBody = leaves.flatMap((leaf): Meaning[] => {
    const place = placeInError(protocol, leaf);
    const meaning = ABOUT.find(([about]) => about.test(place))?.[1];
    return meaning ? [{ meaning, where: WHERE[protocol](leaf.path), text: leaf.text }] : [];
  });
  const said = [...inHead(response), ...inBody];
  return MEANINGS.flatMap((one) => said.filter(({ meaning }) => meaning === one));
};

/** `detail/SkillsFault/violations/item[1]/field`, counted from 1 as XPath does. */
const inFault = (path: Path): string =>
  path
    .slice(path.indexOf('Fault') + 1)
    .map((step) => (typeof step === 'number' ? `item[${step + 1}]` : step))
    .join('/');

const WHERE = {
  rest: placeOf,
  graphql: placeOf,
  // As in the .proto files; a type's own name stays.
  grpc: ([type = '', ...path]) =>
    placeOf([type, ...path.map((step) => (typeof step === 'string' ? snakeCase(step) : step))]),
  soap: inFault,
} as const satisfies Record<ProtocolName, (path: Path) => string>;

const HEADERS: Readonly<Record<string, Meaning['meaning']>> = {
  'grpc-status': 'code',
  'www-authenticate': 'reason',
  'grpc-message': 'message',
  'retry-after': 'retry',
};

const inHead = ({ startLine, headers, trailers }: Response): Meaning[] => [
  { meaning: 'code', where: 'HTTP status', text: startLine.replace(/^\S+ /, '') },
  ...[...headers, ...trailers].flatMap(([name, value]): Meaning[] => {
    const meaning = HEADERS[name.toLowerCase()];
    return meaning ? [{ meaning, where: name, text: READ[name]?.(value) ?? value }] : [];
  }),
];

/** google.rpc.Code, by number. */
const CODES =
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED'.split(
    ' ',
  );

const READ: Readonly<Record<string, (value: string) => string>> = {
  'grpc-status': (value) => `${value} ${CODES[Number(value)] ?? ''}`.trim(),
  // gRPC over HTTP/2, "Status-Message"; what is no such text is shown as it came.
  'grpc-message': (value) => (/%(?![\da-f]{2})/i.test(value) ? value : percentDecoded(value)),
};

const percentDecoded = (text: string): string =>
  Buffer.from(
    text.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

/** The messages in a google.rpc.Status, each under the name of its type; its own code and message are headers too. */
const richErrorLeaves = ({ headers, trailers }: Response): Leaf[] => {
  const [status] = [...headers, ...trailers].flatMap((header) => richError(header) ?? []);
  if (!status) return [];
  const fields = protobufFields(status, RICH_ERROR, GRPC_CONTRACT);
  const types = fields.filter(({ name }) => name === 'type_url');
  return fields.flatMap(({ start, end, path: [, index, , ...rest], value }): Leaf[] => {
    const type = types.find(({ path }) => path[1] === index)?.value?.text.replace(/^.*\./, '');
    return type && value && rest.length > 0 ? [{ path: [type, ...rest], start, end, text: value.text }] : [];
  });
};
