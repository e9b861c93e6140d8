/** The ladder of one protocol: its rungs from encoding alone to the whole service. The domain is the rung below them all. */
import type { ProtocolName } from '../../contract/protocol';
import type { Contestant } from '../latency/latency';
import type { Ladder } from '../run/result';
import { type ReadOutput, roundTrip } from './codecs';
import { createFloorAnswer, decodeConstant } from './record';
import { connectClient, type ExplainSetup, invokeCall } from './setup';

type Rung = Exclude<keyof Ladder, 'protocol' | 'domainUs'>;

/** Opens a rung and resolves to its call, which takes the service's answer in the form that the service gives to each call. */
type OpenRung = (
  setup: ExplainSetup,
  protocol: ProtocolName,
) => Promise<(output: ReadOutput) => Promise<ReadOutput>>;

const openOverSocket =
  (addressOf: (setup: ExplainSetup, protocol: ProtocolName) => string | Promise<string>): OpenRung =>
  async (setup, protocol) => {
    const client = connectClient(setup, protocol, await addressOf(setup, protocol));
    return () => invokeCall(client, setup.call);
  };

const RUNGS: { readonly [R in Rung]: OpenRung } = {
  codecUs: async ({ call, exchanges }, protocol) => {
    if (protocol !== 'graphql') return async (output) => roundTrip(protocol, call, output);
    const executed = decodeConstant.graphql(exchanges.graphql.response.body);
    return async () => roundTrip('graphql', call, executed);
  },
  bareUs: openOverSocket((setup, protocol) => setup.start(setup.bare(protocol))),
  wholeUs: openOverSocket(({ addresses }, protocol) => addresses[protocol]),
  floorUs: openOverSocket(async (setup, protocol) => {
    const transport = protocol === 'grpc' ? 'HTTP/2' : 'HTTP/1.1';
    const answer = createFloorAnswer(setup.exchanges[protocol], transport);
    return toTargetAddress(protocol, await setup.start({ name: 'floor', answer }));
  }),
};

/** gRPC's clients take an address without a scheme. */
const toTargetAddress = (protocol: ProtocolName, origin: string): string =>
  protocol === 'grpc' ? origin.replace('http://', '') : origin;

const RUNG_NAMES = Object.keys(RUNGS) as Rung[];
const DOMAIN = 'the domain';
const rungName = (protocol: ProtocolName, rung: Rung): string => `${protocol}, ${rung}`;

export const openDomain = async ({ call, api }: ExplainSetup): Promise<Contestant<ReadOutput>[]> => [
  { name: DOMAIN, call: async () => ({ value: await invokeCall(api, call) }) },
];

export const openLadder = (setup: ExplainSetup, protocol: ProtocolName): Promise<Contestant<ReadOutput>[]> =>
  Promise.all(
    RUNG_NAMES.map(async (rung) => {
      const callRung = await RUNGS[rung](setup, protocol);
      return { name: rungName(protocol, rung), call: async (output) => ({ value: await callRung(output) }) };
    }),
  );

/** `medianUs` returns the median of the contestant with that name. */
export const buildLadder = (protocol: ProtocolName, medianUs: (name: string) => number): Ladder => ({
  protocol,
  domainUs: medianUs(DOMAIN),
  codecUs: medianUs(rungName(protocol, 'codecUs')),
  bareUs: medianUs(rungName(protocol, 'bareUs')),
  wholeUs: medianUs(rungName(protocol, 'wholeUs')),
  floorUs: medianUs(rungName(protocol, 'floorUs')),
});
