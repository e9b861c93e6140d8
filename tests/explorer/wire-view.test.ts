/** Shown messages have the content that was sent, formatted for people, without the token. */

import { PROTOCOLS } from '../../src/app/servers';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import type { ProtocolName, ShownBody, ShownMessage, TextPart } from '../../src/explorer/api';
import { prettyQuery } from '../../src/explorer/marks/graphql';
import { wireView } from '../../src/explorer/marks/wire-view';
import { prettyXml, xmlLeaves } from '../../src/explorer/marks/xml';
import { startCapture } from '../../src/wire/capture';
import { readHttp2Exchanges } from '../../src/wire/http2-exchanges';
import { maskToken } from '../../src/wire/mask-token';
import { type Served, serveMap } from '../support/served';
import { GOLDEN_MAP } from '../wire/golden-calls';
import { askServed, equalResults, type ResultWithWire } from './ask-served';

let served: Served;
beforeAll(async () => {
  served = await serveMap(PROTOCOL_NAMES, { seed: GOLDEN_MAP });
});
afterAll(async () => {
  await served.stop();
});

type Kind<K extends ShownBody['kind']> = Extract<ShownBody, { kind: K }>;

const bodyOf = <K extends ShownBody['kind']>(kind: K, { body }: ShownMessage): Kind<K> => {
  expect(body.kind).toBe(kind);
  return body as Kind<K>;
};

const messagesOf = ({ wire }: ResultWithWire): ShownMessage[] =>
  wire.exchanges.flatMap(({ request, response }) => [request, response]);

/** Removes the spaces between tokens. */
const WITHOUT_SPACES: Record<TextPart['language'], (text: string) => string> = {
  json: (text) => text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1'),
  xml: (text) => text.replace(/>\s+</g, '><'),
  graphql: (text) => text.replace(/\s+/g, ' '),
  text: (text) => text,
};

const only = (parts: readonly TextPart[]): TextPart => {
  expect(parts).toHaveLength(1);
  return parts[0]!;
};

test('a body is shown as sent, and formatted by spaces between tokens only', async () => {
  const results = equalResults(
    await askServed(served)({ operation: 'getLearningPath', input: { id: 'graphql' } }),
  );
  for (const [name, language] of [
    ['rest', 'json'],
    ['graphql', 'json'],
    ['soap', 'xml'],
  ] as const) {
    const { sent, pretty } = bodyOf('text', results[name].wire.exchanges[0]!.response);
    expect(only(sent).language).toBe(language);
    expect(Buffer.from(results[name].wire.raw.down, 'base64').toString()).toContain(only(sent).text);
    expect(WITHOUT_SPACES[language](only(pretty).text)).toBe(WITHOUT_SPACES[language](only(sent).text));
    expect(only(pretty).text.split('\n').length).toBeGreaterThan(40);
  }
});

test('a REST request with its input in the path has no body', async () => {
  const results = equalResults(await askServed(served)({ operation: 'getSkill', input: { id: 'json' } }));
  const { request } = results.rest.wire.exchanges[0]!;
  expect(request).toMatchObject({ startLine: 'GET /api/skills/json HTTP/1.1', body: { kind: 'none' } });
});

test('a GraphQL request is one JSON object, formatted as a query and its variables', async () => {
  const input = { id: 'json', etag: '*', patch: { name: 'JSON "5"' } };
  const results = equalResults(await askServed(served)({ operation: 'updateSkill', as: 'writer', input }));
  const { sent, pretty } = bodyOf('text', results.graphql.wire.exchanges[0]!.request);
  const { query, variables } = JSON.parse(only(sent).text);
  const [document, values, ...none] = pretty;
  expect([document?.language, values?.language, none]).toEqual(['graphql', 'json', []]);
  expect(WITHOUT_SPACES.graphql(document!.text)).toBe(query);
  expect(document?.text).toContain('\n    requires {\n      id\n    }\n');
  expect(JSON.parse(values!.text)).toEqual(variables);
});

