/** Oversized and deeply nested bodies: compression bombs, large bodies, and nesting in JSON, XML and protobuf. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { frame, proto } from '../../../tests/support/raw/grpc';
import { envelope } from '../../../tests/support/raw/requests';
import type { Attack } from '../attack';
import type { WireRequest } from '../http1';
import { rejectsWith, requestAttack } from '../request-attack';
import { SOAP_TYPE } from '../requests';

const MIB = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };

const post = (path: string, type: Record<string, string>, body: Buffer, encoding?: string): WireRequest => ({
  method: 'POST',
  path,
  headers: { ...type, ...(encoding !== undefined && { 'content-encoding': encoding }) },
  body,
});
export const grpcCall = (method: string, body: Buffer, headers = {}): WireRequest => ({
  method: 'POST',
  path: `/skills.v1.SkillsService/${method}`,
  headers,
  body,
});

const toRest = (body: Buffer, encoding?: string) => post('/api/skills', JSON_TYPE, body, encoding);
const toGraphql = (body: Buffer, encoding?: string) => post('/graphql', JSON_TYPE, body, encoding);
const toSoap = (body: Buffer, encoding?: string) => post('/soap', SOAP_TYPE, body, encoding);

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/** A gzip file can have several members (RFC 1952, section 2.2): 16 MiB of spaces in each, 1 MiB compressed in total. */
const gzipBomb = once(() => {
  const member = gzipSync(Buffer.alloc(16 * MIB, ' '));
  return Buffer.concat(Array.from({ length: Math.floor(MIB / member.length) }, () => member));
});
const brotliBomb = once(() => brotliCompressSync(Buffer.alloc(64 * MIB, ' ')));

const tooLarge = rejectsWith('RESOURCE_EXHAUSTED');

export const zipBomb: Attack = {
  name: 'zip bomb',
  description: '1 MiB of gzip that expands to 1 GiB, and a few bytes of Brotli that expand to 64 MiB',
  on: {
    rest: requestAttack('rest', () => [toRest(gzipBomb(), 'gzip'), toRest(brotliBomb(), 'br')], tooLarge),
    graphql: requestAttack(
      'graphql',
      () => [toGraphql(gzipBomb(), 'gzip'), toGraphql(brotliBomb(), 'br')],
      tooLarge,
    ),
    grpc: requestAttack(
      'grpc',
      () => [
        grpcCall('GetSkill', frame(gzipBomb().subarray(0, MIB - 1024), true), { 'grpc-encoding': 'gzip' }),
      ],
      tooLarge,
    ),
    soap: requestAttack(
      'soap',
      () => [toSoap(gzipBomb(), 'gzip'), toSoap(brotliBomb(), 'br')],
      rejectsWith('RESOURCE_EXHAUSTED', 'INVALID_ARGUMENT'),
    ),
  },
};

const large = once(() => Buffer.alloc(32 * MIB, 'x'));
/** The size that the HTTP/2 client of Node can send. */
const messageBytes = 8 * MIB;
/** Replaces `@` by a string of 32 MiB. */
const filled = (text: string): Buffer => {
  const [before = '', after = ''] = text.split('@');
  return Buffer.concat([Buffer.from(before), large(), Buffer.from(after)]);
};

export const oversized: Attack = {
  name: 'oversized body',
  description: 'A body of 32 MiB; in gRPC a message of 8 MiB, and one with a declared length of 4 GiB',
  on: {
    rest: requestAttack('rest', () => [toRest(filled('{"id":"@"}'))], tooLarge),
    graphql: requestAttack('graphql', () => [toGraphql(filled('{"query":"{ @ }"}'))], tooLarge),
    grpc: requestAttack(
      'grpc',
      () => [
        grpcCall('GetSkill', frame(proto('GetSkillRequest').serialize({ id: 'x'.repeat(messageBytes) }))),
        grpcCall('GetSkill', Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1])),
      ],
      tooLarge,
    ),
    soap: requestAttack(
      'soap',
      () => [toSoap(filled(envelope('<GetSkill><id>@</id></GetSkill>')))],
      tooLarge,
    ),
  },
};

const LEVELS = 100_000;
const nested = (open: string, close: string, levels = LEVELS): string =>
  open.repeat(levels) + close.repeat(levels);
const skill = (summary: string): string =>
  `{"id":"abused","name":"x","categoryIds":["tools"],"summary":${summary}}`;

const invalidInput = rejectsWith('INVALID_ARGUMENT');
const deepValues = [nested('[', ']'), nested('{"a":', '}', 50_000).replace(':}', ':1}')];

export const deepJson: Attack = {
  name: 'deep JSON',
  description: '100,000 nested lists and 50,000 nested objects',
  on: {
    rest: requestAttack(
      'rest',
      () => deepValues.flatMap((deep) => [toRest(Buffer.from(deep)), toRest(Buffer.from(skill(deep)))]),
      invalidInput,
    ),
    graphql: requestAttack(
      'graphql',
      () =>
        deepValues.flatMap((deep) => [
          toGraphql(Buffer.from(deep)),
          toGraphql(
            Buffer.from(`{"query":"query($id: ID!) { skill(id: $id) { id } }","variables":{"id":${deep}}}`),
          ),
          toGraphql(Buffer.from(`{"query":"{ skill(id: 1, x: ${nested('[', ']', 900)}) { id } }"}`)),
        ]),
      invalidInput,
    ),
    grpc: 'It does not parse JSON.',
    soap: 'It does not parse JSON.',
  },
};

export const deepXml: Attack = {
  name: 'deep XML',
  description: '100,000 nested elements in the Body, in the Header and with namespaces; 50,000 attributes',
  on: {
    rest: 'It does not parse XML.',
    graphql: 'It does not parse XML.',
    grpc: 'It does not parse XML.',
    soap: requestAttack(
      'soap',
      () => {
        const deep = nested('<a>', '</a>');
        const attributes = Array.from({ length: LEVELS / 2 }, (_, index) => `a${index}="1"`).join(' ');
        return [
          envelope(`<GetSkill><id>${deep}</id></GetSkill>`),
          envelope('<GetSkill><id>git</id></GetSkill>', `<e:Header>${deep}</e:Header>`),
          nested('<a xmlns="urn:a">', '</a>', 40_000),
          '<a>'.repeat(LEVELS),
          envelope(`<GetSkill ${attributes}><id>git</id></GetSkill>`),
          envelope(`<GetSkill><id>${'<!--x-->'.repeat(LEVELS)}<x/></id></GetSkill>`),
        ].map((text) => toSoap(Buffer.from(text)));
      },
      rejectsWith('INVALID_ARGUMENT'),
    ),
  },
};

export const deepProtobuf: Attack = {
  name: 'deep protobuf',
  description:
    '500,000 nested groups (proto2); 100,000 closed ones; 20,000 nested messages in an unknown field',
  on: {
    rest: 'It does not parse protobuf.',
    graphql: 'It does not parse protobuf.',
    grpc: requestAttack(
      'grpc',
      () => {
        const groups = Buffer.concat([Buffer.alloc(LEVELS, 0x7b), Buffer.alloc(LEVELS, 0x7c)]);
        let inner = Buffer.alloc(0);
        for (let level = 0; level < 20_000 && inner.length < MIB / 2; level++)
          inner = Buffer.concat([Buffer.from([0x0a, ...varint(inner.length)]), inner]);
        return [Buffer.alloc(500_000, 0x1b), groups, inner].map((message) =>
          grpcCall('CreateSkill', frame(message)),
        );
      },
      invalidInput,
    ),
    soap: 'It does not parse protobuf.',
  },
};

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
