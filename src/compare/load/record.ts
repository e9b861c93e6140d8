/** Records one exchange for each input, by the project's own clients, whose answers were compared before. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { PROTOCOLS } from '../../app/servers';
import type { ProtocolName, SkillsClient } from '../../contract/protocol';
import { OPERATIONS } from '../../contract/skills-api';
import { type Exchange, startCapture } from '../../wire/capture';
import type { Scenario } from '../scenarios/support/scenario';
import { createReplayTarget } from './replay';
import { describeError } from './target';

export type Recordings = ReadonlyMap<ProtocolName, readonly Exchange[]>;

/** The reason why a scenario's requests cannot be sent repeatedly; undefined if they can. */
export const explainNotReplayable = ({ call }: Scenario, drawn: unknown): string | undefined => {
  if (!call) return 'It takes several operations, and the later ones depend on earlier answers.';
  return OPERATIONS[call(drawn).operation] === 'write'
    ? 'It writes, and a write cannot be repeated.'
    : undefined;
};

/** Throws an Error of one line if a server is not reachable. */
export const recordExchanges = async (
  scenario: Scenario,
  addresses: Readonly<Partial<Record<ProtocolName, string>>>,
  protocols: readonly ProtocolName[],
  draws: readonly unknown[],
): Promise<{ recordings: Recordings } | { noLoad: string }> => {
  const recordings = new Map<ProtocolName, readonly Exchange[]>();
  for (const protocol of protocols) {
    const address = addresses[protocol]!;
    try {
      await checkReachable(address);
      const exchanges = await recordProtocol(scenario, protocol, address, draws);
      if (exchanges.length !== draws.length) {
        return {
          noLoad: `Over ${protocol}, ${draws.length} answers took ${exchanges.length} requests; load needs one request each.`,
        };
      }
      if (!(await hasRepeatableAnswers(protocol, address, exchanges)))
        return { noLoad: `${protocol} responds to the same request with other bytes each time.` };
      recordings.set(protocol, exchanges);
    } catch (error) {
      throw new Error(`${protocol} at ${address}: ${describeError(error)}`, {
        cause: error,
      });
    }
  }
  return { recordings };
};

/** Connects without the capture first, as a client's error would name the address of the capture. */
const checkReachable = async (address: string): Promise<void> => {
  const { hostname, port } = new URL(address.includes('://') ? address : `http://${address}`);
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
};

const recordProtocol = async (
  { ask, expects }: Scenario,
  protocol: ProtocolName,
  address: string,
  draws: readonly unknown[],
): Promise<Exchange[]> => {
  const capture = await startCapture(protocol, address);
  const client = PROTOCOLS[protocol].connect(capture.address);
  const askClient = ask[protocol] as (client: SkillsClient, drawn: unknown) => Promise<unknown>;
  try {
    for (const drawn of draws) {
      await askClient(client, drawn).catch((error) => {
        if (expects === undefined || error.code !== expects) throw error;
      });
    }
    return await capture.exchanges();
  } finally {
    await client.close();
    await capture.stop();
  }
};

/** False if a response varies, for example by a time, as the load generator could then not check it. */
const hasRepeatableAnswers = async (
  protocol: ProtocolName,
  address: string,
  exchanges: readonly Exchange[],
): Promise<boolean> => {
  const target = createReplayTarget(protocol, address, exchanges, 1);
  try {
    return (await Promise.all(exchanges.map((_, index) => target.send(index)))).every(Boolean);
  } finally {
    await target.close();
  }
};
