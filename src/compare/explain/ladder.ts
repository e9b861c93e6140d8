/** The rungs of one protocol, from encoding alone to the whole service; the domain is below them all. */
import type { ProtocolName } from '../../contract/protocol';
import type { Contestant } from '../latency/latency';
import type { Ladder } from '../run/result';
import { type ReadOutput, roundTrip } from './codecs';
import { CONSTANTS, floorAnswer } from './record';
import { clientOf, invoke, type Stage } from './stage';

type Rung = Exclude<keyof Ladder, 'protocol' | 'domainUs'>;

/** How to ask it, once what it needs is there. It is given the service's answer, as the service gives it to each call. */
type Open = (stage: Stage, protocol: ProtocolName) => Promise<(output: ReadOutput) => Promise<ReadOutput>>;

const overSocket =
  (addressOf: (stage: Stage, protocol: ProtocolName) => string | Promise<string>): Open =>
  async (stage, protocol) => {
    const client = clientOf(stage, protocol, await addressOf(stage, protocol));
    return () => invoke(client, stage.call);
  };

const RUNGS: { readonly [R in Rung]: Open } = {
  codecUs: async ({ call, exchanges }, protocol) => {
    if (protocol !== 'graphql') return async (output) => roundTrip(protocol, call, output);
    const executed = CONSTANTS.graphql(exchanges.graphql.response.body);
    return async () => roundTrip('graphql', call, executed);
  },
  bareUs: overSocket((stage, protocol) => stage.start(stage.bare(protocol))),
  wholeUs: overSocket(({ addresses }, protocol) => addresses[protocol]),
  floorUs: overSocket(async (stage, protocol) => {
    const transport = protocol === 'grpc' ? 'HTTP/2' : 'HTTP/1.1';
    const what = floorAnswer(stage.exchanges[protocol], transport);
    return addressAs(protocol, await stage.start({ name: 'floor', what }));
  }),
};

/** gRPC's clients want no scheme. */
const addressAs = (protocol: ProtocolName, origin: string): string =>
  protocol === 'grpc' ? origin.replace('http://', '') : origin;

const RUNG_NAMES = Object.keys(RUNGS) as Rung[];
const DOMAIN = 'the domain';
const nameOf = (protocol: ProtocolName, rung: Rung): string => `${protocol}, ${rung}`;

export const openDomain = async ({ call, api }: Stage): Promise<Contestant<ReadOutput>[]> => [
  { name: DOMAIN, ask: async () => ({ value: await invoke(api, call) }) },
];

export const openLadder = (stage: Stage, protocol: ProtocolName): Promise<Contestant<ReadOutput>[]> =>
  Promise.all(
    RUNG_NAMES.map(async (rung) => {
      const ask = await RUNGS[rung](stage, protocol);
      return { name: nameOf(protocol, rung), ask: async (output) => ({ value: await ask(output) }) };
    }),
  );

/** `medianUs` of the contestants by name. */
export const ladderOf = (protocol: ProtocolName, medianUs: (name: string) => number): Ladder => ({
  protocol,
  domainUs: medianUs(DOMAIN),
  codecUs: medianUs(nameOf(protocol, 'codecUs')),
  bareUs: medianUs(nameOf(protocol, 'bareUs')),
  wholeUs: medianUs(nameOf(protocol, 'wholeUs')),
  floorUs: medianUs(nameOf(protocol, 'floorUs')),
});
