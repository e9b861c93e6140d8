#!/usr/bin/env node
/** The command `rosetta`. A mistake in its use is one line, a hint and exit code 2; a failure to start is code 1. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { readConfig, SERVED } from '../app/config';
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
  ROUTES,
  UsageError,
} from './input';
import { VARIABLES } from './variables';

// What a command needs is loaded when it runs, so that help and mistakes are quick.

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

/** What the parser throws becomes commander's own message. */
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
  .showHelpAfterError('(add --help for what there is)')
  .exitOverride();

program
  .command('serve')
  .description('serve the skill map over all four protocols, or some')
  .option('--only <names>', `only these, separated by commas: ${SERVED.join(', ')}`, parseChoices(SERVED))
  .option('--tls', 'with a certificate of our own, for trying; TLS_CERT and TLS_KEY name a real one')
  .addHelpText('after', VARIABLES)
  .action(async ({ only, tls }) => {
    const config = readConfig(process.env);
    const { serve } = await import('./serve.js');
    if (!tls) return serve(config, { only });
    const { ensureSelfSignedCertificate } = await import('./certificate.js');
    const { cert, key } = await ensureSelfSignedCertificate(config.dataFolder);
    await serve(readConfig({ ...process.env, TLS_CERT: cert, TLS_KEY: key }), { only, trust: cert });
  });

program
  .command('query')
  .description('ask one question through any protocol, or through all to see that they agree')
  .argument('<operation>', 'what to ask, such as getSkill')
  .argument('[input...]', 'name=value pairs; the first member may be given bare; or one JSON object')
  .option(
    '--via <protocols>',
    `all, or some of ${ROUTES.join(', ')} (default: all)`,
    parseChoices(ROUTES, { all: PROTOCOL_NAMES }),
  )
  .option('--wire', 'show the request and response of each protocol as they went over the wire', false)
  .option(
    '--as <form>',
    `only print the call, to paste: ${PASTE_FORMS.join(', ')}`,
    parseChoices(PASTE_FORMS),
  )
  .option('--json', 'print one JSON document, for programs', false)
  .option('--token <jwt>', 'who asks; see rosetta token (default: ROSETTA_TOKEN)')
  .option('--idempotency-key <key>', 'the same key again has no second effect')
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
      throw new UsageError(`${operation} changes data`, 'say through which protocol, as in --via rest');
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
  .description('make a token to try things with, signed by this data folder')
  .option('--scope <scopes>', 'what it may, such as skills:write', splitWords, [])
  .option('--subject <name>', 'whom it speaks for', 'me')
  .option('--service', 'of a service, which has no progress, and not of a person', false)
  .option('--expires <time>', 'how long it lasts: 90s, 5m, 1h, 7d', toOptionParser(parseLifetime), 3600)
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
  .description('register a service, which then gets its own tokens (OAuth 2.0 client credentials)')
  .argument('<name>', 'what it is called')
  .option('--scope <scopes>', 'what it may, such as skills:write', splitWords, [])
  .action(async (name: string, { scope }) => {
    const { printClient } = await import('./token.js');
    await printClient({ name, scope }, readConfig(process.env));
  });

program
  .command('account')
  .description('say what a person who has signed up may')
  .argument('<name>', 'as they sign in')
  .option('--scope <scopes>', 'such as skills:write; none when absent', splitWords, [])
  .action(async (name: string, { scope }) => {
    const { setAccountScopes } = await import('./token.js');
    await setAccountScopes({ name, scope }, readConfig(process.env));
  });

program
  .command('compare')
  .description('prove that all four give equal answers, then measure what each costs')
  .option('--quick', 'under 15 seconds, with wide intervals')
  .option('--load', 'also capacity, and latency under load')
  .option('--explain', 'also where the time goes: protocol, library, ours')
  .option('--sweep <what>', 'also over distance: rtt, bandwidth', parseChoices(['rtt', 'bandwidth'] as const))
  .option('--thorough', 'all of these, long enough to trust')
  .option(
    '--rtt <time>',
    'put this round-trip time in between, such as 50ms',
    toOptionParser(parseDuration),
    0,
  )
  .option('--bandwidth <rate>', 'and this bandwidth, such as 10mbit', toOptionParser(parseBandwidth))
  .option('--scenario <names>', 'only these, by name or as paths of .js files', (text: string) =>
    text.split(','),
  )
  .option('--protocol <protocols>', 'only these', parseChoices(PROTOCOL_NAMES))
  .option(
    '--repeat <n>',
    'measure everything so many times, each in fresh processes',
    parseNumberFrom(1, true),
  )
  .option('--seconds <n>', 'how long to time each scenario', parseNumberFrom(0))
  .option('--seed <n>', 'of what is asked, and in which order', parseNumberFrom(0, true), 1)
  .option('--skills <n>', 'how many made-up skills our servers hold', parseNumberFrom(1, true), 1000)
  .option('--json [file]', 'the result as JSON (docs/compare-result.schema.json)')
  .option('--raw', 'with every single latency in it')
  .option('--markdown [file]', 'the report as Markdown')
  .option('--html <file>', 'the report as one HTML file, with plots')
  .option('--against <file>', 'what changed beyond noise since that JSON')
  .option(
    '--fail-on <percent>',
    'exit with code 1 where something is worse by more, such as 5%',
    toOptionParser(parsePercent),
  )
  .option('--rest-url <origin>', "measure another implementation's REST server", toOptionParser(parseOrigin))
  .option('--graphql-url <origin>', 'its GraphQL server', toOptionParser(parseOrigin))
  .option('--grpc-target <host:port>', 'its gRPC server', toOptionParser(parseTarget))
  .option('--soap-url <origin>', 'its SOAP server', toOptionParser(parseOrigin))
  .option('--token <jwt>', 'what they want of whoever writes (default: ROSETTA_TOKEN)')
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
  // Nothing that whoever runs this could mend: grpc-js, for one, names an IP address in TLS.
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
