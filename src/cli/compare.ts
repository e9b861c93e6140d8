/** `rosetta compare`: parses its options, shows a progress bar, then prints the tables and writes the requested files. */
import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import { closest } from 'fastest-levenshtein';
import type { PartialAddresses } from '../calls/clients';
import { compareResults, formatChanges, readResult } from '../compare/report/against';
import { summarize } from '../compare/report/summary';
import { renderTerminalReport } from '../compare/report/terminal';
import { type CompareOptions, MODES } from '../compare/run/options';
import { type ComparisonResult, isValidResult } from '../compare/run/result';
import { compare } from '../compare/run/run';
import { loadScenario, SCENARIOS } from '../compare/scenarios/index';
import type { Scenario } from '../compare/scenarios/support/scenario';
import { PROTOCOL_NAMES, type ProtocolName } from '../contract/protocol';
import type { Distance } from '../wire/distance';
import { UsageError } from './input';

/** The options as commander parses them; `true` stands for an option without its optional value. */
export interface CompareCommand {
  readonly quick?: boolean;
  readonly thorough?: boolean;
  readonly load?: boolean;
  readonly explain?: boolean;
  readonly raw?: boolean;
  readonly sweep?: readonly ('rtt' | 'bandwidth')[];
  readonly rtt: number;
  readonly bandwidth?: number;
  readonly scenario?: readonly string[];
  readonly protocol?: readonly ProtocolName[];
  readonly repeat?: number;
  readonly seconds?: number;
  readonly seed: number;
  readonly skills: number;
  readonly json?: string | true;
  readonly markdown?: string | true;
  readonly html?: string;
  readonly against?: string;
  readonly failOn?: number;
  readonly restUrl?: string;
  readonly graphqlUrl?: string;
  readonly grpcTarget?: string;
  readonly soapUrl?: string;
  readonly token?: string;
}

/** `invalid` stands for answers that differ, a void row, or a figure that is worse than before. */
const EXIT = { ok: 0, invalid: 1, failed: 2, interrupted: 130 } as const;

export const runCompare = async (command: CompareCommand): Promise<number> => {
  const options = toCompareOptions(command);
  for (const path of [command.json, command.markdown, command.html]) await checkWritable(path);
  const earlier =
    command.against === undefined ? undefined : await readResult(command.against).catch(asUsageError);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    const result = await withProgressBar((progress) =>
      compare({ ...options, progress, signal: interrupted.signal }),
    );
    const written = await writeReports(command, result);
    const changes = earlier && compareResults(result, earlier, command.failOn);
    if (changes) printText(command, formatChanges(changes));
    if (result.failure !== undefined) console.error(`error: ${result.failure}`);
    if (result.ended === 'interrupted') return EXIT.interrupted;
    if (result.ended === 'failed' || !written) return EXIT.failed;
    const worse = command.failOn !== undefined && changes !== undefined && changes.worse.length > 0;
    return isValidResult(result) && !worse ? EXIT.ok : EXIT.invalid;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
};

export const toCompareOptions = (command: CompareCommand): Omit<CompareOptions, 'progress' | 'signal'> => {
  const mode = command.thorough ? 'thorough' : command.quick ? 'quick' : 'default';
  const thorough = mode === 'thorough';
  const addresses = listAddresses(command);
  const external = PROTOCOL_NAMES.filter((name) => addresses[name] !== undefined);
  const protocols = command.protocol ?? (external.length > 0 ? external : PROTOCOL_NAMES);
  const distance: Distance = {
    rttMs: command.rtt,
    ...(command.bandwidth !== undefined && { bandwidthMbit: command.bandwidth }),
  };
  if (command.failOn !== undefined && command.against === undefined) {
    throw new UsageError('--fail-on requires an earlier result', 'add --against earlier.json');
  }
  return {
    mode,
    scenarios: selectScenarios(command, external.length > 0),
    protocols: PROTOCOL_NAMES.filter((name) => protocols.includes(name)),
    addresses,
    ...(command.token !== undefined && { token: command.token }),
    secondsPerScenario: command.seconds ?? MODES[mode].seconds,
    repeat: command.repeat ?? MODES[mode].repeat,
    seed: command.seed,
    skills: command.skills,
    distance,
    sweeps: command.sweep ?? (thorough ? ['rtt', 'bandwidth'] : []),
    load: command.load ?? thorough,
    explain: command.explain ?? thorough,
    raw: command.raw ?? false,
  };
};

