/** Four requests in the bytes of each protocol, with the credentials and headers that trigger a guard. */
import type { ProtocolName } from '../../src/contract/protocol';
import { detailsOf, frame, type Message, proto, sendGrpc } from '../support/raw/grpc';
import { sendHttp } from '../support/raw/http';
import {
  type DecodedResponse,
  decodeGraphql,
  decodeGrpc,
  decodeRest,
  decodeSoap,
  envelope,
} from '../support/raw/requests';
import type { Served } from '../support/served';

/** `read` and `path` are public, `write` needs a scope, `progress` a learner. */
export type RequestKind = 'read' | 'path' | 'write' | 'progress';

export interface RequestOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The idempotency key of a write. */
  readonly key?: string;
  /** The name that `write` gives to git. */
  readonly name?: string;
}

export interface GuardResponse extends DecodedResponse {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The google.rpc details of a gRPC status. */
  readonly details: Readonly<Record<string, Message>>;
}

const JSON_TYPE = { 'content-type': 'application/json' };

const bearer = ({ token, headers }: RequestOptions): Record<string, string> => ({
  ...(token !== undefined && { authorization: `Bearer ${token}` }),
  ...headers,
});

const REST = {
  read: () => ['GET', '/api/skills/git'],
  path: () => ['GET', '/api/skills/git/learning-path'],
  write: ({ name = 'Git' }) => ['PATCH', '/api/skills/git', JSON.stringify({ name })],
  progress: () => ['PUT', '/api/progress/git', '{"status":"LEARNED"}'],
} satisfies Record<RequestKind, (how: RequestOptions) => string[]>;

const GRAPHQL = {
  read: () => '{ skill(id: "git") { id name etag } }',
  path: () => '{ skill(id: "git") { learningPath { learnedIds } } }',
  write: ({ name = 'Git', key }) =>
    `mutation { updateSkill(id: "git", etag: "*", patch: { name: "${name}" }${keyArgument(key)}) { id name etag } }`,
  progress: ({ key }) =>
    `mutation { setProgress(skillId: "git", status: LEARNED${keyArgument(key)}) { skillId status } }`,
} satisfies Record<RequestKind, (how: RequestOptions) => string>;
const keyArgument = (key: string | undefined): string =>
  key === undefined ? '' : `, idempotencyKey: ${JSON.stringify(key)}`;

const GRPC = {
  read: () => ['GetSkill', { id: 'git' }],
  path: () => ['GetLearningPath', { id: 'git' }],
  write: ({ name = 'Git', key }) => [
    'UpdateSkill',
    { id: 'git', etag: '*', patch: { name }, updateMask: { paths: ['name'] }, requestId: key },
  ],
  progress: ({ key }) => [
    'SetProgress',
    { skillId: 'git', status: 'PROGRESS_STATUS_LEARNED', requestId: key },
  ],
} satisfies Record<RequestKind, (how: RequestOptions) => [string, object]>;

const SOAP = {
  read: () => '<GetSkill><id>git</id></GetSkill>',
  path: () => '<GetLearningPath><id>git</id></GetLearningPath>',
  write: ({ name = 'Git' }) =>
    `<UpdateSkill><id>git</id><etag>*</etag><patch><name>${name}</name></patch></UpdateSkill>`,
  progress: () => '<SetProgress><skillId>git</skillId><status>LEARNED</status></SetProgress>',
} satisfies Record<RequestKind, (how: RequestOptions) => string>;

export const sendRequest = (
  { address }: Pick<Served, 'address'>,
  protocol: ProtocolName,
  what: RequestKind,
  how: RequestOptions = {},
): Promise<GuardResponse> => SEND[protocol](address[protocol], what, how);

const SEND = {
  rest: async (address, what, how) => {
    const [method, path = '', body] = REST[what](how) as string[];
    const headers = {
      ...(body !== undefined && JSON_TYPE),
      ...(what === 'write' && { 'if-match': '*' }),
      ...(how.key !== undefined && { 'idempotency-key': `"${how.key}"` }),
      ...bearer(how),
    };
    const answer = await sendHttp(address, path, { method, headers, body });
    return { ...decodeRest(answer), headers: answer.headers, details: {} };
  },
  graphql: async (address, what, how) => {
    const headers = { ...JSON_TYPE, ...bearer(how) };
    const body = JSON.stringify({ query: GRAPHQL[what](how) });
    const answer = await sendHttp(address, '/graphql', { method: 'POST', headers, body });
    return { ...decodeGraphql(answer), headers: answer.headers, details: {} };
  },
  grpc: async (address, what, how) => {
    const [method, message] = GRPC[what](how) as [string, object];
    const bytes = frame(proto(`${method}Request`).serialize(message));
    const answer = await sendGrpc(address, `/skills.v1.SkillsService/${method}`, bytes, bearer(how));
    const headers = { ...answer.headers, ...answer.trailers };
    return { ...decodeGrpc(answer), headers, details: detailsOf(answer) };
  },
  soap: async (address, what, how) => {
    const key =
      how.key === undefined
        ? ''
        : `<e:Header><IdempotencyKey>${how.key.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</IdempotencyKey></e:Header>`;
    const headers = { 'content-type': 'text/xml; charset=utf-8', ...bearer(how) };
    const body = envelope(SOAP[what](how), key);
    const answer = await sendHttp(address, '/soap', { method: 'POST', headers, body });
    return { ...decodeSoap(answer), headers: answer.headers, details: {} };
  },
} satisfies Record<
  ProtocolName,
  (address: string, what: RequestKind, how: RequestOptions) => Promise<GuardResponse>
>;

/** The parts of an error response that the standard of the protocol defines, in one line. */
export const formOf = (protocol: ProtocolName, response: GuardResponse): string => {
  const { status, code, reason, headers, body, details } = response;
  const named = (names: readonly string[]): string[] =>
    names.flatMap((name) =>
      headers[name] === undefined
        ? []
        : [`\`${headerTitle(name)}: ${name === 'retry-after' ? '(seconds)' : headers[name]}\``],
    );
  const forms = {
    rest: () => [`${status}`, ...named(['www-authenticate', 'retry-after', 'allow']), `\`${reason}\``],
    graphql: () => [
      `${status}`,
      `\`${JSON.parse(body).errors?.[0]?.extensions?.code ?? ''}\``,
      ...named(['www-authenticate']),
      `\`${reason}\``,
    ],
    grpc: () => [
      `${status} \`${code}\``,
      ...Object.keys(details).map((name) => `\`${name}\``),
      ...(reason ? [`\`${reason}\``] : []),
    ],
    soap: () => [
      `${status}`,
      ...(/<faultcode>(.*?)<\/faultcode>/.exec(body)?.slice(1) ?? []).map((code) => `\`${code}\``),
      ...named(['www-authenticate']),
      `\`${reason}\``,
    ],
  } satisfies Record<ProtocolName, () => string[]>;
  return forms[protocol]().join(', ');
};

const headerTitle = (name: string): string =>
  name.replace(/\b(www|[a-z])/g, (letters) => letters.toUpperCase());
