/** Runs one race: checks that the answers are equal, counts their bytes, then times the protocols in turns. */

import { performance } from 'node:perf_hooks';
import { type Answer, findDifferences } from '../../calls/answers';
import type { Addresses, Clients } from '../../calls/clients';
import { closeAll, connectAll } from '../../calls/clients';
import {
  callOperation,
  createCaller,
  estimateLatencies,
  findCrossovers,
  isExpectedAnswer,
  measureBytes,
  type Rounds,
  type Scenario,
  summarizePoint,
  timeLatency,
} from '../../compare';
import { PROTOCOL_NAMES, type ProtocolName } from '../../contract/protocol';
import type { Operation } from '../../contract/skills-api';
import { type RelayProcess, startRelayProcess } from '../../wire/relay-process';
import type { Crossing, RaceEvent, RaceRequest, RaceRow } from '../api';
import { RaceFailure } from './race-failure';
import type { BytesByProtocol, RaceProcesses } from './servers';
import { type Stage, stagesOf } from './stages';

export type EmitRaceEvent = (event: RaceEvent) => void;

type Point = Parameters<typeof findCrossovers>[0][number];
type RoundsOf = ReadonlyMap<ProtocolName, Rounds>;

/** Rejects with RaceFailure if the call cannot be raced, and with the signal's reason if that is aborted. */
export const runRace = async (
  processes: RaceProcesses,
  request: RaceRequest,
  emit: EmitRaceEvent,
  callerSignal: AbortSignal,
): Promise<void> => {
  const signal = AbortSignal.any([callerSignal, processes.died]);
  const direct = Object.fromEntries(
    Array.from(processes.byProtocol, ([name, { address }]) => [name, address]),
  ) as Addresses;
  const scenario = scenarioOf(request.operation);
  const closers: (() => unknown)[] = [];
  try {
    const directClients = connectAll(direct);
    closers.push(() => closeAll(directClients));
    emit({ kind: 'progress', text: 'Checking that all four give the same answer', share: 0 });
    const value = await requireEqualAnswers(scenario, directClients, request.input);
    const found = resultSize(value);
    emit({ kind: 'equal', ...found });
    const stages = stagesOf(request, found.totalSize);
    if (request.sweep) emit({ kind: 'points', positions: stages.map(({ at = 0 }) => at) });
    const relays = stages.some(isRelayed) ? await startRelayProcess(direct, request) : undefined;
    if (relays) {
      closers.push(relays.stop);
      // Closing the connections ends a call in progress on a slow line.
      signal.addEventListener('abort', relays.stop, { once: true });
    }
    const clients = relays ? connectAll(relays.addresses) : directClients;
    if (relays) closers.push(() => closeAll(clients));
    await runStages({
      processes,
      request,
      scenario,
      stages,
      directClients,
      clients,
      direct,
      relays,
      emit,
      signal,
    });
  } finally {
    for (const close of closers.reverse()) await close();
  }
  signal.throwIfAborted();
};

const isRelayed = ({ distance: { rttMs, bandwidthMbit } }: Stage): boolean =>
  rttMs > 0 || bandwidthMbit !== undefined;

const scenarioOf = (operation: Operation): Scenario => ({
  name: operation,
  question: '',
  draw: () => ({}),
  ...callOperation(operation, (input) => input as never),
});

/** Returns the value that all four gave. Rejects with RaceFailure if the answers differ or are errors. */
const requireEqualAnswers = async (scenario: Scenario, clients: Clients, input: object): Promise<unknown> => {
  const answers = new Map<ProtocolName, Answer>();
  for (const name of PROTOCOL_NAMES) answers.set(name, await createCaller(scenario, clients, name)(input));
  const found = findDifferences(answers);
  if (found.length > 0) throw new RaceFailure('The answers are not equal, so nothing is timed.', found);
  const answer = answers.get('rest')!;
  if ('value' in answer) return answer.value;
  throw new RaceFailure(`All four give an error, so there is nothing to race: ${answer.error.message}`);
};

const resultSize = (value: unknown): { items?: number; totalSize?: number } => {
  const { items, skills, totalSize } = value as { [key: string]: unknown };
  const list = [value, items, skills].find(Array.isArray);
  return { ...(list && { items: list.length }), ...(typeof totalSize === 'number' && { totalSize }) };
};

interface RaceRun {
  readonly processes: RaceProcesses;
  readonly request: RaceRequest;
  readonly scenario: Scenario;
  readonly stages: readonly Stage[];
  readonly direct: Addresses;
  readonly directClients: Clients;
  /** The clients that are timed: through relays if there is a distance, else `directClients`. */
  readonly clients: Clients;
  readonly relays: RelayProcess | undefined;
  readonly emit: EmitRaceEvent;
  readonly signal: AbortSignal;
}

const runStages = async (run: RaceRun): Promise<void> => {
  const { request, scenario, stages, directClients, relays, emit, signal } = run;
  await warmUp(run);
  const points: Point[] = [];
  for (const [index, stage] of stages.entries()) {
    const bytes = await bytesOf(run, stage, await requireEqualAnswers(scenario, directClients, stage.input));
    await relays?.setDistance(stage.distance);
    const rounds = await timeStage(run, stage, index, bytes);
    signal.throwIfAborted();
    const at = stage.at !== undefined && { at: stage.at };
    emit({ kind: 'result', ...at, rows: rowsOf(rounds, bytes) });
    if (at) points.push({ ...at, ...summarizePoint(rounds, Math.random) });
  }
  if (request.sweep) emit({ kind: 'crossings', crossings: crossingsOf(points, request.sweep) });
};

