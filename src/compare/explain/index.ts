/**
 * Where the time goes: one call as a ladder from the domain to the whole service, and crossed arms that separate the
 * protocol from its library. Every rung and arm gives the same answer, which is checked before the timing.
 */
import type { SkillsServiceHandle } from '../../app/service';
import type { ProtocolName } from '../../contract/protocol';
import { type Contestant, timeLatency } from '../latency/latency';
import { median, type Rounds } from '../latency/statistics';
import type { Explanation } from '../run/result';
import type { Random, Scenario } from '../scenarios/support/scenario';
import { type ArmPair, buildArm, openPair, selectPairs } from './arms';
import { copyIfProjected, isRead, type ReadOutput } from './codecs';
import { buildLadder, openDomain, openLadder } from './ladder';
import { NotExplainable } from './record';
import { type ExplainSetup, openExplainSetup, requireEqual } from './setup';

export interface ExplainOptions {
  readonly scenario: Scenario;
  readonly protocols: readonly ProtocolName[];
  /** Addresses of servers of the whole service, which run in processes of their own. */
  readonly addresses: Readonly<Partial<Record<ProtocolName, string>>>;
  /** In this process, on a copy of the servers' database: page tokens and etags are the same. */
  readonly service: Pick<SkillsServiceHandle, 'api'>;
  /** Only the first input is used, as a constant is the answer to one input. */
  readonly draws: readonly unknown[];
  readonly random: Random;
  /** Warm-up and timing together, without the start of the processes. */
  readonly seconds: number;
  readonly signal?: AbortSignal;
  readonly tick?: (share: number) => void;
}

export type ExplainResult = { readonly explanation: Explanation } | { readonly noExplanation: string };

/** Stops all its processes, however it ends. Rejects if a server or a process fails. */
export const explain = async (options: ExplainOptions): Promise<ExplainResult> => {
  const { scenario, draws, service, signal } = options;
  const interrupted = { noExplanation: 'The run was interrupted before this was explained.' };
  const call = scenario.call?.(draws[0]);
  if (!call) return { noExplanation: 'It takes several operations of the service.' };
  if (!isRead(call)) return { noExplanation: `${call.operation} writes, and a constant cannot.` };
  if (scenario.expects) return { noExplanation: `Its answer is an error (${scenario.expects}).` };
  let setup: ExplainSetup | undefined;
  try {
    signal?.throwIfAborted();
    setup = await openExplainSetup({ ...options, call, api: service.api });
    const explanation = await measure(setup, options);
    return explanation ? { explanation } : interrupted;
  } catch (error) {
    if (signal?.aborted) return interrupted;
    if (error instanceof NotExplainable) return { noExplanation: toSentence(error.message) };
    throw error;
  } finally {
    await setup?.close();
  }
};

const WARMUP_SHARE = 0.3;

/**
 * The service has handled thousands of calls by now, the servers started here none, and the warm-up of the timing is too
 * short to make up for that. Calls in parallel make the most of the time.
 */
const warmUp = async (
  contestants: readonly Contestant<ReadOutput>[],
  output: ReadOutput,
  { seconds, signal, tick }: ExplainOptions,
): Promise<void> => {
  const begin = performance.now();
  for (let share = 0; share < WARMUP_SHARE && !signal?.aborted; ) {
    await Promise.all(contestants.map(({ call }) => call(output)));
    share = (performance.now() - begin) / 1000 / seconds;
    tick?.(Math.min(share, WARMUP_SHARE));
  }
};

/** Undefined if it was interrupted. */
const measure = async (setup: ExplainSetup, options: ExplainOptions): Promise<Explanation | undefined> => {
  const { protocols, random, seconds, signal, tick } = options;
  const pairs = selectPairs(protocols);
  const contestants = await openContestants(setup, protocols, pairs);
  await warmUp(contestants, setup.output, options);
  const { input } = setup.call;
  const { byName, differences } = await timeLatency({
    contestants,
    draw: () => copyIfProjected(input, setup.output),
    succeeded: (answer) => 'value' in answer,
    seconds: seconds * (1 - WARMUP_SHARE),
    random,
    signal,
    tick: (share) => tick?.(WARMUP_SHARE + share * (1 - WARMUP_SHARE)),
  });
  if (signal?.aborted) return undefined;
  if (differences.length > 0)
    throw new NotExplainable(`while it was timed, answers differed: ${differences[0]}`);
  const roundsUs = (name: string): Rounds =>
    (byName.get(name)?.rounds ?? []).map((round) => round.map((ms) => ms * 1000));
  const medianUs = (name: string): number => median(roundsUs(name).flat());
  return {
    ladders: protocols.map((protocol) => buildLadder(protocol, medianUs)),
    arms: pairs.map((pair) => buildArm(pair, roundsUs, random)),
  };
};

/** Opens all contestants and checks that each gives the same answer as the service. */
const openContestants = async (
  setup: ExplainSetup,
  protocols: readonly ProtocolName[],
  pairs: readonly ArmPair[],
): Promise<Contestant<ReadOutput>[]> => {
  const opening = [
    openDomain(setup),
    ...protocols.map((protocol) => openLadder(setup, protocol)),
    ...pairs.map((pair) => openPair(pair, setup)),
  ];
  // After one has failed, the others must still finish opening before the setup is closed.
  await Promise.allSettled(opening);
  const contestants = (await Promise.all(opening)).flat();
  for (const { name, call } of contestants)
    requireEqual(name, await call(setup.output), { value: setup.output });
  return contestants;
};

const toSentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.?$/, '.')}`;
