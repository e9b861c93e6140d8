/** The bytes that the explorer shows equal the packets that tshark captures between its relays and the servers. */
import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import type { AskRequest, ByteCounts, ProtocolResult, ShownMessage, Wire } from '../../src/explorer/api';
import { maskToken } from '../../src/wire/mask-token';
import { serveMap } from '../support/served';
import { askServed, equalResults } from './ask-served';
import { canCapture, captureStreams, type Stream } from './tshark';

const NEW_SKILL = { id: 'captured', name: 'Captured', categoryIds: ['category-0'] };

/** Each through all four protocols: twenty exchanges. */
const QUESTIONS: readonly AskRequest[] = [
  { operation: 'getSkill', input: { id: 'skill-1' } },
  { operation: 'listSkills', input: { pageSize: 200 } },
  { operation: 'getSkill', input: { id: 'cobol' } },
  { operation: 'createSkill', as: 'writer', input: { skill: NEW_SKILL } },
  { operation: 'deleteSkill', as: 'writer', input: { id: 'captured', etag: '*' } },
];

const sumOf = ({ headers, framing, body, trailers }: ByteCounts): number =>
  headers + framing + body + trailers;

const bodyIn = ({ body }: ShownMessage): Buffer => {
  if (body.kind === 'none') return Buffer.alloc(0);
  return body.kind === 'text' ? Buffer.from(body.sent[0]!.text) : Buffer.from(body.hex, 'hex');
};

const expectEqual = (
  { protocol, requests, roundTrips, bytes, wire }: ProtocolResult,
  { up, down }: Stream,
): void => {
  const { raw, exchanges } = wire as Wire;
  expect([exchanges.length, requests, roundTrips]).toEqual([1, 1, 1]);
  for (const [direction, captured, message] of [
    ['up', up, exchanges[0]!.request],
    ['down', down, exchanges[0]!.response],
  ] as const) {
    // The explorer masks the token, which only writes have.
    const shown = direction === 'up' ? maskToken(protocol, captured) : captured;
    expect(raw[direction]).toBe(shown.toString('base64'));
    expect(bytes[direction].total).toBe(captured.length);
    expect(sumOf(bytes[direction])).toBe(captured.length);
    const body = bodyIn(message);
    // gRPC's five bytes count as framing; a large message is split into several HTTP/2 frames.
    const framing = protocol === 'grpc' && body.length > 0 ? 5 : 0;
    expect(bytes[direction].body).toBe(body.length - framing);
    if (body.length < 16_384) expect(captured.includes(body)).toBe(true);
    if (protocol !== 'grpc') expect(captured.toString().split('\r\n')[0]).toBe(message.startLine);
  }
};

(canCapture() ? test : test.skip)(
  'the bytes of twenty exchanges equal those on TCP (skipped if tshark cannot capture)',
  async () => {
    const served = await serveMap(PROTOCOL_NAMES, { seed: generateSkillMap(300) });
    const portOf = Object.fromEntries(
      PROTOCOL_NAMES.map((name) => [name, Number(/\d+$/.exec(served.address[name])?.[0])]),
    );
    const capture = captureStreams(Object.values(portOf));
    try {
      await capture.mark(1);
      const calls: ReturnType<typeof equalResults>[] = [];
      for (const question of QUESTIONS) calls.push(equalResults(await askServed(served)(question)));
      await capture.mark(2);
      const compared = PROTOCOL_NAMES.flatMap((name) => {
        const streams = capture.streams(portOf[name]!);
        expect(streams).toHaveLength(QUESTIONS.length);
        return calls.map((each, index) => [each[name], streams[index]!] as const);
      });
      expect(compared).toHaveLength(20);
      for (const [one, stream] of compared) expectEqual(one, stream);
      const answers = calls.map(({ rest: { answer } }) => ('error' in answer ? answer.error.code : 'value'));
      expect(answers).toEqual(['value', 'value', 'NOT_FOUND', 'value', 'value']);
      const page = calls[1]!;
      for (const name of PROTOCOL_NAMES) expect(page[name].bytes.down.body).toBeGreaterThan(200 * 40);
    } finally {
      await capture.stop();
      await served.stop();
    }
  },
  60_000,
);