test.each([
  ['{ a { b } }', '{\n  a {\n    b\n  }\n}'],
  ['query ($id: ID!) { a(id: $id) { b } c }', 'query ($id: ID!) {\n  a(id: $id) {\n    b\n  }\n  c\n}'],
  ['{ a(text: "} {") { b } }', '{ a(text: "} {") { b } }'],
])('the document %j is formatted as %j', (document, formatted) => {
  expect(prettyQuery(document)).toBe(formatted);
});

test.each([
  ['<a><b>  </b><c> x\n </c><d/><e></e></a>', '<a>\n  <b>  </b>\n  <c> x\n </c>\n  <d/>\n  <e></e>\n</a>'],
  ['<?xml version="1.0"?><a x=">"><b/></a>', '<?xml version="1.0"?>\n<a x=">">\n  <b/>\n</a>'],
  ['<a>text <b/><c/></a>', '<a>text <b/><c/></a>'],
  ['<a><![CDATA[<b>]]></a>', '<a><![CDATA[<b>]]></a>'],
  ['<a><b></a>', '<a><b></a>'],
  ['no XML', 'no XML'],
])('the XML %j is formatted as %j', (xml, formatted) => {
  expect(prettyXml(xml)).toBe(formatted);
});

test('character references in the text of an element are resolved', () => {
  const [leaf, ...none] = xmlLeaves('<s:a xmlns:s="b">&lt;&#233;&#xe9;&amp;lt;</s:a>');
  expect(leaf).toMatchObject({ path: ['a'], text: '<éé&lt;' });
  expect(none).toEqual([]);
});

test('every byte of a protobuf message belongs to its frame or to one of its fields', async () => {
  const results = equalResults(await askServed(served)({ operation: 'listSkills', input: { pageSize: 4 } }));
  const { request, response } = results.grpc.wire.exchanges[0]!;
  expect(bodyOf('protobuf', request).type).toBe('skills.v1.ListSkillsRequest');
  for (const message of [request, response]) {
    const { hex, fields } = bodyOf('protobuf', message);
    const bytes = Buffer.from(hex, 'hex');
    expect(bytes.readUInt32BE(1)).toBe(bytes.length - 5);
    expect(fields.map(({ start }) => start)).toEqual([5, ...fields.map(({ end }) => end)].slice(0, -1));
    expect(fields.at(-1)?.end).toBe(bytes.length);
  }
  const { fields } = bodyOf('protobuf', response);
  expect(fields.filter(({ depth }) => depth === 0).map(({ name }) => name)).toEqual([
    ...['skills', 'skills', 'skills', 'skills'],
    'totalSize',
  ]);
  expect(fields.find(({ name }) => name === 'level')?.value).toBe('SKILL_LEVEL_BEGINNER');
});

test('an empty protobuf message is sent as a frame only', async () => {
  const { token } = served;
  await served.service.api.createSkill(
    { skill: { id: 'brief', name: 'Brief', categoryIds: ['apis'] } },
    { token },
  );
  const results = equalResults(
    await askServed(served)({ operation: 'deleteSkill', input: { id: 'brief', etag: '*' }, token }),
  );
  const body = { kind: 'protobuf', type: 'skills.v1.DeleteSkillResponse', hex: '0000000000', fields: [] };
  expect(results.grpc.wire.exchanges[0]!.response.body).toEqual(body);
});

test("a rich error's header is decoded", async () => {
  const results = equalResults(await askServed(served)({ operation: 'getSkill', input: { id: 'cobol' } }));
  const { headers } = results.grpc.wire.exchanges[0]!.response;
  const decoded = headers.find(({ name }) => name === 'grpc-status-details-bin')?.decoded;
  expect(decoded).toMatch(/^08 05 +code: 5$/m);
  expect(decoded).toContain('reason: "SKILL_NOT_FOUND"');
});

