/** Guards against expensive documents, against eavesdropping and against disclosing internal errors. */
import { generate } from 'selfsigned';
import { PROTOCOLS } from '../../src/app/servers';
import { SkillsError } from '../../src/contract/errors';
import type { ProtocolName } from '../../src/contract/protocol';
import { guardService } from '../../src/policy/guard';
import { NO_GRAPH } from '../support/implementations';
import { apiThat } from '../support/plain-api';
import { sendHttp } from '../support/raw/http';
import { decodeGraphql, decodeRest, decodeSoap, envelope, LEAK } from '../support/raw/requests';
import type { Served } from '../support/served';
import { formOf, type GuardResponse, sendRequest } from './requests';
import type { Trigger, TriggeredGuard } from './server-guards';

const JSON_TYPE = { 'content-type': 'application/json' };

const sendQuery = async (served: Served, text: string): Promise<GuardResponse> => {
  const body = JSON.stringify({ query: text });
  const answer = await sendHttp(served.address.graphql, '/graphql', {
    method: 'POST',
    headers: JSON_TYPE,
    body,
  });
  return { ...decodeGraphql(answer), headers: answer.headers, details: {} };
};

const expectRejectedQuery = async (
  served: Served,
  text: string,
  code: string,
  reason: string,
): Promise<string> => {
  const response = await sendQuery(served, text);
  expect({ code: response.code, reason: response.reason }).toEqual({ code, reason });
  return formOf('graphql', response);
};

const DEEP = 1000;
const triggerNesting: Trigger = async (protocol, { served }) => {
  const text = `{ skill(id: "git") ${'{ requires '.repeat(DEEP)}{ id }${' }'.repeat(DEEP)} }`;
  if (protocol === 'grpc') return 'no message is recursive';
  if (protocol === 'graphql')
    return expectRejectedQuery(served, text, 'INVALID_ARGUMENT', 'GRAPHQL_PARSE_FAILED');
  if (protocol === 'soap') {
    const body = envelope(`<GetSkill>${'<id>'.repeat(DEEP)}${'</id>'.repeat(DEEP)}</GetSkill>`);
    const headers = { 'content-type': 'text/xml' };
    const answer = await sendHttp(served.address.soap, '/soap', { method: 'POST', headers, body });
    const response = { ...decodeSoap(answer), headers: answer.headers, details: {} };
    expect(response.reason).toBe('XML_TOO_DEEP');
    return formOf('soap', response);
  }
  const body = `{"status":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`;
  const headers = { ...JSON_TYPE, authorization: `Bearer ${served.token}` };
  const answer = await sendHttp(served.address.rest, '/api/progress/git', { method: 'PUT', headers, body });
  const response = { ...decodeRest(answer), headers: answer.headers, details: {} };
  expect({ status: response.status, reason: response.reason }).toEqual({
    status: 400,
    reason: 'INVALID_INPUT',
  });
  return formOf('rest', response);
};

const onlyGraphql =
  (text: string, code: string, reason: string, others: string): Trigger =>
  async (protocol, { served }) =>
    protocol === 'graphql' ? expectRejectedQuery(served, text, code, reason) : others;

/** Some skills are related to many others, so this has more values than the mean suggests. */
const relatedSkills = (fields: string): string =>
  `{ skills(first: 200) { nodes { ${'related { '.repeat(5)}${fields}${' }'.repeat(5)} } } }`;

/** Serves an API that throws an unexpected error. */
const withInternalError = async <T>(
  protocol: ProtocolName,
  work: (served: Pick<Served, 'address'>) => Promise<T>,
) => {
  const logged: unknown[] = [];
  const faulty = apiThat(() => Promise.reject(new TypeError('secret: /etc/passwd')));
  const api = guardService(faulty, { log: (error) => logged.push(error) });
  const server = await PROTOCOLS[protocol].serve(api, { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH });
  try {
    const address = { rest: '', graphql: '', grpc: '', soap: '', [protocol]: server.address };
    const value = await work({ address });
    expect(logged).toHaveLength(1);
    return value;
  } finally {
    await server.stop();
  }
};

