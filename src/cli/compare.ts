/** `rosetta compare`: the comparison against a server of its own, with a bar while it runs and tables at the end. */
import { SingleBar } from 'cli-progress';
import { machineLine, terminalReport } from '../compare/report';
import { type Comparison, compare } from '../compare/run';
import { startServerProcess } from './server-process';

export interface CompareCommand {
  readonly json: boolean;
  /** For each scenario. */
  readonly seconds: number;
  readonly seed: number;
}

/** The exit code: 0 when every answer was equal and timed. */
export const runCompare = async ({ json, seconds, seed }: CompareCommand): Promise<number> => {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const server = await startServerProcess();
  const bar = new SingleBar({
    format: '{bar} {percentage}% {scenario}',
    hideCursor: true,
    stream: process.stderr,
  });
  try {
    if (process.stderr.isTTY) bar.start(100, 0, { scenario: 'are the answers equal?' });
    const comparison = await compare({
      addresses: server.addresses,
      secondsPerScenario: seconds,
      seed,
      signal: interrupted.signal,
      progress: (scenario, share) => bar.update(Math.floor(share * 100), { scenario }),
    });
    bar.stop();
    print(comparison, json);
    const sound = comparison.results.every(({ differences }) => differences.length === 0);
    return sound && !interrupted.signal.aborted ? 0 : 1;
  } finally {
    bar.stop();
    await server.stop();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
};

const print = (comparison: Comparison, json: boolean): void => {
  const title = `One skill map over four protocols. ${machineLine()}. Seed ${comparison.seed}.`;
  const asJson = () => JSON.stringify({ machine: machineLine(), ...comparison }, null, 2);
  console.log(json ? asJson() : `${title}\n\n${terminalReport(comparison)}`);
};
