#!/usr/bin/env node
/** The command `rosetta`. A mistake in its use is one line, a hint and exit code 2; a failure to start is code 1. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { readConfig, SERVED_PARTS } from '../app/config';
import { ROUTES } from '../calls/routes';
import { PROTOCOL_NAMES } from '../contract/protocol';
import { OPERATION_NAMES, OPERATIONS } from '../contract/skills-api';
import { parseBandwidth, parseDuration } from '../wire/distance';
import { PASTE_FORMS, type PasteForm } from '../wire/paste-forms';
import {
  memberNames,
  parseInputWords,
  parseLifetime,
  parseOperation,
  parseOrigin,
  parsePercent,
  parseTarget,
  UsageError,
} from './input';
import { VARIABLES } from './variables';

// Each command loads its modules when it runs, so that help and usage errors are quick.

const parseChoices =
  <T extends string>(all: readonly T[], alias: Record<string, readonly T[]> = {}) =>
  (text: string): readonly T[] =>
    text.split(',').flatMap((word) => {
      const found = alias[word] ?? all.filter((name) => name === word);
      if (found.length > 0) return found;
      throw new InvalidArgumentError(`There is no ${JSON.stringify(word)}; choose from ${all.join(', ')}.`);
    });

const parseNumberFrom =
  (least: number, whole = false) =>
  (text: string) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value < 1e9 && (!whole || Number.isInteger(value)))
      return value;
    throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number, at least ${least}.`);
  };

/** An error of the parser becomes commander's own message. */
const toOptionParser =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };

const splitWords = (text: string): readonly string[] => text.split(/[ ,]+/).filter(Boolean);

const program = new Command('rosetta')
  .description('One skill map over REST, GraphQL, gRPC and SOAP')
  .showHelpAfterError('(add --help for the commands and options)')
  .exitOverride();

program
  .command('serve')
  .description('serve the skill map over all four protocols, or over some of them')
  .option(
    '--only <names>',
    `servers to start, separated by commas: ${SERVED_PARTS.join(', ')}`,
    parseChoices(SERVED_PARTS),
  )
  .option('--tls', 'use a self-signed certificate, for trying; TLS_CERT and TLS_KEY name a real one')
  .addHelpText('after', VARIABLES)
  .action(async ({ only, tls }) => {
    const config = readConfig(process.env);
    const { serve } = await import('./serve.js');
    if (!tls) return serve(config, { only });
    const { ensureSelfSignedCertificate } = await import('../app/self-signed-certificate.js');
    const { cert, key } = await ensureSelfSignedCertificate(config.dataFolder);
    await serve(readConfig({ ...process.env, TLS_CERT: cert, TLS_KEY: key }), { only, trust: cert });
  });

