/** The summary of a run: its findings and their limits, in sentences with the run's own numbers. */
import type { ProtocolName } from '../../contract/protocol';
import type { ComparisonResult, Row, ScenarioResult } from '../run/result';
import { isFastest } from './columns';
import { formatInteger, formatList, formatNumber, TITLES } from './format';

/** Paragraphs of plain text. */
export const summarize = (result: ComparisonResult): string[] => {
  const sound = result.scenarios.filter(isValidScenario);
  return [
    ...(result.ended === 'complete' ? [] : [describeEnd(result)]),
    [summarizeEquality(result), summarizeLatency(sound), summarizeBytes(sound)].filter(Boolean).join(' '),
    [summarizeRoundTrips(sound, result), summarizeClientCpu(sound)].filter(Boolean).join(' '),
    [describeLimits(result), describeDoubts(result)].filter(Boolean).join(' '),
  ].filter(Boolean);
};

const isValidScenario = ({ differences, rows }: ScenarioResult): boolean =>
  differences.length === 0 && rows.length > 1 && rows.every((row) => row.void === undefined);

const describeEnd = ({ ended, failure }: ComparisonResult): string =>
  ended === 'interrupted'
    ? 'The run was interrupted; the measurements until then follow.'
    : `The run ended early: ${failure?.replace(/\.$/, '')}. The measurements until then follow.`;

const summarizeEquality = ({ scenarios, options }: ComparisonResult): string => {
  const unequal = scenarios.filter(({ differences }) => differences.length > 0).map(({ name }) => name);
  const subject =
    options.protocols.length === 4
      ? 'All four protocols'
      : formatList(options.protocols.map((name) => TITLES[name]));
  if (unequal.length > 0) return `The answers were NOT equal in ${formatList(unequal)}.`;
  const measured = scenarios.filter(({ rows }) => rows.length > 0).length;
  if (measured === 0 || options.protocols.length === 1) return '';
  const where = scenarios.length === 1 ? 'the one scenario' : `all ${scenarios.length} scenarios`;
  return `${subject} gave equal answers in ${measured === scenarios.length ? where : `the ${measured} scenarios measured`}.`;
};

/** The rows statistically tied with the fastest; none if all rows are tied. */
const selectFastest = ({ rows }: ScenarioResult): Row[] => {
  const tied = rows.filter(isFastest);
  return tied.length < rows.length ? tied : [];
};

const summarizeLatency = (scenarios: readonly ScenarioResult[]): string => {
  if (scenarios.length === 0) return '';
  const wins = countWinners(
    scenarios.map(
      (scenario) => formatList(selectFastest(scenario).map(({ protocol }) => TITLES[protocol])) || 'all tied',
    ),
  );
  const medians = scenarios.map(({ name, rows }) => {
    const values = rows.map((row) => row.latencyMs.median.value);
    return { name, spread: Math.max(...values) / Math.min(...values) };
  });
  const widest = medians.toSorted((one, other) => other.spread - one.spread)[0]!;
  return `Lowest median latency, one call at a time (protocols listed together are statistically tied): ${wins}. The slowest took up to ${formatNumber(widest.spread)} times as long as the fastest (${widest.name}).`;
};

const countWinners = (winners: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const winner of winners) counts.set(winner, (counts.get(winner) ?? 0) + 1);
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return sorted.map(([winner, count]) => `${winner} in ${count} of ${winners.length}`).join(', ');
};

const sumBytes = (row: Row, encoding: 'identity' | 'gzip'): number | undefined => {
  const steady = row.bytes?.[encoding].steady;
  return steady && steady.up.total + steady.down.total;
};

const summarizeBytes = (scenarios: readonly ScenarioResult[]): string => {
  const counted = scenarios.filter(({ rows }) => rows.every((row) => row.bytes));
  if (counted.length === 0) return '';
  const least = (encoding: 'identity' | 'gzip'): string =>
    countWinners(
      counted.map(
        ({ rows }) =>
          TITLES[
            rows.reduce((one, row) => (sumBytes(row, encoding)! < sumBytes(one, encoding)! ? row : one))
              .protocol
          ],
      ),
    );
  return `Fewest bytes on the socket: ${least('identity')}; with compressed answers: ${least('gzip')}.`;
};

const summarizeRoundTrips = (
  scenarios: readonly ScenarioResult[],
  { options: { rttMs } }: ComparisonResult,
): string => {
  const trips = (name: string) =>
    scenarios
      .find((scenario) => scenario.name === name)
      ?.rows.map(({ protocol, roundTrips: count }) => ({ protocol, count: count ?? Number.NaN }));
  const [naive, well] = [trips('screen-naive'), trips('screen-well')];
  if (!naive || !well) return '';
  const most = Math.max(...naive.map(({ count }) => count));
  const texts = well.map(({ protocol, count }) => `${formatNumber(count)} over ${TITLES[protocol]}`);
  return `One screen takes ${formatNumber(most)} round trips with one call after the other, and written well ${formatList(texts)}: with a round-trip time of 50 ms, one call after the other waits some ${formatInteger(most * 50)} ms${rttMs > 0 ? '' : ', which loopback does not show (--rtt 50ms does)'}.`;
};

const summarizeClientCpu = (scenarios: readonly ScenarioResult[]): string => {
  const heavy = new Map<ProtocolName, number>();
  for (const { rows } of scenarios) {
    for (const { protocol, clientCpuUs, serverCpuUs } of rows) {
      if (serverCpuUs !== undefined && clientCpuUs > serverCpuUs)
        heavy.set(protocol, (heavy.get(protocol) ?? 0) + 1);
    }
  }
  if (heavy.size === 0) return '';
  const texts = Array.from(heavy, ([protocol, count]) => `${TITLES[protocol]} in ${count}`);
  return `Clients that used more CPU than their servers: ${formatList(texts)} of ${scenarios.length}; that part of the latency is not the server's.`;
};

const describeLimits = ({ options }: ComparisonResult): string => {
  const where =
    options.rttMs > 0
      ? `at ${formatNumber(options.rttMs)} ms of round-trip time`
      : 'over loopback, without distance';
  return `These figures compare these libraries with this code on this machine, ${where}, without TLS, one call at a time; they do not describe the protocols as such. --explain separates the protocol from its library, --load shows many concurrent calls, --sweep rtt shows distance.`;
};

const describeDoubts = ({ scenarios, noise }: ComparisonResult): string => {
  const voids = scenarios.flatMap(({ name, rows }) =>
    rows.filter((row) => row.void).map((row) => `${TITLES[row.protocol]} in ${name}`),
  );
  const unstable = scenarios.flatMap(({ rows }) => rows).filter(({ warmupStable }) => !warmupStable).length;
  const all = scenarios.reduce((sum, { rows }) => sum + rows.length, 0);
  return [
    ...(voids.length > 0 ? [`Void: ${formatList(voids)}.`] : []),
    ...(unstable > 0 ? [`${unstable} of ${all} rows had not stabilised by the end of warm-up.`] : []),
    ...(noise.jitter > 1.3
      ? ['The machine was noisy: trust ratios more than times, and wide intervals least of all.']
      : []),
  ].join(' ');
};