const WARM_UP_MS = 1500;

/** The first race of an operation runs the servers' code warm. Timing has its own warm-up besides. */
const warmUp = async ({
  processes,
  request,
  scenario,
  directClients,
  emit,
  signal,
}: RaceRun): Promise<void> => {
  const { operation, input, seconds } = request;
  if (processes.warmOperations.has(operation)) return;
  emit({ kind: 'progress', text: 'Warming up', share: 0 });
  const endMs = performance.now() + Math.min(WARM_UP_MS, seconds * 250);
  while (performance.now() < endMs) {
    signal.throwIfAborted();
    for (const name of PROTOCOL_NAMES) await createCaller(scenario, directClients, name)(input);
  }
  processes.warmOperations.add(operation);
};

/** Calls per mean: a header's length can vary with the time of day. */
const BYTES_CALLS = 5;

const bytesOf = async (
  { processes, scenario, direct, signal }: RaceRun,
  { input }: Stage,
  answer: unknown,
): Promise<BytesByProtocol> => {
  const key = JSON.stringify([scenario.name, input, answer]);
  const known = processes.bytes.get(key);
  if (known) return known;
  const protocols = PROTOCOL_NAMES;
  const draws = Array<unknown>(BYTES_CALLS).fill(input);
  const found = await measureBytes({ scenario, protocols, addresses: direct, draws, signal });
  const totalOf = (name: ProtocolName): number => {
    const { up, down } = found[name]!.bytes.identity.steady;
    return up.total + down.total;
  };
  const bytes = Object.fromEntries(protocols.map((name) => [name, totalOf(name)])) as BytesByProtocol;
  processes.bytes.set(key, bytes);
  return bytes;
};

/** Least interval between intermediate results, and the largest share of time that computing them may take. */
const STANDING_MS = 500;
const STANDING_SHARE = 0.1;
const PROGRESS_MS = 100;

const timeStage = async (
  { request, scenario, stages, clients, emit, signal }: RaceRun,
  { input }: Stage,
  index: number,
  bytes: BytesByProtocol,
): Promise<RoundsOf> => {
  const rounds = new Map(PROTOCOL_NAMES.map((name) => [name, [] as (readonly number[])[]]));
  let nextMs = performance.now() + STANDING_MS;
  const emitStanding = () => {
    const begin = performance.now();
    if (begin < nextMs) return;
    emit({ kind: 'standing', rows: rowsOf(rounds, bytes) });
    nextMs = performance.now() + Math.max(STANDING_MS, (performance.now() - begin) / STANDING_SHARE);
  };
  let text = 'Warming up';
  let progressMs = 0;
  const emitProgress = (share: number) => {
    if (performance.now() < progressMs) return;
    progressMs = performance.now() + PROGRESS_MS;
    emit({ kind: 'progress', text, share: (index + share) / stages.length });
  };
  const timings = await timeLatency({
    contestants: PROTOCOL_NAMES.map((name) => ({ name, call: createCaller(scenario, clients, name) })),
    draw: () => input as unknown,
    succeeded: (answer: Answer) => isExpectedAnswer(scenario, answer),
    seconds: request.seconds / stages.length,
    random: Math.random,
    signal,
    tick: emitProgress,
    onRound: (blocks) => {
      text = 'Racing';
      for (const [name, block] of blocks) rounds.get(name as ProtocolName)?.push(block);
      emit({ kind: 'round', latenciesMs: Object.fromEntries(blocks) });
      emitStanding();
    },
  });
  signal.throwIfAborted();
  const failing = PROTOCOL_NAMES.find((name) => timings.byName.get(name)!.errors > 0);
  if (failing) throw new RaceFailure(`Calls through ${failing} failed during timing.`);
  if (timings.differences.length > 0) {
    throw new RaceFailure('The answers differed during timing.', timings.differences);
  }
  return rounds;
};

const rowsOf = (rounds: RoundsOf, bytes: BytesByProtocol): RaceRow[] => {
  const estimates = estimateLatencies(rounds, 'rest', Math.random);
  return PROTOCOL_NAMES.map((protocol) => {
    const { quantiles, toFastest } = estimates.get(protocol)!;
    return {
      protocol,
      calls: rounds.get(protocol)!.flat().length,
      medianMs: quantiles.median.value,
      interval: quantiles.median.interval,
      p99Ms: quantiles.p99.value,
      ratio: toFastest.value,
      ratioInterval: toFastest.interval,
      bytes: bytes[protocol],
    };
  });
};

/** Page size and fields are interpolated like the round-trip time: each item or field adds the same amount. */
const crossingsOf = (points: readonly Point[], over: RaceRequest['sweep']): Crossing[] =>
  findCrossovers(points, over === 'bandwidth' ? 'bandwidth' : 'rtt').map(
    ({ at, protocols: [slower, quicker] }) => ({
      quicker,
      slower,
      at,
      between: [
        Math.max(...points.map((point) => point.at).filter((position) => position <= at)),
        Math.min(...points.map((point) => point.at).filter((position) => position >= at)),
      ],
    }),
  );