program
  .command('query')
  .description('call one operation through any protocol, or through all to see that their answers agree')
  .argument('<operation>', 'the operation, for example getSkill')
  .argument(
    '[input...]',
    'name=value pairs (the name of the first member may be left out), or one JSON object',
  )
  .option(
    '--via <protocols>',
    `all, or any of ${ROUTES.join(', ')} (default: all)`,
    parseChoices(ROUTES, { all: PROTOCOL_NAMES }),
  )
  .option('--wire', "show each protocol's request and response on the wire", false)
  .option(
    '--as <form>',
    `only print the call as text to paste: ${PASTE_FORMS.join(', ')}`,
    parseChoices(PASTE_FORMS),
  )
  .option('--json', 'print one JSON document, for programs', false)
  .option('--token <jwt>', 'bearer token; see rosetta token (default: ROSETTA_TOKEN)')
  .option('--idempotency-key <key>', 'a second call with the same key has no second effect')
  .addHelpText('after', () => {
    const rows = OPERATION_NAMES.map((name) => `  ${name.padEnd(16)} ${memberNames(name).join(' ')}`);
    return `
Operations and the members of their inputs:
${rows.join('\n')}

Examples:
  rosetta query getSkill graphql --via all
  rosetta query listSkills category=databases text=sql pageSize=5 --via grpc --wire
  rosetta query batchGetSkills rest,soap fields=id,name
  rosetta query updateSkill git 'etag=*' 'patch={"level":"BEGINNER"}' --via soap
  rosetta query setProgress git status=LEARNED --via rest
`;
  })
  .action(async (name: string, words: string[], { via, wire, as, json, token, idempotencyKey }) => {
    const operation = parseOperation(name);
    const input = parseInputWords(operation, words);
    if (!via && OPERATIONS[operation] === 'write' && !as) {
      throw new UsageError(`${operation} changes data`, 'choose one protocol, for example --via rest');
    }
    const form = (as as readonly PasteForm[] | undefined)?.[0];
    const config = readConfig(process.env);
    const context = {
      ...((token ?? config.token) !== undefined && { token: token ?? config.token }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    };
    const command = { operation, input, context, via: via ?? PROTOCOL_NAMES, wire, json };
    const { printCalls, runQuery } = await import('./query.js');
    if (form) await printCalls(command, form, config);
    else process.exitCode = await runQuery(command, config);
  });

program
  .command('token')
  .description('make a token for trying, signed by this data folder')
  .option('--scope <scopes>', 'scopes to grant, for example skills:write', splitWords, [])
  .option('--subject <name>', 'subject of the token', 'me')
  .option('--service', "a service's token, without progress, in place of a person's", false)
  .option('--expires <time>', 'lifetime, for example 90s, 5m, 1h, 7d', toOptionParser(parseLifetime), 3600)
  .addHelpText(
    'after',
    `
Examples:
  export ROSETTA_TOKEN=$(rosetta token --scope skills:write)
  rosetta token --subject ada --expires 7d
`,
  )
  .action(async ({ expires, ...command }) => {
    const { printToken } = await import('./token.js');
    await printToken({ ...command, seconds: expires }, readConfig(process.env));
  });

program
  .command('client')
  .description('register a service that requests its own tokens (OAuth 2.0 client credentials)')
  .argument('<name>', 'name of the service')
  .option('--scope <scopes>', 'scopes to grant, for example skills:write', splitWords, [])
  .action(async (name: string, { scope }) => {
    const { printClient } = await import('./token.js');
    await printClient({ name, scope }, readConfig(process.env));
  });

program
  .command('account')
  .description("set the scopes of a person's account")
  .argument('<name>', 'name of the account')
  .option('--scope <scopes>', 'scopes to grant, for example skills:write (default: none)', splitWords, [])
  .action(async (name: string, { scope }) => {
    const { setAccountScopes } = await import('./token.js');
    await setAccountScopes({ name, scope }, readConfig(process.env));
  });

program
  .command('keys')
  .description('the keys of this data folder that sign tokens')
  .command('rotate')
  .description('replace the signing key by a new one')
  .option(
    '--keep <time>',
    'how long tokens of the previous key stay valid, for example 1h, 7d, or 0s after a leak',
    toOptionParser(parseLifetime),
    3600,
  )
  .action(async (options) => {
    const { rotateKey } = await import('./token.js');
    await rotateKey(options, readConfig(process.env));
  });

program
  .command('compare')
  .description('prove that all four protocols give equal answers, then measure the cost of each')
  .option('--quick', 'take under 15 seconds, with wide intervals')
  .option('--load', 'also measure capacity, and latency under load')
  .option('--explain', 'also measure where the time goes: protocol, library, adapter')
  .option(
    '--sweep <axes>',
    'also measure latency over distance: rtt, bandwidth',
    parseChoices(['rtt', 'bandwidth'] as const),
  )
  .option('--thorough', 'all measurements, with narrow intervals')
  .option('--rtt <time>', 'simulate this round-trip time, for example 50ms', toOptionParser(parseDuration), 0)
  .option('--bandwidth <rate>', 'simulate this bandwidth, for example 10mbit', toOptionParser(parseBandwidth))
  .option('--scenario <names>', 'scenarios to measure, by name or as paths of .js files', (text: string) =>
    text.split(','),
  )
  .option('--protocol <protocols>', 'protocols to measure', parseChoices(PROTOCOL_NAMES))
  .option('--repeat <n>', 'number of repeats, each with new server processes', parseNumberFrom(1, true))
  .option('--seconds <n>', 'time for each scenario', parseNumberFrom(0))
  .option('--seed <n>', 'seed of the inputs and of their order', parseNumberFrom(0, true), 1)
  .option('--skills <n>', 'number of generated skills in the catalogue', parseNumberFrom(1, true), 1000)
  .option('--json [file]', 'write the result as JSON (docs/compare-result.schema.json)')
  .option('--raw', 'include every latency in the JSON')
  .option('--markdown [file]', 'write the report as Markdown')
  .option('--html <file>', 'write the report as one HTML file, with plots')
  .option('--against <file>', 'show the changes beyond noise since the result in this JSON file')
  .option(
    '--fail-on <percent>',
    'exit with code 1 if a figure is worse by more than this, for example 5%',
    toOptionParser(parsePercent),
  )
  .option('--rest-url <origin>', "measure another implementation's REST server", toOptionParser(parseOrigin))
  .option('--graphql-url <origin>', 'its GraphQL server', toOptionParser(parseOrigin))
  .option('--grpc-target <host:port>', 'its gRPC server', toOptionParser(parseTarget))
  .option('--soap-url <origin>', 'its SOAP server', toOptionParser(parseOrigin))
  .option('--token <jwt>', 'token for the calls that write to those servers (default: ROSETTA_TOKEN)')
  .addHelpText(
    'after',
    `
Examples:
  rosetta compare --quick
  rosetta compare --html report.html --json result.json
  rosetta compare --scenario screen-naive,screen-well --rtt 50ms --bandwidth 10mbit
  rosetta compare --against result.json --fail-on 5%
  rosetta compare --rest-url http://127.0.0.1:8080 --grpc-target 127.0.0.1:9090
`,
  )
  .action(async (options) => {
    const { runCompare } = await import('./compare.js');
    process.exitCode = await runCompare({ token: readConfig(process.env).token, ...options });
  });

const main = async (): Promise<void> => {
  // The operator cannot fix deprecation warnings of libraries: grpc-js, for example, sends an IP address as TLS server name.
  process.noDeprecation = true;
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
