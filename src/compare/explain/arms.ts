/** The crossed arms: pairs of servers that differ in one thing, which the protocols as they come do not let one see. */

import type { Answer } from '../../calls/answers';
import type { ProtocolName } from '../../contract/protocol';
import type { Contestant } from '../latency/latency';
import { medianOf, type Rounds, ratioOf, verdictOf } from '../latency/statistics';
import type { Arm } from '../run/result';
import type { Random } from '../scenarios/support/scenario';
import { codecOf, type ReadOutput } from './codecs';
import { leanHttp1, leanHttp2 } from './lean';
import { floorAnswer } from './record';
import type { Stage } from './stage';

/** The body as it came, and what reads it as a client of ours would. */
interface Asked {
  readonly protocol: ProtocolName;
  readonly ask: () => Promise<Buffer>;
}

interface Side {
  readonly name: string;
  readonly open: (stage: Stage) => Promise<Asked>;
}

export interface Pair {
  readonly arm: Side;
  readonly against: Side;
  /** What the ratio of the two says. */
  readonly separates: string;
  /** Whether the client's decoding is timed: where it is the same on both sides, it would only hide the difference. */
  readonly decodes?: true;
  /** Only where these are compared does it explain anything. */
  readonly of: readonly ProtocolName[];
}

const overExpress =
  (encoding: 'JSON' | 'protobuf'): Side['open'] =>
  async (stage) => {
    const { call, output, exchanges } = stage;
    const what = { encoding, operation: call.operation, output };
    const address = await stage.start({ name: 'express', what });
    const client = stage.keep(leanHttp1(address, exchanges.rest.request));
    return { protocol: encoding === 'JSON' ? 'rest' : 'grpc', ask: () => client.ask() };
  };

/** Text after the document's end changes what Apollo remembers it by, and nothing else. */
const withDocument =
  (ending: () => string): Side['open'] =>
  async (stage) => {
    const { request } = stage.exchanges.graphql;
    const client = stage.keep(leanHttp1(stage.addresses.graphql, request));
    const { query, variables } = JSON.parse(String(request.body));
    const body = () => JSON.stringify({ query: query + ending(), variables });
    return { protocol: 'graphql', ask: () => client.ask(body()) };
  };

const unique = (): (() => string) => {
  let next = Date.now() * 1000;
  return () => `#${next++}`;
};

export const PAIRS: readonly Pair[] = [
  {
    arm: {
      name: 'JSON over HTTP/2',
      open: async (stage) => {
        const { rest } = stage.exchanges;
        const address = await stage.start({ name: 'floor', what: floorAnswer(rest, 'HTTP/2') });
        const client = stage.keep(leanHttp2(address, rest.request));
        return { protocol: 'rest', ask: () => client.ask() };
      },
    },
    against: {
      name: 'JSON over HTTP/1.1',
      open: async (stage) => {
        const { rest } = stage.exchanges;
        const address = await stage.start({ name: 'floor', what: floorAnswer(rest, 'HTTP/1.1') });
        const client = stage.keep(leanHttp1(address, rest.request));
        return { protocol: 'rest', ask: () => client.ask() };
      },
    },
    separates:
      "The transport from the protocol: the same JSON from Node's two servers. Each is asked by a client of its own, so the ratio is of both ends.",
    of: ['rest', 'grpc'],
  },
  {
    arm: { name: 'protobuf over Express', open: overExpress('protobuf') },
    against: { name: 'JSON over Express', open: overExpress('JSON') },
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
        const client = stage.keep(leanHttp1(address, exchanges.soap.request));
        return { protocol: 'soap', ask: () => client.ask() };
      },
    },
    against: {
      name: 'XML by the soap library',
      open: async (stage) => {
        const address = await stage.start(stage.bare('soap'));
        const client = stage.keep(leanHttp1(address, stage.exchanges.soap.request));
        return { protocol: 'soap', ask: () => client.ask() };
      },
    },
    separates:
      'The soap library from SOAP: the same envelopes, read and written by that library or by a general XML parser and a template.',
    of: ['soap'],
  },
  {
    arm: { name: 'a parsed and cached GraphQL document', open: withDocument(() => '#') },
    against: { name: 'a fresh one each time', open: withDocument(unique()) },
    separates:
      'Parsing, validating and compiling a query from answering it: the same server, asked with the same text or with a new comment at its end each time.',
    of: ['graphql'],
  },
];

export const pairsOf = (protocols: readonly ProtocolName[]): Pair[] =>
  PAIRS.filter(({ of }) => of.every((name) => protocols.includes(name)));

export const openPair = (pair: Pair, stage: Stage): Promise<Contestant<ReadOutput>[]> =>
  Promise.all(
    [pair.arm, pair.against].map(async ({ name, open }) => {
      const { protocol, ask } = await open(stage);
      return { name, ask: async () => answerOf(stage, protocol, await ask(), pair.decodes) };
    }),
  );

/** Decoded at once, or when somebody looks. */
const answerOf = ({ call }: Stage, protocol: ProtocolName, body: Buffer, now = false): Answer => {
  const decode = () =>
    codecOf(protocol, call.operation).decodeAnswer(protocol === 'grpc' ? body : String(body), call.input);
  if (now) return { value: decode() };
  return {
    get value() {
      return decode();
    },
  };
};

/** `roundsUs` of the contestants by name. */
export const armOf = (
  { arm, against, separates }: Pair,
  roundsUs: (name: string) => Rounds,
  random: Random,
): Arm => {
  const ratio = ratioOf(roundsUs(arm.name), roundsUs(against.name), random);
  return {
    name: arm.name,
    against: against.name,
    separates,
    medianUs: medianOf(roundsUs(arm.name), random),
    ratio,
    verdict: verdictOf(ratio),
  };
};
