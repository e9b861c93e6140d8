/** Bytes that are not what they are declared to be: text in other encodings, other charsets, and broken protobuf. */
import { PROTOCOL_NAMES, type ProtocolName } from '../../../src/contract/protocol';
import { frame, proto } from '../../support/raw/grpc';
import { sendHttp } from '../../support/raw/http';
import {
  decodeSoap,
  envelope,
  graphqlPost,
  graphqlRequest,
  grpc,
  grpcBytes,
  rest,
  type SendRequest,
  soapPost,
  soapRequest,
} from '../../support/raw/requests';
import { serveForTests, testNothingLogged, testRejections } from '../../support/raw/table';

const MALFORMED = ['INVALID_ARGUMENT', 'MALFORMED_REQUEST'] as const;
const UNSUPPORTED = ['INVALID_ARGUMENT', 'UNSUPPORTED_MEDIA_TYPE'] as const;
const INVALID = ['INVALID_ARGUMENT', 'INVALID_INPUT'] as const;

const bytes = (...parts: (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));
const delimited = (field: number, content: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from([field * 8 + 2, content.length]), Buffer.from(content)]);

/** A request for a new skill of this name in each protocol. */
const nameOf = (name: readonly number[]): Readonly<Record<ProtocolName, SendRequest>> => ({
  rest: rest('POST', '/api/skills', bytes('{"id":"a","categoryIds":["tools"],"name":"', name, '"}')),
  graphql: graphqlPost(
    bytes(
      '{"query":"mutation { createSkill(skill: {id: \\"a\\", categoryIds: [\\"tools\\"], name: \\"',
      name,
      '\\"}) { id } }"}',
    ),
  ),
  grpc: grpcBytes(
    'CreateSkill',
    frame(
      delimited(1, bytes(delimited(1, 'a').toString('latin1'), [18, name.length], name, [34, 5], 'tools')),
    ),
  ),
  soap: soapPost(
    bytes(
      envelope('<CreateSkill><skill><id>a</id><name>NAME</name></skill></CreateSkill>').split('NAME')[0]!,
      name,
      envelope('<CreateSkill><skill><id>a</id><name>NAME</name></skill></CreateSkill>').split('NAME')[1]!,
    ),
  ),
});

const inAllFour = (requests: Readonly<Record<ProtocolName, SendRequest>>) => ({
  rest: [requests.rest, 400, ...MALFORMED] as const,
  graphql: [requests.graphql, 400, ...MALFORMED] as const,
  grpc: [requests.grpc, 3, ...MALFORMED] as const,
  soap: [requests.soap, 500, ...MALFORMED] as const,
});

