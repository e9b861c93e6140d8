/** The crossed arms: pairs of servers that differ in one thing, which the protocols as they come do not let one see. */

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

/** The body as it came, and what reads it as a client of ours would. */
interface OpenedSide {
  readonly protocol: ProtocolName;
  readonly ask: () => Promise<Buffer>;
}

interface ArmSide {
  readonly name: string;
  readonly open: (stage: ExplainSetup) => Promise<OpenedSide>;
}

export interface ArmPair {
  readonly arm: ArmSide;
  readonly against: ArmSide;
  /** What the ratio of the two says. */
  readonly separates: string;
  /** Whether the client's decoding is timed: where it is the same on both sides, it would only hide the difference. */
  readonly decodes?: true;
  /** Only where these are compared does it explain anything. */
  readonly of: readonly ProtocolName[];
}

const openExpress =
  (encoding: 'JSON' | 'protobuf'): ArmSide['open'] =>
  async (stage) => {
    const { call, output, exchanges } = stage;
    const what = { encoding, operation: call.operation, output };
    const address = await stage.start({ name: 'express', what });
    const client = stage.keep(connectMinimalHttp1(address, exchanges.rest.request));
    return { protocol: encoding === 'JSON' ? 'rest' : 'grpc', ask: () => client.ask() };
  };

/** Text after the document's end changes what Apollo remembers it by, and nothing else. */
const openDocument =
  (ending: () => string): ArmSide['open'] =>
  async (stage) => {
    const { request } = stage.exchanges.graphql;
    const client = stage.keep(connectMinimalHttp1(stage.addresses.graphql, request));
    const { query, variables } = JSON.parse(String(request.body));
    const body = () => JSON.stringify({ query: query + ending(), variables });
    return { protocol: 'graphql', ask: () => client.ask(body()) };
  };

const createUniqueComments = (): (() => string) => {
  let next = Date.now() * 1000;
  return () => `#${next++}`;
};

export const ARM_PAIRS: readonly ArmPair[] = [
  {
    arm: {
      name: 'JSON over HTTP/2',
      open: async (stage) => {
        const { rest } = stage.exchanges;
        const address = await stage.start({ name: 'floor', what: createFloorAnswer(rest, 'HTTP/2') });
        const client = stage.keep(connectMinimalHttp2(address, rest.request));
        return { protocol: 'rest', ask: () => client.ask() };
      },
    },
    against: {
      name: 'JSON over HTTP/1.1',
      open: async (stage) => {
        const { rest } = stage.exchanges;
        const address = await stage.start({ name: 'floor', what: createFloorAnswer(rest, 'HTTP/1.1') });
        const client = stage.keep(connectMinimalHttp1(address, rest.request));
        return { protocol: 'rest', ask: () => client.ask() };
      },
    },
    separates:
      "The transport from the protocol: the same JSON from Node's two servers. Each is asked by a client of its own, so the ratio is of both ends.",
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
      open: async (stage) => {
        const { call, output, exchanges } = stage;
        const what = { operation: call.operation, output };
        const address = await stage.start({ name: 'xml-by-hand', what });
        const client = stage.keep(connectMinimalHttp1(address, exchanges.soap.request));
        return { protocol: 'soap', ask: () => client.ask() };
      },
    },
    against: {
      name: 'XML by the soap library',
      open: async (stage) => {
        const address = await stage.start(stage.bare('soap'));
        const client = stage.keep(connectMinimalHttp1(address, stage.exchanges.soap.request));
        return { protocol: 'soap', ask: () => client.ask() };
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
      'Parsing, validating and compiling a query from answering it: the same server, asked with the same text or with a new comment at its end each time.',
    of: ['graphql'],
  },
];

export const selectPairs = (protocols: readonly ProtocolName[]): ArmPair[] =>
  ARM_PAIRS.filter(({ of }) => of.every((name) => protocols.includes(name)));

export const openPair = (pair: ArmPair, stage: ExplainSetup): Promise<Contestant<ReadOutput>[]> =>
  Promise.all(
    [pair.arm, pair.against].map(async ({ name, open }) => {
      const { protocol, ask } = await open(stage);
      return { name, ask: async () => decodeAnswer(stage, protocol, await ask(), pair.decodes) };
    }),
  );

/** Decoded at once, or when somebody looks. */
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

/** `roundsUs` of the contestants by name. */
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
