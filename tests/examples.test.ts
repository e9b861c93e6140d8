/** The examples run as programs against real servers, as a reader runs them. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import {
  type ExampleResult,
  listExamples,
  listTasks,
  runExamples,
  withEmbeddedServers,
} from '../tools/examples';

const EXAMPLES = listExamples();
let results: ExampleResult[];

beforeAll(async () => {
  results = await withEmbeddedServers((variables) => runExamples(EXAMPLES, { variables }));
}, 120_000);

test('the examples cover at least seven tasks', () => {
  expect(listTasks().length).toBeGreaterThanOrEqual(7);
});

test.each(listTasks())('%s has one file per protocol and one for curl', (task) => {
  const files = readdirSync(path.join(__dirname, '..', 'examples', task));
  expect(files.sort()).toStrictEqual(['curl.sh', 'graphql.ts', 'grpc.ts', 'rest.ts', 'soap.ts']);
});

test.each(EXAMPLES)('$task with $kind exits with 0 and prints output', ({ task, kind }) => {
  const result = results.find((one) => one.task === task && one.kind === kind);
  expect(result).toMatchObject({ passed: true, output: expect.stringMatching(/\S/) });
});
