/**
 * Where the time goes: one question as a ladder from the domain alone to the whole service, and crossed arms that tell
 * the protocol from its library. Every rung and arm gives the very same answer, which is proved before any is timed.
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
  /** Of running servers of the whole service, in processes of their own. */
  readonly addresses: Readonly<Partial<Record<ProtocolName, string>>>;
  /** In this process, on a copy of the servers' database: page tokens and etags are the same. */
  readonly service: Pick<SkillsServiceHandle, 'api'>;
  /** The first is asked; a constant answers one question only. */
  readonly draws: readonly unknown[];
  readonly random: Random;
  /** Warm-up and timing together; the processes start before. */
  readonly seconds: number;
  readonly signal?: AbortSignal;
  readonly tick?: (share: number) => void;
}

export type ExplainResult = { readonly explanation: Explanation } | { readonly noExplanation: string };

/** Leaves no process behind, however it ends. Rejects where a server or a process fails. */
export const explain = async (options: ExplainOptions): Promise<ExplainResult> => {
  const { scenario, draws, service, signal } = options;
  const interrupted = { noExplanation: 'The run was interrupted before this was explained.' };
  const call = scenario.call?.(draws[0]);
  if (!call) return { noExplanation: 'It takes more than one operation of the service.' };
  if (!isRead(call)) return { noExplanation: `${call.operation} writes, and a constant can not.` };
  if (scenario.expects) return { noExplanation: `Its answer is an error (${scenario.expects}).` };
  let stage: ExplainSetup | undefined;
  try {
    signal?.throwIfAborted();
    stage = await openExplainSetup({ ...options, call, api: service.api });
    const explanation = await measure(stage, options);
    return explanation ? { explanation } : interrupted;
  } catch (error) {
    if (signal?.aborted) return interrupted;
    if (error instanceof NotExplainable) return { noExplanation: toSentence(error.message) };
    throw error;
  } finally {
    await stage?.close();
  }
};

const WARMUP_SHARE = 0.3;

/**
 * The service has answered thousands of times by now, what was started here none; the few calls with which the timing
 * begins would not make up for that. Asked all at once, they get the most calls out of the time.
 */
const warmUp = async (
  contestants: readonly Contestant<ReadOutput>[],
  output: ReadOutput,
  { seconds, signal, tick }: ExplainOptions,
): Promise<void> => {
  const begin = performance.now();
  for (let share = 0; share < WARMUP_SHARE && !signal?.aborted; ) {
    await Promise.all(contestants.map(({ ask }) => ask(output)));
    share = (performance.now() - begin) / 1000 / seconds;
    tick?.(Math.min(share, WARMUP_SHARE));
  }
};

/** Nothing where it was interrupted. */
const measure = async (stage: ExplainSetup, options: ExplainOptions): Promise<Explanation | undefined> => {
  const { protocols, random, seconds, signal, tick } = options;
  const pairs = selectPairs(protocols);
  const contestants = await openContestants(stage, protocols, pairs);
  await warmUp(contestants, stage.output, options);
  const { input } = stage.call;
  const { byName, differences } = await timeLatency({
    contestants,
    draw: () => copyIfProjected(input, stage.output),
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

/** All that is timed, each proved to answer as the service does. */
const openContestants = async (
  stage: ExplainSetup,
  protocols: readonly ProtocolName[],
  pairs: readonly ArmPair[],
): Promise<Contestant<ReadOutput>[]> => {
  const opening = [
    openDomain(stage),
    ...protocols.map((protocol) => openLadder(stage, protocol)),
    ...pairs.map((pair) => openPair(pair, stage)),
  ];
  // Where one fails, the others are waited for all the same: the stage must not be closed while they still open.
  await Promise.allSettled(opening);
  const contestants = (await Promise.all(opening)).flat();
  for (const { name, ask } of contestants)
    requireEqual(name, await ask(stage.output), { value: stage.output });
  return contestants;
};

const toSentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.?$/, '.')}`;
