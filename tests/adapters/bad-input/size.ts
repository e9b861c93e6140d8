/** Requests that are too large, too deep or incomplete: every server stops at its limits and serves the next request. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { ProtocolName } from '../../../src/contract/protocol';
import { frame, proto } from '../../support/raw/grpc';
import { parseResponse, sendAndDisconnect, sendBytes, sendHttp } from '../../support/raw/http';
import {
  DECODE_HTTP,
  envelope,
  graphql,
  graphqlPost,
  grpc,
  grpcBytes,
  LEAK,
  rest,
  soap,
  soapPost,
} from '../../support/raw/requests';
import {
  expectStillServing,
  serveForTests,
  testNothingLogged,
  testRejections,
} from '../../support/raw/table';
import { createSkill } from './requests';

const MIB = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };
const GZIP = { 'content-encoding': 'gzip' };
const GRPC_GZIP = { 'grpc-encoding': 'gzip' };
const TOO_LARGE = ['RESOURCE_EXHAUSTED', 'BODY_TOO_LARGE'] as const;
const TOO_LARGE_OF_LIBRARY = ['RESOURCE_EXHAUSTED', ''] as const;
const MALFORMED = ['INVALID_ARGUMENT', 'MALFORMED_REQUEST'] as const;
const TOO_DEEP = ['INVALID_ARGUMENT', 'XML_TOO_DEEP'] as const;
const UNSUPPORTED = ['INVALID_ARGUMENT', 'UNSUPPORTED_MEDIA_TYPE'] as const;
const INVALID = ['INVALID_ARGUMENT', 'INVALID_INPUT'] as const;
const NOT_PARSED = ['INVALID_ARGUMENT', 'GRAPHQL_PARSE_FAILED'] as const;
const NOT_IN_SCHEMA = ['INVALID_ARGUMENT', 'GRAPHQL_VALIDATION_FAILED'] as const;

const NEW = { id: 'new', name: 'New', categoryIds: ['tools'] };
const QUERY = '{"query":"{ categories { totalSize } }"}';
const GET_GIT = envelope('<GetSkill><id>git</id></GetSkill>');
const GIT = proto('GetSkillRequest').serialize({ id: 'git' });

const HEADERS = ['RESOURCE_EXHAUSTED', 'HEADERS_TOO_LARGE'] as const;
const LONG = { 'x-long': 'x'.repeat(16 * 1024) };
const large = 'x'.repeat(MIB + 1);
const tooLarge = createSkill({ ...NEW, summary: large });

/** 20 MiB that gzip packs into 20 KiB. */
const bomb = 'x'.repeat(20 * MIB);

/** 500 KiB that gzip packs into 500 bytes. */
const small = `{"query":"${' '.repeat(MIB / 2)}"}`;

const nested = (open: string, close: string, depth = 1000): string =>
  open.repeat(depth) + close.repeat(depth);

const ENTITIES =
  '<!DOCTYPE lol [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>';
const referring = envelope('<GetSkill><id>&b;</id></GetSkill>').replace(/^<\?xml.*?\?>/, '');

/** A path, the content type and the beginning of a body for each HTTP server. */
const POSTS = [
  ['rest', '/api/skills', 'application/json', '{"id":'],
  ['graphql', '/graphql', 'application/json', '{"query":'],
  ['soap', '/soap', 'text/xml', '<e:Envelope'],
] as const;