test('the token is in no view: not in messages, pastes or raw bytes', async () => {
  const { token } = served;
  const input = { skillId: 'json', status: 'PLANNED' };
  const results = equalResults(await askServed(served)({ operation: 'setProgress', input, token }));
  for (const name of PROTOCOL_NAMES) {
    const { raw, ...shown } = results[name].wire;
    const bytes = Buffer.from(raw.up, 'base64');
    const text = JSON.stringify({ ...results[name], wire: shown }) + bytes.toString('latin1');
    for (const secret of [token, ...token.split('.')]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString('hex'));
    }
    expect(messagesOf(results[name])[0]!.headers).toContainEqual({
      name: expect.stringMatching(/^authorization$/i),
      value: 'Bearer (token)',
    });
    expect(shown.pastes.map(({ form }) => form)).toEqual(FORMS[name]);
    for (const { text: pasted } of shown.pastes) expect(pasted).toContain('ROSETTA_TOKEN');
    expect(bytes.length).toBe(results[name].bytes.up.total);
    if (name !== 'grpc') expect(bytes.toString()).toMatch(/^authorization: Bearer \*{200,}\r$/im);
  }
});

const FORMS: Record<ProtocolName, string[]> = {
  rest: ['curl', 'fetch'],
  graphql: ['curl', 'fetch'],
  grpc: ['grpcurl', 'buf curl'],
  soap: ['curl', 'fetch', 'envelope'],
};

test('a call that no client can send has no wire', async () => {
  const results = equalResults(await askServed(served)({ operation: 'getSkill', input: { id: 'a\u0000b' } }));
  for (const name of PROTOCOL_NAMES) {
    expect(results[name]).toMatchObject({ requests: 0, roundTrips: 0, answer: { error: {} } });
    const raw = { up: '', down: '' };
    expect(results[name].wire).toEqual({ exchanges: [], raw, pastes: [], errorParts: [] });
  }
});

test.each(PROTOCOL_NAMES)('all exchanges of a connection are shown, %s', async (protocol) => {
  const capture = await startCapture(protocol, served.address[protocol]);
  const client = PROTOCOLS[protocol].connect(capture.address);
  try {
    const value = await client.getSkill({ id: 'json' });
    for (const id of ['json', 'graphql']) await client.getSkill({ id });
    const { exchanges } = wireView({
      protocol,
      operation: 'getSkill',
      input: { id: 'json' },
      answer: { value },
      exchanges: await capture.exchanges(),
      connections: capture.connections,
      target: { address: served.address[protocol] },
    });
    expect(exchanges).toHaveLength(3);
    expect(new Set(exchanges.map(({ request }) => JSON.stringify(request))).size).toBeGreaterThan(1);
    expect(new Set(exchanges.map(({ response }) => JSON.stringify(response.body))).size).toBe(2);
  } finally {
    await client.close();
    await capture.stop();
  }
});

describe('in HTTP/2, which sends headers in a Huffman code,', () => {
  const authorizationIn = async (up: Buffer, down: Buffer) =>
    (await readHttp2Exchanges(up, down))[0]?.request.headers.find(([name]) => name === 'authorization')?.[1];

  test.each([1, 60, 8000])('a token of %i characters is masked, and nothing else', async (length) => {
    const token = 'aB3-'.repeat(length / 4 + 1).slice(0, length);
    const capture = await startCapture('grpc', served.address.grpc);
    const client = PROTOCOLS.grpc.connect(capture.address);
    await client.getSkill({ id: 'git' }, { token }).catch(() => undefined);
    await client.close();
    await capture.ended();
    const { up, down } = capture.connections[0]!;
    const [sent, received] = [Buffer.concat(up), Buffer.concat(down)];
    await capture.stop();
    expect(await authorizationIn(sent, received)).toBe(`Bearer ${token}`);
    const masked = maskToken('grpc', sent);
    expect(masked.length).toBe(sent.length);
    const changed = [...masked.keys()].filter((at) => masked[at] !== sent[at]);
    const [first = 0, last = 0] = [changed[0], changed.at(-1)];
    expect(new Set(masked.subarray(first, last + 1))).toEqual(new Set([0x2a]));
    // A Huffman code takes at least five bits for each character of a token.
    expect(last + 1 - first).toBeGreaterThan((length * 5) / 8);
    expect(String(await authorizationIn(masked, received))).not.toContain(token);
  });
});