const listAddresses = ({ restUrl, graphqlUrl, grpcTarget, soapUrl }: CompareCommand): PartialAddresses =>
  Object.fromEntries(
    Object.entries({ rest: restUrl, graphql: graphqlUrl, grpc: grpcTarget, soap: soapUrl }).filter(
      ([, address]) => address !== undefined,
    ),
  );

/** Scenarios that write are left out for servers of another implementation, unless the operator names them. */
const selectScenarios = (
  { scenario: names, token }: CompareCommand,
  isExternal: boolean,
): readonly Scenario[] => {
  if (!names) return isExternal ? SCENARIOS.filter(({ writes }) => !writes) : SCENARIOS;
  const scenarios = names.map((name) => {
    if (/[/\\]|\.js$/.test(name)) return loadScenarioFile(resolve(name));
    const found = SCENARIOS.find((scenario) => scenario.name === name);
    if (found) return found;
    const all = SCENARIOS.map((scenario) => scenario.name);
    throw new UsageError(
      `there is no scenario ${JSON.stringify(name)}`,
      `did you mean ${closest(name, all)}? Choose from ${all.join(', ')}, or name the path of a .js file.`,
    );
  });
  const writing = scenarios.find(({ writes }) => writes);
  if (writing && isExternal && token === undefined) {
    throw new UsageError(
      `${writing.name} writes, which requires a token of the measured servers`,
      'add --token <jwt>, or set ROSETTA_TOKEN',
    );
  }
  return scenarios;
};

const loadScenarioFile = (file: string): Scenario => {
  try {
    return loadScenario(file);
  } catch (error) {
    const [line = ''] = (error as Error).message.split('\n');
    throw new UsageError(line, 'src/compare/scenarios/support/scenario.ts defines the form of a scenario');
  }
};

/** Checked before the run, so that a wrong path does not waste it. */
const checkWritable = async (path: string | true | undefined): Promise<void> => {
  if (typeof path !== 'string') return;
  try {
    await access(path, constants.W_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return access(dirname(resolve(path)), constants.W_OK).catch((cause) => rejectPath(path, cause));
    }
    rejectPath(path, error);
  }
};

const rejectPath = (path: string, error: unknown): never => {
  throw new UsageError(`cannot write ${path}: ${describeFileError(error)}`, 'choose another path');
};

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
};
const describeFileError = (error: unknown): string => {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
};

const asUsageError = (error: Error): never => {
  throw new UsageError(error.message, 'choose a file that --json has written');
};

const withProgressBar = async <T>(run: (progress: CompareOptions['progress']) => Promise<T>): Promise<T> => {
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {left} left | {doing}',
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  if (process.stderr.isTTY) bar.start(1000, 0, { doing: 'starting', left: 'some time' });
  try {
    return await run((doing, share, secondsLeft) =>
      bar.update(Math.floor(share * 1000), { doing, left: formatTimeLeft(secondsLeft) }),
    );
  } finally {
    bar.stop();
  }
};

const formatTimeLeft = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

/** Standard output holds nothing else when JSON or Markdown goes there. */
const printText = ({ json, markdown }: CompareCommand, text: string): void => {
  if (json === true || markdown === true) console.error(text);
  else console.log(text);
};

/** Returns false after it has reported a file that it could not write. It still prints and writes the rest. */
const writeReports = async (command: CompareCommand, result: ComparisonResult): Promise<boolean> => {
  const { json, markdown, html } = command;
  const texts: [string | true | undefined, () => Promise<string>][] = [
    [json, async () => `${JSON.stringify(result, null, json === true || command.raw ? 0 : 1)}\n`],
    [
      markdown,
      async () =>
        (await import('../compare/report/markdown.js')).renderMarkdownReport(result, summarize(result)),
    ],
    [
      html,
      async () => (await import('../compare/report/html.js')).renderHtmlReport(result, summarize(result)),
    ],
  ];
  if (json !== true && markdown !== true) console.log(renderTerminalReport(result));
  let written = true;
  for (const [path, text] of texts) {
    if (path === true) process.stdout.write(await text());
    else if (path !== undefined) {
      await writeFile(path, await text()).catch((error) => {
        written = false;
        console.error(`error: cannot write ${path}: ${describeFileError(error)}`);
      });
    }
  }
  return written;
};