const QUERY = '{"query":"{ categories { totalSize } }"}';
const json = (charset: string) => ({ 'content-type': `application/json; charset=${charset}` });
const GET_GIT = envelope('<GetSkill><id>git</id></GetSkill>');
const UNDECLARED = GET_GIT.replace(/^<\?.*?\?>/, '');
const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>${UNDECLARED}`;
const utf16 = (xml: string, byteOrder: 'le' | 'be', mark = '\uFEFF'): Buffer => {
  const little = Buffer.from(mark + xml, 'utf16le');
  return byteOrder === 'le' ? little : little.swap16();
};

export const describeBytes = (): void => {
  const served = serveForTests();

  describe('text:', () => {
    testRejections(served, {
      'a byte of Latin-1': inAllFour(nameOf([0x63, 0xe9])),
      'a byte that no UTF-8 has': inAllFour(nameOf([0xff])),
      'a surrogate in UTF-8': inAllFour(nameOf([0xed, 0xa0, 0x80])),
      'an overlong form': inAllFour(nameOf([0xc0, 0xaf])),
      'a character cut short': inAllFour(nameOf([0xe2, 0x82])),
      'a query or path that is not UTF-8': {
        rest: [rest('GET', '/api/skills?q=%ff'), 400, ...MALFORMED],
        graphql: [
          graphqlRequest('/graphql?query=%7Bcategories%7Bname%ed%a0%80%7D%7D', {}),
          400,
          ...MALFORMED,
        ],
        grpc: 'A path is the name of a method.',
        soap: [soapRequest('/soap?%c3', {}), 400, ...MALFORMED],
      },
      'a query with a percent sign alone': {
        rest: [rest('GET', '/api/skills?q=100%'), 400, ...MALFORMED],
        graphql: [graphqlRequest('/graphql?query=%', {}), 400, ...MALFORMED],
        grpc: 'A path is the name of a method.',
        soap: [soapRequest('/soap?%zz', {}), 400, ...MALFORMED],
      },
    });
  });

  describe('charsets:', () => {
    const utf7 = { ...json('utf-7'), 'content-encoding': 'gzip' };
    testRejections(served, {
      'UTF-7': {
        rest: [rest('POST', '/api/skills', 'not gzip', utf7), 415, ...UNSUPPORTED],
        graphql: [graphqlPost('not gzip', utf7), 415, ...UNSUPPORTED],
        grpc: 'Protobuf text is always UTF-8.',
        soap: [soapPost(GET_GIT, { 'content-type': 'text/xml; charset=utf-7' }), 415, ...UNSUPPORTED],
      },
      'UTF-16 in JSON': {
        rest: [rest('POST', '/api/skills', utf16('{}', 'le'), json('utf-16')), 415, ...UNSUPPORTED],
        graphql: [graphqlPost(utf16(QUERY, 'le'), json('"UTF-16LE"')), 415, ...UNSUPPORTED],
        grpc: 'Protobuf text is always UTF-8.',
        soap: 'XML may be UTF-16.',
      },
      'UTF-8 and another one': {
        rest: [rest('POST', '/api/skills', '{}', json('utf-8; charset=utf-7')), 415, ...UNSUPPORTED],
        graphql: [graphqlPost(QUERY, json('utf-8; x="; charset=utf-7"')), 415, ...UNSUPPORTED],
        grpc: 'Protobuf text is always UTF-8.',
        soap: [
          soapPost(GET_GIT, { 'content-type': 'text/xml; charset=utf-8; charset=utf-16' }),
          415,
          ...UNSUPPORTED,
        ],
      },
      'Latin-1 in the XML declaration': {
        rest: 'JSON declares no encoding.',
        graphql: 'JSON declares no encoding.',
        grpc: 'Protobuf declares no encoding.',
        soap: [soapPost(declared('ISO-8859-1'), { 'content-type': 'text/xml' }), 415, ...UNSUPPORTED],
      },
    });

    test.each([
      ['UTF-8 with a byte order mark', `\uFEFF${GET_GIT}`, 'text/xml'],
      ['UTF-16 with a byte order mark', utf16(declared('UTF-16'), 'le'), 'text/xml'],
      [
        'big-endian UTF-16 with a byte order mark',
        utf16(declared('utf-16'), 'be'),
        'text/xml; charset=utf-16',
      ],
      ['UTF-16 without a declaration', utf16(UNDECLARED, 'be'), 'text/xml; charset=UTF-16'],
      ['UTF-16 without a byte order mark', utf16(UNDECLARED, 'le', ''), 'text/xml'],
      ['big-endian UTF-16 without one', utf16(UNDECLARED, 'be', ''), 'text/xml; charset="utf-16be"'],
      ['UTF-8 by the charset, whatever the declaration says', declared('utf-16'), 'text/xml; charset=utf-8'],
    ])('SOAP reads %s', async (_kind, body, type) => {
      const headers = { 'content-type': type };
      const answer = await sendHttp(served().address.soap, '/soap', { method: 'POST', headers, body });
      expect(decodeSoap(answer)).toMatchObject({ code: 'OK', body: expect.stringContaining('<name>Git<') });
    });

    test.each([
      ['UTF-16 cut short', utf16(UNDECLARED, 'le').subarray(0, -1), 'text/xml'],
      ['a lone surrogate in UTF-16', utf16(UNDECLARED.replace('git', '\uD800'), 'le'), 'text/xml'],
      ['bytes of UTF-8 that are declared as UTF-16', declared('utf-16'), 'text/xml', 'MALFORMED_XML'],
    ])('SOAP rejects %s', async (_kind, body, type, reason = 'MALFORMED_REQUEST') => {
      const headers = { 'content-type': type };
      const answer = await sendHttp(served().address.soap, '/soap', { method: 'POST', headers, body });
      expect(decodeSoap(answer).reason).toBe(reason);
    });

    test('JSON may begin with a byte order mark, which RFC 8259 lets a reader ignore', async () => {
      expect((await graphqlPost(`\uFEFF${QUERY}`)(served())).code).toBe('OK');
      expect((await rest('PUT', '/api/progress/git', '\uFEFF{"status":"LEARNED"}')(served())).code).toBe(
        'OK',
      );
    });
  });

  describe('protobuf:', () => {
    const GIT = proto('GetSkillRequest').serialize({ id: 'git' });
    test.each([
      ['a field longer than the message', bytes([10, 9], 'git')],
      ['a nested field longer than its message', bytes(GIT.toString(), [18, 4, 10, 9], 'id')],
      ['a field number of 0', bytes([0, 0], GIT.toString())],
      ['a tag of six bytes', bytes([0x8a, 0x80, 0x80, 0x80, 0x80, 0x00, 3], 'git')],
      ['a varint of eleven bytes', bytes(GIT.toString(), [40], new Array(10).fill(255), [1])],
      ['a varint without an end', bytes(GIT.toString(), [40, 255])],
      ['the wire type 7', bytes(GIT.toString(), [15])],
      ['the end of a group that has not begun', bytes(GIT.toString(), [12])],
      ['a string that is not UTF-8', bytes([10, 2, 0xc3, 0x28])],
    ])('%s is malformed', async (_kind, message) => {
      const { status, reason } = await grpcBytes('GetSkill', frame(message))(served());
      expect([status, reason]).toStrictEqual([3, 'MALFORMED_REQUEST']);
    });

    test('a varint of eleven bytes is malformed in a known field, too', async () => {
      const message = bytes([40], new Array(10).fill(255), [1]);
      const { status, reason } = await grpcBytes('ListSkills', frame(message))(served());
      expect([status, reason]).toStrictEqual([3, 'MALFORMED_REQUEST']);
    });

    test('a field of another wire type is an unknown field', async () => {
      const asVarint = await grpcBytes('GetSkill', frame(bytes([8, 3])))(served());
      expect([asVarint.status, asVarint.reason, Object.keys(asVarint.violations)]).toStrictEqual([
        ...[3, 'INVALID_INPUT', ['id']],
      ]);
      expect((await grpcBytes('GetSkill', frame(bytes([8, 3], GIT.toString())))(served())).code).toBe('OK');
    });
  });

  describe('gRPC over HTTP/2:', () => {
    const git = (headers: Record<string, string>) => grpc('GetSkill', { id: 'git' }, headers)(served());

    test.each(['1H', '596H', '600H', '99999999M', '99999999S', '99999999H', '1000000u', '00000001S'])(
      'a timeout of %s is not over',
      async (timeout) => {
        expect((await git({ 'grpc-timeout': timeout })).code).toBe('OK');
      },
    );

    test.each(['soon', '', '1', 'S', '1 S', '1s', '-1S', '1.5S', '100000000S', '1S1S'])(
      'the timeout %j is invalid',
      async (timeout) => {
        const { status, reason, violations } = await git({ 'grpc-timeout': timeout });
        expect([status, reason, Object.keys(violations)]).toStrictEqual([3, INVALID[1], ['grpc-timeout']]);
      },
    );

    test.each([
      ['application/grpc', 'OK'],
      ['application/grpc+proto', 'OK'],
      ['application/grpc; a=b', 'OK'],
      ['application/grpc+json', ''],
      ['application/grpc-web+proto', ''],
      ['application/grpcfoo', ''],
      ['application/json', ''],
    ])('the content type %s', async (type, code) => {
      const response = await git({ 'content-type': type });
      expect([response.code, response.status]).toStrictEqual([code, code ? 0 : 415]);
    });

    test.each(['GET', 'PUT', 'DELETE'])('the method %s is not allowed', async (method) => {
      expect(await git({ ':method': method })).toMatchObject({ status: 405, code: '' });
    });

    test.each([
      ['2', 2, {}],
      ['1 without an encoding', 1, {}],
      ['1 with the encoding identity', 1, { 'grpc-encoding': 'identity' }],
    ])('the compressed flag %s is malformed', async (_what, flag, headers) => {
      const message = frame(proto('GetSkillRequest').serialize({ id: 'git' }));
      message[0] = flag;
      const { status, reason } = await grpcBytes(
        'GetSkill',
        message,
        headers as Record<string, string>,
      )(served());
      expect([status, reason]).toStrictEqual([3, 'MALFORMED_REQUEST']);
    });
  });

  test.each(PROTOCOL_NAMES)('%s still serves text of every plane', async (protocol) => {
    const response = await nameOf([...Buffer.from('é☃\u{1F600}')])[protocol](served());
    expect(response.reason).not.toBe('MALFORMED_REQUEST');
  });

  testNothingLogged(served);
};
