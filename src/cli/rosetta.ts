#!/usr/bin/env node
/** The command `rosetta`. A mistake in its use is one line, a hint and exit code 2; a failure to start is code 1. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { readConfig } from '../config';
import { PROTOCOL_NAMES } from '../contract/protocol';
import { OPERATION_NAMES, OPERATIONS } from '../contract/skills-api';
import {
  memberNames,
  PASTE_FORMS,
  type PasteForm,
  parseInputWords,
  parseOperation,
  UsageError,
  VIAS,
} from './input';

// What a command needs is loaded when it runs, so that help and mistakes are quick.

const someOf =
  <T extends string>(all: readonly T[], alias: Record<string, readonly T[]> = {}) =>
  (text: string): readonly T[] =>
    text.split(',').flatMap((word) => {
      const found = alias[word] ?? all.filter((name) => name === word);
      if (found.length > 0) return found;
      throw new InvalidArgumentError(`There is no ${JSON.stringify(word)}; choose from ${all.join(', ')}.`);
    });

const numberFrom = (least: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value < 1e9) return value;
  throw new InvalidArgumentError(`It must be a number, at least ${least}.`);
};

const program = new Command('rosetta')
  .description('One skill map over REST, GraphQL, gRPC and SOAP')
  .showHelpAfterError('(add --help for what there is)')
  .exitOverride();

program
  .command('serve')
  .description('serve the skill map over all four protocols, or some')
  .option(
    '--only <protocols>',
    `only these, separated by commas: ${PROTOCOL_NAMES.join(', ')}`,
    someOf(PROTOCOL_NAMES),
  )
  .addHelpText(
    'after',
    '\nEnvironment: HOST, REST_PORT, GRAPHQL_PORT, GRPC_PORT, SOAP_PORT, ROSETTA_DATA (a folder).\n',
  )
  .action(async ({ only = PROTOCOL_NAMES }) => {
    const { serve } = await import('./serve.js');
    await serve(readConfig(process.env), only);
  });

program
  .command('query')
  .description('ask one question through any protocol, or through all to see that they agree')
  .argument('<operation>', 'what to ask, such as getSkill')
  .argument('[input...]', 'name=value pairs; the first member may be given bare; or one JSON object')
  .option(
    '--via <protocols>',
    `all, or some of ${VIAS.join(', ')} (default: all)`,
    someOf(VIAS, { all: PROTOCOL_NAMES }),
  )
  .option('--wire', 'show the request and response of each protocol as they went over the wire', false)
  .option('--as <form>', `only print the call, to paste: ${PASTE_FORMS.join(', ')}`, someOf(PASTE_FORMS))
  .option('--json', 'print one JSON document, for programs', false)
  .addHelpText('after', () => {
    const rows = OPERATION_NAMES.map((name) => `  ${name.padEnd(16)} ${memberNames(name).join(' ')}`);
    return `
Operations and the members of their inputs:
${rows.join('\n')}

Examples:
  rosetta query getSkill graphql --via all
  rosetta query listSkills category=databases text=sql pageSize=5 --via grpc --wire
  rosetta query batchGetSkills rest,soap fields=id,name
  rosetta query updateSkill git etag=* 'patch={"level":"BEGINNER"}' --via soap
`;
  })
  .action(async (name: string, words: string[], { via, wire, as, json }) => {
    const operation = parseOperation(name);
    const input = parseInputWords(operation, words);
    if (!via && OPERATIONS[operation] === 'write' && !as) {
      throw new UsageError(`${operation} changes data`, 'say through which protocol, as in --via rest');
    }
    const form = (as as readonly PasteForm[] | undefined)?.[0];
    const command = { operation, input, via: via ?? PROTOCOL_NAMES, wire, json };
    const config = readConfig(process.env);
    const { printCalls, runQuery } = await import('./query.js');
    if (form) await printCalls(command, form, config);
    else process.exitCode = await runQuery(command, config);
  });

program
  .command('compare')
  .description('prove that all four give equal answers, then compare what each costs')
  .option('--seconds <n>', 'how long to time each scenario', numberFrom(0), 8)
  .option(
    '--seed <n>',
    'of the order in which the protocols take turns',
    numberFrom(0),
    Date.now() % 1_000_000,
  )
  .option('--json', 'print one JSON document, for programs', false)
  .action(async (options) => {
    const { runCompare } = await import('./compare.js');
    process.exitCode = await runCompare(options);
  });

const main = async (): Promise<void> => {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else if (error instanceof UsageError) fail(2, `error: ${error.message}\n(${error.hint})`);
    else fail(1, `error: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const fail = (exitCode: number, message: string): void => {
  console.error(message);
  process.exitCode = exitCode;
};

void main();
