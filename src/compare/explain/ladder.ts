/** The rungs of one protocol, from encoding alone to the whole service; the domain is below them all. */
import type { ProtocolName } from '../../contract/protocol';
import type { Contestant } from '../latency/latency';
import type { Ladder } from '../run/result';
import { type ReadOutput, roundTrip } from './codecs';
import { createFloorAnswer, decodeConstant } from './record';
import { connectClient, type ExplainSetup, invokeCall } from './setup';

type Rung = Exclude<keyof Ladder, 'protocol' | 'domainUs'>;

/** How to ask it, once what it needs is there. It is given the service's answer, as the service gives it to each call. */
type OpenRung = (
  stage: ExplainSetup,
  protocol: ProtocolName,
) => Promise<(output: ReadOutput) => Promise<ReadOutput>>;

const openOverSocket =
  (addressOf: (stage: ExplainSetup, protocol: ProtocolName) => string | Promise<string>): OpenRung =>
  async (stage, protocol) => {
    const client = connectClient(stage, protocol, await addressOf(stage, protocol));
    return () => invokeCall(client, stage.call);
  };

const RUNGS: { readonly [R in Rung]: OpenRung } = {
  codecUs: async ({ call, exchanges }, protocol) => {
    if (protocol !== 'graphql') return async (output) => roundTrip(protocol, call, output);
    const executed = decodeConstant.graphql(exchanges.graphql.response.body);
    return async () => roundTrip('graphql', call, executed);
  },
  bareUs: openOverSocket((stage, protocol) => stage.start(stage.bare(protocol))),
  wholeUs: openOverSocket(({ addresses }, protocol) => addresses[protocol]),
  floorUs: openOverSocket(async (stage, protocol) => {
    const transport = protocol === 'grpc' ? 'HTTP/2' : 'HTTP/1.1';
    const what = createFloorAnswer(stage.exchanges[protocol], transport);
    return toTargetAddress(protocol, await stage.start({ name: 'floor', what }));
  }),
};

/** gRPC's clients want no scheme. */
const toTargetAddress = (protocol: ProtocolName, origin: string): string =>
  protocol === 'grpc' ? origin.replace('http://', '') : origin;

const RUNG_NAMES = Object.keys(RUNGS) as Rung[];
const DOMAIN = 'the domain';
const rungName = (protocol: ProtocolName, rung: Rung): string => `${protocol}, ${rung}`;

export const openDomain = async ({ call, api }: ExplainSetup): Promise<Contestant<ReadOutput>[]> => [
  { name: DOMAIN, ask: async () => ({ value: await invokeCall(api, call) }) },
];

export const openLadder = (stage: ExplainSetup, protocol: ProtocolName): Promise<Contestant<ReadOutput>[]> =>
  Promise.all(
    RUNG_NAMES.map(async (rung) => {
      const ask = await RUNGS[rung](stage, protocol);
      return { name: rungName(protocol, rung), ask: async (output) => ({ value: await ask(output) }) };
    }),
  );

/** `medianUs` of the contestants by name. */
export const buildLadder = (protocol: ProtocolName, medianUs: (name: string) => number): Ladder => ({
  protocol,
  domainUs: medianUs(DOMAIN),
  codecUs: medianUs(rungName(protocol, 'codecUs')),
  bareUs: medianUs(rungName(protocol, 'bareUs')),
  wholeUs: medianUs(rungName(protocol, 'wholeUs')),
  floorUs: medianUs(rungName(protocol, 'floorUs')),
});
