/** The crossed arms: pairs of servers that differ in one property, which the protocols themselves do not isolate. */
import type { Answer } from '../../calls/answers';
import type { ProtocolName } from '../../contract/protocol';
import type { Contestant } from '../latency/latency';
import { estimateMedian, estimateRatio, judgeRatio, type Rounds } from '../latency/statistics';
import type { Arm } from '../run/result';
import type { Random } from '../scenarios/support/scenario';
import { findCodec, type ReadOutput } from './codecs';
import { connectMinimalHttp1, connectMinimalHttp2 } from './minimal-client';
import { createFloorAnswer } from './record';
import type { ExplainSetup } from './setup';

/** `send` resolves to a response body, which the client codec of `protocol` decodes. */
interface OpenedSide {
  readonly protocol: ProtocolName;
  readonly send: () => Promise<Buffer>;
}

interface ArmSide {
  readonly name: string;
  readonly open: (setup: ExplainSetup) => Promise<OpenedSide>;
}

export interface ArmPair {
  readonly arm: ArmSide;
  readonly against: ArmSide;
  /** The meaning of the ratio of the two. */
  readonly separates: string;
  /** Whether the client's decoding is timed: if it is the same on both sides, it would only hide the difference. */
  readonly decodes?: true;
  /** The protocols that a run must compare to include this pair. */
  readonly of: readonly ProtocolName[];
}

const openExpress =
  (encoding: 'JSON' | 'protobuf'): ArmSide['open'] =>
  async (setup) => {
    const { call, output, exchanges } = setup;
    const answer = { encoding, operation: call.operation, output };
    const address = await setup.start({ name: 'express', answer });
    const client = setup.closeLater(connectMinimalHttp1(address, exchanges.rest.request));
    return { protocol: encoding === 'JSON' ? 'rest' : 'grpc', send: () => client.send() };
  };

/** A comment after the document's end changes only the key of Apollo's document cache. */
const openDocument =
  (ending: () => string): ArmSide['open'] =>
  async (setup) => {
    const { request } = setup.exchanges.graphql;
    const client = setup.closeLater(connectMinimalHttp1(setup.addresses.graphql, request));
    const { query, variables } = JSON.parse(String(request.body));
    const body = () => JSON.stringify({ query: query + ending(), variables });
    return { protocol: 'graphql', send: () => client.send(body()) };
  };

const createUniqueComments = (): (() => string) => {
  let next = Date.now() * 1000;
  return () => `#${next++}`;
};

export const ARM_PAIRS: readonly ArmPair[] = [
  {
    arm: {
      name: 'JSON over HTTP/2',
      open: async (setup) => {
        const { rest } = setup.exchanges;
        const address = await setup.start({ name: 'floor', answer: createFloorAnswer(rest, 'HTTP/2') });
        const client = setup.closeLater(connectMinimalHttp2(address, rest.request));
        return { protocol: 'rest', send: () => client.send() };
      },
    },
    against: {
      name: 'JSON over HTTP/1.1',
      open: async (setup) => {
        const { rest } = setup.exchanges;
        const address = await setup.start({ name: 'floor', answer: createFloorAnswer(rest, 'HTTP/1.1') });
        const client = setup.closeLater(connectMinimalHttp1(address, rest.request));
        return { protocol: 'rest', send: () => client.send() };
      },
    },
    separates:
      "The transport from the protocol: the same JSON from Node's two servers. Each has its own client, so the ratio covers both ends.",
    of: ['rest', 'grpc'],
  },
  {
    arm: { name: 'protobuf over Express', open: openExpress('protobuf') },
    against: { name: 'JSON over Express', open: openExpress('JSON') },
    decodes: true,
    separates:
      'The encoding from the transport: the same GET from the same server, its answer encoded anew for each request and decoded by the client.',
    of: ['rest', 'grpc'],
  },
  {
    arm: {
      name: 'hand-written XML',
      open: async (setup) => {
        const { call, output, exchanges } = setup;
        const answer = { operation: call.operation, output };
        const address = await setup.start({ name: 'xml-by-hand', answer });
        const client = setup.closeLater(connectMinimalHttp1(address, exchanges.soap.request));
        return { protocol: 'soap', send: () => client.send() };
      },
    },
    against: {
      name: 'XML by the soap library',
      open: async (setup) => {
        const address = await setup.start(setup.bare('soap'));
        const client = setup.closeLater(connectMinimalHttp1(address, setup.exchanges.soap.request));
        return { protocol: 'soap', send: () => client.send() };
      },
    },
    separates:
      'The soap library from SOAP: the same envelopes, read and written by that library or by a general XML parser and a template.',
    of: ['soap'],
  },
  {
    arm: { name: 'a parsed and cached GraphQL document', open: openDocument(() => '#') },
    against: { name: 'a fresh one each time', open: openDocument(createUniqueComments()) },
    separates:
      'Parsing, validating and compiling a query from answering it: the same server gets the same text, or the text with a new comment at its end each time.',
    of: ['graphql'],
  },
];

export const selectPairs = (protocols: readonly ProtocolName[]): ArmPair[] =>
  ARM_PAIRS.filter(({ of }) => of.every((name) => protocols.includes(name)));

export const openPair = (pair: ArmPair, setup: ExplainSetup): Promise<Contestant<ReadOutput>[]> =>
  Promise.all(
    [pair.arm, pair.against].map(async ({ name, open }) => {
      const { protocol, send } = await open(setup);
      return { name, call: async () => decodeAnswer(setup, protocol, await send(), pair.decodes) };
    }),
  );

/** Decodes now, or at the first read of the value. */
const decodeAnswer = ({ call }: ExplainSetup, protocol: ProtocolName, body: Buffer, now = false): Answer => {
  const decode = () =>
    findCodec(protocol, call.operation).decodeAnswer(protocol === 'grpc' ? body : String(body), call.input);
  if (now) return { value: decode() };
  return {
    get value() {
      return decode();
    },
  };
};

/** `roundsUs` returns the rounds of the contestant with that name. */
export const buildArm = (
  { arm, against, separates }: ArmPair,
  roundsUs: (name: string) => Rounds,
  random: Random,
): Arm => {
  const ratio = estimateRatio(roundsUs(arm.name), roundsUs(against.name), random);
  return {
    name: arm.name,
    against: against.name,
    separates,
    medianUs: estimateMedian(roundsUs(arm.name), random),
    ratio,
    verdict: judgeRatio(ratio),
  };
};
