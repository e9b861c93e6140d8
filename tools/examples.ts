/** `npm run examples` runs each program in examples/ in a process of its own; `-- --only grpc` runs a part of them. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { startServers, stopServers } from '../src/app/servers';
import { openService } from '../src/app/service';
import { WRITE_SCOPE } from '../src/contract/authorization';
import { PROTOCOL_NAMES } from '../src/contract/protocol';

const ROOT = path.join(__dirname, '..');
const FOLDER = path.join(ROOT, 'examples');
const PROGRAMS = [...PROTOCOL_NAMES.map((name) => `${name}.ts`), 'curl.sh'];
const CONCURRENCY = 2;
const TIMEOUT_MS = 60_000;
const OUTPUT_LINES_MAX = 40;

export interface Example {
  /** The folder: `01-find-a-skill`. */
  readonly task: string;
  /** The file without its ending: a protocol, or `curl`. */
  readonly kind: string;
  readonly file: string;
}

export interface ExampleResult extends Example {
  readonly passed: boolean;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Every example, by task. An example whose file is missing fails when it runs. */
export const listExamples = (): Example[] =>
  listTasks().flatMap((task) =>
    PROGRAMS.map((program) => ({
      task,
      kind: path.parse(program).name,
      file: path.join(FOLDER, task, program),
    })),
  );

export const listTasks = (): string[] =>
  readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

export interface RunOptions {
  /** REST_URL, GRAPHQL_URL, GRPC_TARGET, SOAP_URL and TOKEN. An example has a default for each. */
  readonly variables?: Readonly<Record<string, string>>;
  /** An abort ends the running examples and starts no others. */
  readonly signal?: AbortSignal;
  readonly onResult?: (result: ExampleResult) => void;
}

/** Runs two at a time. Results are in the order of the examples; after an abort, those not started are left out. */
export const runExamples = async (
  examples: readonly Example[],
  { variables, signal, onResult }: RunOptions = {},
): Promise<ExampleResult[]> => {
  const results = new Map<Example, ExampleResult>();
  const waiting = [...examples];
  const worker = async () => {
    for (let next = waiting.shift(); next && !signal?.aborted; next = waiting.shift()) {
      const result = { ...next, ...(await runProgram(next.file, { ...process.env, ...variables }, signal)) };
      results.set(next, result);
      onResult?.(result);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return examples.flatMap((example) => results.get(example) ?? []);
};

/** The child leads a process group, so that its own child processes (curl) end with it. */
const runProgram = (
  file: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<{ passed: boolean; output: string }> =>
  new Promise((resolve) => {
    const [command, ...parameters] = file.endsWith('.sh')
      ? ['sh', file]
      : [process.execPath, '--import', 'tsx', file];
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    const child = spawn(command as string, parameters, { cwd: ROOT, env, detached: true, stdio });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk;
    };
    const end = () => {
      try {
        process.kill(-Number(child.pid), 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
    };
    const timer = setTimeout(() => {
      output += `ended after ${TIMEOUT_MS / 1000} seconds\n`;
      end();
    }, TIMEOUT_MS);
    const finish = (passed: boolean) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve({ passed, output });
    };
    signal?.addEventListener('abort', end);
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => {
      output += `${error.message}\n`;
      finish(false);
    });
    child.on('close', (code) => finish(code === 0));
  });

/** Runs `work` with servers on free ports and a new catalogue in a temporary folder. */
export const withEmbeddedServers = async <T>(
  work: (variables: NonNullable<RunOptions['variables']>) => Promise<T>,
): Promise<T> => {
  const dataFolder = mkdtempSync(path.join(tmpdir(), 'rosetta-examples-'));
  try {
    const service = await openService({ dataFolder });
    const ports = { rest: 0, graphql: 0, grpc: 0, soap: 0 };
    const servers = await startServers(service, { host: '127.0.0.1', ports });
    try {
      return await work({
        REST_URL: `${servers.get('rest')?.address}/api`,
        GRAPHQL_URL: `${servers.get('graphql')?.address}/graphql`,
        GRPC_TARGET: `${servers.get('grpc')?.address}`,
        SOAP_URL: `${servers.get('soap')?.address}/soap`,
        TOKEN: await service.identity.issue({ subject: 'ada', scopes: [WRITE_SCOPE] }),
      });
    } finally {
      await stopServers(servers);
      await service.close();
    }
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
};

/** `grpc,02` picks the kind `grpc` of the tasks whose names begin with `02`. */
const pickExamples = (text: string): Example[] => {
  const examples = listExamples();
  const names = text.split(',');
  const kinds = names.filter((name) => examples.some(({ kind }) => kind === name));
  const prefixes = names.filter((name) => !kinds.includes(name));
  for (const prefix of prefixes) {
    if (prefix && examples.some(({ task }) => task.startsWith(prefix))) continue;
    const choice = [...new Set(examples.map(({ kind }) => kind)), ...listTasks()].join(', ');
    throw new InvalidArgumentError(
      `${JSON.stringify(prefix)} is not a protocol, curl or the prefix of a task; choose from ${choice}.`,
    );
  }
  return examples.filter(
    ({ task, kind }) =>
      (kinds.length === 0 || kinds.includes(kind)) &&
      (prefixes.length === 0 || prefixes.some((prefix) => task.startsWith(prefix))),
  );
};

const print = ({ task, kind, passed, output }: ExampleResult): void => {
  console.log(`${passed ? '✓' : '✗'} ${task} ${kind}`);
  if (passed) return;
  const lines = output.trimEnd().split('\n');
  for (const line of lines.slice(0, OUTPUT_LINES_MAX)) console.log(`    ${line}`);
  const more = lines.length - OUTPUT_LINES_MAX;
  if (more > 0) console.log(`    ... and ${more} more lines`);
};

const main = async (): Promise<number> => {
  const program = new Command('examples')
    .description('run the examples, each in its own process, against servers started for them')
    .option('--only <names>', 'protocols, curl, or prefixes of tasks (02), separated by commas', pickExamples)
    .option(
      '--running',
      'use the servers of npm start, or of REST_URL, GRAPHQL_URL, GRPC_TARGET and SOAP_URL, with TOKEN',
    )
    .showHelpAfterError('(add --help for the options)')
    .allowExcessArguments(false)
    .exitOverride();
  try {
    program.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { only = listExamples(), running } = program.opts<{ only?: Example[]; running?: true }>();
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());

  const run = (variables?: RunOptions['variables']) =>
    runExamples(only, { variables, signal, onResult: (result) => signal.aborted || print(result) });
  const results = await (running ? run() : withEmbeddedServers(run));
  if (signal.aborted) return 130;
  const passed = results.filter((result) => result.passed).length;
  console.log(`${passed} of ${only.length} passed`);
  return passed === only.length ? 0 : 1;
};

if (require.main === module) {
  main().then(
    (exitCode) => {
      process.exitCode = exitCode;
    },
    (error) => {
      console.error(`error: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    },
  );
}
