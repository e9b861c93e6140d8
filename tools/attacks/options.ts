/** The options of `npm run abuse`. A mistake is one line, a hint and exit code 2. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { CATALOGUE_NAMES, type CatalogueName } from './catalogues';

/** A server to attack: its catalogue, and whether all clients connect through TLS. */
export interface Setting {
  readonly catalogue: CatalogueName;
  readonly isTls: boolean;
}

export interface Options {
  readonly settings: readonly Setting[];
  readonly seed: number;
  /** Random mutations per protocol; 0 means none. */
  readonly mutations: number;
  readonly quick: boolean;
  readonly isWanted: (name: string) => boolean;
  readonly out?: string;
}

export const MUTATIONS_NAME = 'random mutations';
const MUTATIONS = 100_000;
const QUICK_MUTATIONS = 2000;

/** The settings of `--all`: every catalogue in plain text, and the shipped catalogue over TLS. */
const ALL: readonly Setting[] = [
  ...CATALOGUE_NAMES.map((catalogue) => ({ catalogue, isTls: false })),
  { catalogue: 'shipped', isTls: true },
];

const parseWholeNumber = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 999999999.');
};

const createProgram = (): Command =>
  new Command('abuse')
    .description('attack the built server, and measure its memory and the stall of regular clients')
    .addOption(
      new Option('--catalogue <name>', 'catalogue of the attacked server')
        .choices(CATALOGUE_NAMES)
        .default('shipped'),
    )
    .option('--tls', 'connect all clients and attackers through TLS')
    .addOption(
      new Option('--all', 'the attacks on each catalogue, then over TLS; without random mutations').conflicts(
        ['catalogue', 'tls', 'mutations', 'seed'],
      ),
    )
    .option('--seed <n>', 'seed of the random mutations', parseWholeNumber, 4)
    .option('--mutations <n>', 'random mutations per protocol', parseWholeNumber, MUTATIONS)
    .option('--quick', 'a reduced run that takes about a minute and a half')
    .option('--only <words...>', 'only attacks whose names contain one of these words')
    .option('--out <file>', 'also write the report to this file')
    .allowExcessArguments(false)
    .showHelpAfterError('(add --help for the options)')
    .exitOverride();

/** Returns the options, or the exit code after a message on standard error. `namesOf`: the attacks of a quick or a whole run. */
export const parseOptions = (
  words: readonly string[],
  namesOf: (quick: boolean) => readonly string[],
): Options | number => {
  const program = createProgram();
  try {
    const {
      catalogue,
      tls,
      all,
      seed,
      mutations,
      quick = false,
      only,
      out,
    } = program.parse(words, { from: 'user' }).opts();
    const names = namesOf(quick);
    const isWanted = (name: string) => !only || only.some((word: string) => name.includes(word));
    const possible = all ? names : [...names, MUTATIONS_NAME];
    if (!possible.some(isWanted))
      program.error(
        `error: no attack has ${only.join(' or ')} in its name; there are ${possible.join(', ')}`,
      );
    return {
      settings: all ? ALL : [{ catalogue, isTls: tls === true }],
      seed,
      mutations:
        all || !isWanted(MUTATIONS_NAME) ? 0 : quick ? Math.min(mutations, QUICK_MUTATIONS) : mutations,
      quick,
      isWanted,
      ...(out !== undefined && { out }),
    };
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
};
