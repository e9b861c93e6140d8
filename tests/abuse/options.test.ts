/** The options of `npm run abuse`, its catalogues, and its limits of a stall. */
import { parseSeed } from '../../src/domain/seed';
import { CATALOGUE_NAMES, CATALOGUES } from '../../tools/attacks/catalogues';
import { parseOptions } from '../../tools/attacks/options';
import { stallFailures, stallOf } from '../../tools/attacks/stall';

const NAMES = (quick: boolean) => (quick ? ['zip bomb'] : ['zip bomb', 'slow reader']);
const settingsOf = (...words: string[]) => {
  const options = parseOptions(words, NAMES);
  if (typeof options === 'number') throw new Error(`exit code ${options}`);
  return options.settings.map(({ catalogue, isTls }) => `${catalogue}${isTls ? ' over TLS' : ''}`);
};

test('the shipped catalogue in plain text is the default', () => {
  expect(settingsOf()).toStrictEqual(['shipped']);
});

test('--catalogue and --tls select the server', () => {
  expect(settingsOf('--catalogue', 'large', '--tls', '--quick')).toStrictEqual(['large over TLS']);
});

test('--all is each catalogue, and the shipped one over TLS, without random mutations', () => {
  expect(settingsOf('--all')).toStrictEqual(['shipped', 'large', 'full', 'shipped over TLS']);
  expect(parseOptions(['--all'], NAMES)).toMatchObject({ mutations: 0 });
});

test.each<[string, string[]]>([
  ['an unknown catalogue', ['--catalogue', 'huge']],
  ['an unknown option', ['--fast']],
  ['a count that is not a number', ['--mutations', 'many']],
  ['--all with a catalogue', ['--all', '--catalogue', 'full']],
  ['a name that no attack has', ['--only', 'teapot']],
  ['an attack that a quick run leaves out', ['--quick', '--only', 'slow reader']],
  ['an argument', ['zip bomb']],
])('%s is one line, a hint and exit code 2', (_what, words) => {
  const write = process.stderr.write;
  let text = '';
  process.stderr.write = ((chunk: string) => {
    text += chunk;
    return true;
  }) as typeof write;
  try {
    expect(parseOptions(words, NAMES)).toBe(2);
  } finally {
    process.stderr.write = write;
  }
  expect(text.trim().split('\n').filter(Boolean)).toHaveLength(2);
  expect(text).toMatch(/^error: /);
});

test.each(CATALOGUE_NAMES)('the catalogue %s is valid and contains what the attacks refer to', (name) => {
  const { skills } = parseSeed(CATALOGUES[name]());
  expect(skills.find(({ id }) => id === 'git')).toMatchObject({ name: 'Git' });
  expect(skills.length - parseSeed(CATALOGUES.shipped()).skills.length).toBe(
    { shipped: 0, large: 20_000, full: 200 }[name],
  );
});

test('a stall over a limit is a failure; few calls have no percentile', () => {
  const calls = (count: number, ms: number) => Array.from({ length: count }, () => ms);
  expect(stallFailures(stallOf([]))).toStrictEqual([]);
  expect(stallOf(calls(99, 300))).toStrictEqual({ slowestMs: 300 });
  expect(stallFailures(stallOf(calls(99, 300)))).toStrictEqual([]);
  expect(stallFailures(stallOf(calls(100, 300)))).toHaveLength(1);
  expect(stallFailures(stallOf([...calls(200, 1), 1001]))).toHaveLength(1);
});