const triggerEavesdropping: Trigger = async (protocol) => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const api = apiThat(() => Promise.reject(new SkillsError('NOT_FOUND', 'REACHED', 'reached')));
  const tls = { cert, key };
  const server = await PROTOCOLS[protocol].serve(api, {
    host: '127.0.0.1',
    port: 0,
    graph: () => NO_GRAPH,
    tls,
  });
  const reasonOf = async (address: string, options: object) => {
    const client = PROTOCOLS[protocol].connect(address, { timeoutMs: 5000, ...options });
    try {
      return await client.getSkill({ id: 'git' }).catch(({ reason }: SkillsError) => reason);
    } finally {
      await client.close();
    }
  };
  try {
    expect(await reasonOf(server.address, { tls: { ca: cert } })).toBe('REACHED');
    expect(await reasonOf(server.address, { tls: {} })).not.toBe('REACHED');
    expect(await reasonOf(server.address.replace('https:', 'http:'), {})).not.toBe('REACHED');
    return "TLS: plain text gets no response, and a client that does not trust the server's certificate does not connect";
  } finally {
    await server.stop();
  }
};

export const CONTENT_GUARDS: Readonly<Record<string, TriggeredGuard>> = {
  '1,000 nesting levels': {
    note: 'GraphQL also limits the depth to 10, but its limit on lexical tokens applies first here. The limit for XML is 16.',
    trigger: triggerNesting,
  },
  '10,000 aliases': {
    note: 'The limit is 30 aliases, but the limit on lexical tokens applies first here.',
    trigger: onlyGraphql(
      `{ ${Array.from({ length: 10_000 }, (_, n) => `a${n}: skill(id: "git") { id }`).join(' ')} }`,
      'INVALID_ARGUMENT',
      'GRAPHQL_PARSE_FAILED',
      'one operation in a request',
    ),
  },
  '100 aliases': {
    note: 'Each alias would be a separate call.',
    trigger: onlyGraphql(
      `{ ${Array.from({ length: 100 }, (_, n) => `a${n}: skill(id: "git") { id }`).join(' ')} }`,
      'INVALID_ARGUMENT',
      'TOO_MANY_ALIASES',
      'one operation in a request',
    ),
  },
  '100 repetitions of a field': {
    note: 'The limit is 20, because validation compares each pair. A document also has at most 500 fields, and a selection 100. The fields of a fragment count once for each place that uses the fragment.',
    trigger: onlyGraphql(
      `{ skill(id: "git") { ${'requires { id } '.repeat(100)}} }`,
      'INVALID_ARGUMENT',
      'TOO_MANY_FIELDS',
      'one list of fields, of at most 1,000 names; a repeated name counts once',
    ),
  },
  'a query whose result could be too large': {
    note: 'The limit is 20,000 values. Before execution, the number is estimated from the query and the mean lengths of the lists in the catalogue. The other protocols need no estimate: a page has at most 200 skills, a batch 100, a learning path 1,000, and every answer 2 MiB.',
    trigger: onlyGraphql(
      relatedSkills('id name summary level tags aliases etag createTime updateTime categoryIds'),
      'RESOURCE_EXHAUSTED',
      'QUERY_TOO_COSTLY',
      'pages are bounded',
    ),
  },
  'a query whose result is too large': {
    note: 'The values are counted while they are resolved. Over the limit, execution ends, and the response has no data. For a mutation, the error states that its writes were made.',
    trigger: onlyGraphql(
      relatedSkills('id name summary level'),
      'RESOURCE_EXHAUSTED',
      'QUERY_TOO_COSTLY',
      'pages are bounded',
    ),
  },
  'an eavesdropper on the network': {
    note: 'With `TLS_CERT` and `TLS_KEY`, or `--tls`. Without them, by default, the service listens only on a loopback address.',
    trigger: triggerEavesdropping,
  },
  'an internal error': {
    note: 'The text and the stack of the error appear only in the log.',
    trigger: (protocol) =>
      withInternalError(protocol, async (served) => {
        const response = await sendRequest(served, protocol, 'read');
        expect({ code: response.code, reason: response.reason }).toEqual({
          code: 'INTERNAL',
          reason: 'INTERNAL',
        });
        expect(response.body).not.toMatch(LEAK);
        expect(JSON.stringify(response)).not.toMatch(/secret|passwd|TypeError/);
        return formOf(protocol, response);
      }),
  },
};