export const describeSize = (): void => {
  const served = serveForTests();

  test.each([
    ['gzip', gzipSync],
    ['X-GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['Identity', (bytes: string) => Buffer.from(bytes)],
  ])('REST, GraphQL and SOAP read a body in the content coding %s', async (coding, compress) => {
    const bodies = {
      rest: [`/api/skills`, 'application/json', '{"id":"CODED","name":"New","categoryIds":["tools"]}'],
      graphql: ['/graphql', 'application/json', QUERY],
      soap: ['/soap', 'text/xml', GET_GIT],
    } as const;
    const authorization = `Bearer ${served().token}`;
    for (const protocol of ['rest', 'graphql', 'soap'] as const) {
      const [path, type, body] = bodies[protocol];
      const headers = { 'content-type': type, 'content-encoding': coding, authorization };
      const sent = compress(body.replace('CODED', `in-${coding.toLowerCase()}`));
      const { status } = await sendHttp(served().address[protocol], path, {
        method: 'POST',
        headers,
        body: sent,
      });
      expect([protocol, status]).toEqual([protocol, protocol === 'rest' ? 201 : 200]);
    }
  });

  testRejections(served, {
    'a body over 1 MiB': {
      rest: [tooLarge.rest, 413, ...TOO_LARGE],
      graphql: [tooLarge.graphql, 413, ...TOO_LARGE],
      grpc: [tooLarge.grpc, 8, ...TOO_LARGE_OF_LIBRARY],
      soap: [tooLarge.soap, 413, ...TOO_LARGE],
    },
    'a body of over 5,000 values': {
      rest: [rest('POST', '/api/skills', `[${'[],'.repeat(5000)}1]`, JSON_TYPE), 400, ...MALFORMED],
      graphql: [graphqlPost(`{"query":"","variables":[${'{},'.repeat(5000)}1]}`), 400, ...MALFORMED],
      grpc: [grpc('BatchGetSkills', { ids: Array(5001).fill('git') }), 3, ...INVALID],
      soap: [
        soap(`<BatchGetSkills><ids>${'<item/>'.repeat(5001)}</ids></BatchGetSkills>`),
        500,
        ...MALFORMED,
      ],
    },
    'headers over 16 KiB': {
      rest: [rest('GET', '/api/skills', undefined, LONG), 431, ...HEADERS],
      graphql: [graphqlPost(QUERY, LONG), 431, ...HEADERS],
      grpc: [grpc('GetSkill', { id: 'git' }, LONG), 8, ...HEADERS],
      soap: [soap('<ListCategories/>', LONG), 431, ...HEADERS],
    },
    'a gzip body that expands beyond 1 MiB': {
      rest: [
        rest('POST', '/api/skills', gzipSync(`"${bomb}"`), { ...JSON_TYPE, ...GZIP }),
        413,
        ...TOO_LARGE,
      ],
      graphql: [graphqlPost(gzipSync(`{"query":"${bomb}"}`), GZIP), 413, ...TOO_LARGE],
      grpc: [grpcBytes('GetSkill', frame(gzipSync(bomb), true), GRPC_GZIP), 8, ...TOO_LARGE_OF_LIBRARY],
      soap: [soapPost(gzipSync(envelope(bomb)), GZIP), 413, ...TOO_LARGE],
    },
    'a gzip body that expands to less, and to over 100 times its size': {
      rest: [rest('POST', '/api/skills', gzipSync(small), { ...JSON_TYPE, ...GZIP }), 413, ...TOO_LARGE],
      graphql: [graphqlPost(gzipSync(small), GZIP), 413, ...TOO_LARGE],
      grpc: 'Its library counts the bytes of a message after decompression only.',
      soap: [soapPost(gzipSync(envelope(small)), GZIP), 413, ...TOO_LARGE],
    },
    'a body that is declared as gzip but is not': {
      rest: [rest('POST', '/api/skills', '{}', { ...JSON_TYPE, ...GZIP }), 400, ...MALFORMED],
      graphql: [graphqlPost(QUERY, GZIP), 400, ...MALFORMED],
      grpc: [grpcBytes('GetSkill', frame(GIT, true), GRPC_GZIP), 13, 'INTERNAL', ''],
      soap: [soapPost(GET_GIT, GZIP), 500, ...MALFORMED],
    },
    'a truncated gzip body': {
      rest: [
        rest('POST', '/api/skills', gzipSync('{}').subarray(0, -9), { ...JSON_TYPE, ...GZIP }),
        400,
        ...MALFORMED,
      ],
      graphql: [graphqlPost(gzipSync(QUERY).subarray(0, -9), GZIP), 400, ...MALFORMED],
      grpc: [
        grpcBytes('GetSkill', frame(gzipSync(GIT).subarray(0, -9), true), GRPC_GZIP),
        13,
        'INTERNAL',
        '',
      ],
      soap: [soapPost(gzipSync(GET_GIT).subarray(0, -9), GZIP), 500, ...MALFORMED],
    },
    'an unknown compression': {
      rest: [
        rest('POST', '/api/skills', '{}', { ...JSON_TYPE, 'content-encoding': 'x-own' }),
        415,
        ...UNSUPPORTED,
      ],
      graphql: [graphqlPost(QUERY, { 'content-encoding': 'x-own' }), 415, ...UNSUPPORTED],
      grpc: [grpcBytes('GetSkill', frame(GIT, true), { 'grpc-encoding': 'x-own' }), 12, 'UNIMPLEMENTED', ''],
      soap: [soapPost(GET_GIT, { 'content-encoding': 'x-own' }), 415, ...UNSUPPORTED],
    },
    '1,000 nesting levels': {
      rest: [rest('POST', '/api/skills', `{"tags":${nested('[', ']')}}`), 400, ...INVALID],
      graphql: [graphql(`{ category(id: "tools") ${nested('{ parent ', '}')} }`), 400, ...NOT_PARSED],
      // Start tags of groups (proto2), one inside the other.
      grpc: [grpcBytes('GetSkill', frame(Buffer.alloc(1000, 0x1b))), 3, ...MALFORMED],
      soap: [soap(`<GetSkill><id>${nested('<id>', '</id>')}</id></GetSkill>`), 500, ...TOO_DEEP],
    },
    'a query over the depth limit': {
      rest: 'Its requests are not nested.',
      graphql: [
        graphql(`{ category(id: "tools") { ${'parent { '.repeat(12)} id ${'}'.repeat(12)} } }`),
        400,
        ...NOT_IN_SCHEMA,
      ],
      grpc: 'Its requests are not nested.',
      soap: 'Its requests are not nested.',
    },
    'a query over the depth limit, hidden in fragments': {
      rest: 'Its requests are not nested.',
      graphql: [
        graphql(
          `{ category(id: "tools") { ...f0 } } ${Array.from({ length: 13 }, (_, index) => `fragment f${index} on Category { parent { ...f${index + 1} } }`).join(' ')} fragment f13 on Category { id }`,
        ),
        400,
        ...NOT_IN_SCHEMA,
      ],
      grpc: 'Its requests are not nested.',
      soap: 'Its requests are not nested.',
    },
    'thousands of operations in one request': {
      rest: 'A request is one operation.',
      graphql: [
        graphql(
          `{ ${Array.from({ length: 3000 }, (_, index) => `a${index}: categories { totalSize }`).join(' ')} }`,
        ),
        400,
        ...NOT_PARSED,
      ],
      grpc: 'A message is one operation.',
      soap: 'An envelope is one operation.',
    },
  });

  describe('a document type with entities (only SOAP parses XML):', () => {
    const soapOnly = (xml: string, status = 500, reason = 'MALFORMED_REQUEST') =>
      ({
        rest: 'It does not parse XML.',
        graphql: 'It does not parse XML.',
        grpc: 'It does not parse XML.',
        soap: [soapPost(xml), status, 'INVALID_ARGUMENT', reason],
      }) as const;
    testRejections(served, {
      'at the beginning': soapOnly(ENTITIES + referring),
      'behind an XML declaration': soapOnly(`<?xml version="1.0"?>\n${ENTITIES}${referring}`),
      'behind a byte order mark': soapOnly(`\uFEFF${ENTITIES}${referring}`),
      'behind a comment with tags in it': soapOnly(`<!-- <a> <b/> --><!-- - -->${ENTITIES}${referring}`),
      'behind a processing instruction': soapOnly(`<?play <!-- ?>${ENTITIES}${referring}`),
      'inside the envelope': soapOnly(
        referring.replace('<e:Body>', `<e:Body>${ENTITIES}`),
        400,
        'MALFORMED_XML',
      ),
      'without entities': soapOnly(`<!DOCTYPE e>${referring.replace('&b;', 'git')}`),
      'an entity reference without a document type': soapOnly(referring, 400, 'MALFORMED_XML'),
    });
  });

  describe('a valid gzip body:', () => {
    test.each<[ProtocolName, ReturnType<typeof rest>]>([
      ['graphql', graphqlPost(gzipSync(QUERY), GZIP)],
      ['grpc', grpcBytes('GetSkill', frame(gzipSync(GIT), true), GRPC_GZIP)],
      ['soap', soapPost(gzipSync(GET_GIT), GZIP)],
    ])('is accepted by %s', async (_protocol, send) => {
      expect((await send(served())).code).toBe('OK');
    });

    test('is accepted by rest', async () => {
      const skill = JSON.stringify({ id: 'git', name: 'Git', categoryIds: ['tools'] });
      const { reason } = await rest('POST', '/api/skills', gzipSync(skill), { ...JSON_TYPE, ...GZIP })(
        served(),
      );
      expect(reason).toBe('SKILL_EXISTS');
    });
  });

  describe.each(POSTS)('%s with an incomplete body:', (protocol, path, type, beginning) => {
    const head = (more: string) =>
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\n${more}\r\n\r\n`;

    test.each([
      ['shorter than its length', `${head('Content-Length: 1000')}${beginning}`],
      ['a truncated chunk', `${head('Transfer-Encoding: chunked')}20\r\n${beginning}`],
      ['a chunk without a length', `${head('Transfer-Encoding: chunked')}many\r\n${beginning}`],
      ['a truncated gzip body', `${head('Content-Length: 1000\r\nContent-Encoding: gzip')}\x1f\x8b`],
      ['two lengths', `${head('Content-Length: 3\r\nTransfer-Encoding: chunked')}0\r\n\r\n`],
      ['bytes that are not HTTP', `${beginning}\r\n\r\n`],
    ])('%s gets status 400 in the form of the protocol', async (_kind, bytes) => {
      const answer = parseResponse(await sendBytes(served().address[protocol], bytes));
      expect(answer.headers).toMatchObject({ connection: 'close' });
      expect(DECODE_HTTP[protocol](answer)).toMatchObject({
        ...{ status: 400, code: 'INVALID_ARGUMENT', reason: 'MALFORMED_REQUEST' },
      });
      expect(answer.text).not.toMatch(LEAK);
      await expectStillServing(served(), protocol);
    });

    test('the server works after a client disconnects during the body', async () => {
      const { [protocol]: origin } = served().address;
      await sendAndDisconnect(origin, head('Content-Length: 1000') + beginning);
      await sendAndDisconnect(origin, `${head('Content-Length: 1000\r\nContent-Encoding: gzip')}\x1f\x8b`);
      await expectStillServing(served(), protocol);
    });

    test('the client receives 413 while it still sends a body over 1 MiB', async () => {
      async function* endless() {
        for (let sent = 0; sent < 8 * MIB; sent += 64 * 1024) yield Buffer.alloc(64 * 1024, 'x');
      }
      const { status, text } = await sendHttp(served().address[protocol], path, {
        method: 'POST',
        headers: { 'content-type': type },
        body: endless(),
      });
      expect(status).toBe(413);
      expect(text).toContain('BODY_TOO_LARGE');
      await expectStillServing(served(), protocol);
    });
  });

  test('gRPC works after a client that sends a part of a message', async () => {
    const half = frame(Buffer.alloc(1000)).subarray(0, 100);
    const { status } = await grpcBytes('GetSkill', half)(served());
    expect(status).toBe(12);
    await expectStillServing(served(), 'grpc');
  });

  testNothingLogged(served);
};
