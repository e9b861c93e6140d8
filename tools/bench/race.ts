/** Two servers under the same load in turns, and the ratio of their requests per second. */
import { isDeepStrictEqual } from 'node:util';
import type { ProtocolName } from '../../src/contract/protocol';
import { runLoad, SIZES, type Size } from './load';
import { type BenchServer, recordExchange } from './servers';

export interface RaceOptions {
  /** Pairs of runs per cell. */
  readonly rounds: number;
  /** Per run. */
  readonly seconds: number;
  readonly folder: string;
  /** Id of the skill that is read. */
  readonly id: string;
  /** Sent with each request. */
  readonly token?: string;
}

/** For each size the median ratio of `server` to its opponent, with the range of all rounds. */
export const race = async (
  protocol: ProtocolName,
  server: BenchServer,
  opponentFor: (size: Size) => Promise<BenchServer>,
  options: RaceOptions,
): Promise<string[]> => {
  const cells: string[] = [];
  for (const size of SIZES) {
    const opponent = await opponentFor(size);
    await requireEqualAnswers(protocol, size, options.id, [server, opponent]);
    const ratios = Array.from({ length: options.rounds }, (_, round) => {
      const rateOf = ({ address }: BenchServer) => runLoad({ protocol, size, address, ...options });
      // The order alternates, so that neither server always runs second.
      const [first, second] = round % 2 ? [server, opponent] : [opponent, server];
      const rates = new Map([[first, rateOf(first)]]).set(second, rateOf(second));
      return (rates.get(server) ?? 0) / (rates.get(opponent) ?? 1);
    });
    const sorted = ratios.sort((a, b) => a - b);
    const [low = 0, middle = 0, high = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    cells.push(`${middle.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`);
  }
  return cells;
};

const requireEqualAnswers = async (
  protocol: ProtocolName,
  size: Size,
  id: string,
  [one, other]: readonly [BenchServer, BenchServer],
): Promise<void> => {
  const first = await recordExchange(protocol, size, id, one);
  const second = await recordExchange(protocol, size, id, other);
  if (!isDeepStrictEqual(first.answer, second.answer)) {
    throw new Error(`${protocol}, ${size}: the two servers give different answers`);
  }
};
