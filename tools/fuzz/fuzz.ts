/**
 * `npm run fuzz`: generated GraphQL requests against graphql-js over resolvers of its own, for a minute or as long as asked.
 * Prints its seed, which repeats a run. Exits with 1 where an answer differs.
 */
import { Command } from 'commander';
import { fuzzGraphql } from './differential';

interface Options {
  readonly seconds?: number;
  readonly documents: number;
  readonly seed: number;
}

const run = async (options: Options): Promise<void> => {
  const { seed } = options;
  console.log(`seed ${seed}`);
  const seconds = options.seconds ?? (Number.isFinite(options.documents) ? undefined : 60);
  const result = await fuzzGraphql({ ...options, ...(seconds !== undefined && { seconds }) });
  const { documents, answered, limited, differences } = result;
  for (const difference of differences) console.log(`\n${difference}`);
  console.log(
    `${documents} documents, each sent three times: ${answered} with data, ${limited} rejected by a limit, ${differences.length} differences`,
  );
  if (differences.length > 0 || answered === 0) process.exitCode = 1;
};

new Command('fuzz')
  .option('--seconds <number>', 'time limit; 60 unless --documents is given', Number)
  .option('--documents <number>', 'number of documents', Number, Number.POSITIVE_INFINITY)
  .option('--seed <number>', 'seed of the random numbers', Number, Math.floor(Math.random() * 2 ** 31))
  .action(run)
  .parseAsync();
