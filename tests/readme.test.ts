/** The README is a promise: its commands run, its links lead somewhere, and what it shows is what there is. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderTerminalReport } from '../src/compare/report/terminal';
import { committedResult, summaryInReadme, summaryOf } from '../tools/readme-summary';
import { tempFolder } from './support/temp';

const ROOT = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const README = read('README.md');

const blocks = (language: string): string[] =>
  [...README.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  );

/** In fences, and in the text. */
const commands = [
  ...new Set([
    ...blocks('sh').flatMap((text) => text.trim().split('\n')),
    ...[...README.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`(npm [^`]+)`/g)].map(
      ([, command = '']) => command,
    ),
  ]),
];

/** A placeholder: .ci/run starts in a clean clone. */
const CLONE = 'git clone <repository URL> api-rosetta && cd api-rosetta';

/** Too long to run inside a test, or this very run: .ci/run has them, as they stand here. */
const BY_CI = [
  ...[
    'npm ci && npm run compare',
    'npm ci && npm test',
    'npm run pages',
    'npm run instrument',
    'npm run fuzz',
    'npm run mutants',
    'npm run types',
    'npm run abuse -- --quick',
  ],
  ...commands.filter((command) => /^npm run compare -- --quick/.test(command)),
];
/** Steps of which .ci/run runs each. */
const CHECK = 'npm run check';
const BY_ANOTHER_TEST: Record<string, string> = {
  'npm run examples': 'tests/examples.test.ts',
  'npm run descriptors': 'tests/adapters/grpc.test.ts',
  'npm run house': 'tests/architecture.test.ts',
};
const SERVES = /^npm start/;
const QUICK = /^npm run (query|compare -- --help)/;

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const BUILD = 'npm run -s build && ';

/** The words of its script: npm takes a second to start, and one more to see that all is built. One goes through npm. */
const withoutNpm = (command: string): string =>
  command === 'npm run query -- --help'
    ? command
    : command.replace(/npm run (?:-s )?(\w+)(?: --)?/g, (_, name) => scripts[name]!.replace(BUILD, ''));

const environment = () => ({
  ...process.env,
  REST_PORT: '0',
  GRAPHQL_PORT: '0',
  GRPC_PORT: '0',
  SOAP_PORT: '0',
  AUTH_PORT: '0',
  EXPLORER_PORT: '0',
  ROSETTA_DATA: tempFolder(),
});

/** Resolves with what it printed and its exit code; one that serves is ended once it does. */
const run = (command: string): Promise<{ code: number | null; text: string }> =>
  new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], { cwd: ROOT, env: environment(), detached: true });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        if (SERVES.test(command) && text.includes('Press Ctrl+C')) process.kill(-(child.pid ?? 0), 'SIGINT');
      });
    }
    child.once('close', (code) => resolve({ code, text }));
  });

test('every command is run by a test or by CI', () => {
  const runHere = commands.filter((command) => SERVES.test(command) || QUICK.test(command));
  const known = [CLONE, ...runHere, ...BY_CI, CHECK, ...Object.keys(BY_ANOTHER_TEST)];
  expect(commands.filter((command) => !known.includes(command))).toEqual([]);
  expect(runHere.length).toBeGreaterThanOrEqual(6);
  for (const command of BY_CI) expect(read('.ci/run')).toContain(`step '${command}'`);
  for (const step of scripts.check!.split(' && ')) {
    expect(read('.ci/run')).toContain(step.replace('npm run -s', 'npm run'));
  }
  for (const file of Object.values(BY_ANOTHER_TEST)) expect(existsSync(join(ROOT, file))).toBe(true);
});

test('the clone comes first, then the comparison, then the tests', () => {
  expect(commands.slice(0, 3)).toEqual([CLONE, 'npm ci && npm run compare', 'npm ci && npm test']);
});

test.each(commands.filter((command) => QUICK.test(command)))('%s', async (command) => {
  const { code, text } = await run(withoutNpm(command));
  expect({ code, text: code === 0 ? '' : text }).toEqual({ code: 0, text: '' });
});

test.each(commands.filter((command) => SERVES.test(command)))('%s', async (command) => {
  const { text } = await run(command);
  expect(text).toContain('API Rosetta serves 42 skills');
  expect(text).toContain('grpcurl -plaintext');
});

test('the four wires are those of the golden file', () => {
  const golden = read('tests/wire/golden/getSkill-fields.txt');
  const wires = blocks('text');
  expect(wires).toHaveLength(4);
  for (const line of wires.flatMap((text) => text.split('\n'))) expect(golden).toContain(line.trim());
});

test('the summary is that of the committed run, whose tables are those of its data', () => {
  const result = committedResult();
  expect(summaryInReadme()).toBe(summaryOf(result));
  expect(result.ended).toBe('complete');
  expect(result.commit).toMatch(/^[0-9a-f]+$/);
  expect(read('docs/results/compare.txt')).toBe(`${renderTerminalReport(result)}\n`);
});

test('every link leads to a file', () => {
  const links = [...README.matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => path);
  expect(links.filter((path) => !/^https?:/.test(path) && !existsSync(join(ROOT, path)))).toEqual([]);
});

test('docs/running.md has every variable that the configuration reads, and its links lead to files', () => {
  const running = read('docs/running.md');
  const names = [...read('src/app/config.ts').matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(12);
  expect(names.filter((name) => !running.includes(`\`${name}\``))).toEqual([]);
  const links = [...running.matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => join('docs', path));
  expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('it is under 250 lines', () => {
  expect(README.split('\n').length).toBeLessThan(250);
});
