/** The committed JSON schema equals the one generated from the types, and accepts the same results. */
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020';
import { type ComparisonResult, resultSchema } from '../../src/compare/run/result';
import { resultSchemaText, SCHEMA_FILE } from '../../tools/result-schema';

const COMMITTED = readFileSync(SCHEMA_FILE, 'utf8');
/** A date and time is checked by its pattern; the format is only a name. */
const accepts = new Ajv({ strict: true, formats: { 'date-time': true } }).compile(JSON.parse(COMMITTED));

test('docs/compare-result.schema.json is what `npx tsx tools/result-schema.ts` writes', () => {
  expect(COMMITTED).toBe(resultSchemaText());
});

const estimate = { value: 1, interval: [0.9, 1.1] as [number, number] };
const kinds = { headers: 1, framing: 0, body: 2, trailers: 0, total: 3 };
const connection = { first: { up: kinds, down: kinds }, steady: { up: kinds, down: kinds } };

const ROW = {
  protocol: 'grpc',
  calls: 10,
  errors: 0,
  sampled: 1,
  warmupCalls: 5,
  warmupStable: true,
  latencyMs: { median: estimate, p90: estimate, p95: estimate, p99: estimate, max: 2 },
  toBase: estimate,
  verdict: 'no difference',
  histogram: [[1.02, 10]],
  clientCpuUs: 100,
  bytes: { identity: connection, gzip: connection },
  rawMs: [[[1, 1.1]]],
} satisfies ComparisonResult['scenarios'][number]['rows'][number];

const RESULT = {
  format: 'api-rosetta/compare',
  version: 1,
  startTime: '2026-03-01T12:00:00.000Z',
  toolVersion: '0.1.0',
  machine: { processor: 'Abacus', cores: 2, memoryBytes: 1, platform: 'linux x64', node: 'v20.1.0' },
  noise: { jitter: 1, loadAverage: 0 },
  libraries: { undici: '7.0.0' },
  store: 'SQLite',
  options: {
    mode: 'quick',
    seed: 1,
    secondsPerScenario: 2,
    repeat: 1,
    rttMs: 0,
    protocols: ['grpc'],
    addresses: { grpc: 'localhost:1' },
  },
  ended: 'complete',
  processes: { grpc: { startMs: 300, peakMemoryBytes: 1 } },
  scenarios: [{ name: 'one-skill', question: 'what?', differences: [], rows: [ROW] }],
} satisfies ComparisonResult;

const withRow = (changed: object): object => ({
  ...RESULT,
  scenarios: [{ ...RESULT.scenarios[0], rows: [{ ...ROW, ...changed }] }],
});

test('a result is accepted by the schema as by the types', () => {
  accepts(RESULT);
  expect(accepts.errors).toBeNull();
  expect(resultSchema.parse(RESULT)).toStrictEqual(RESULT);
});

test.each([
  ['another version', { ...RESULT, version: 2 }],
  ['a member too many', { ...RESULT, more: 1 }],
  ['no store', { ...RESULT, store: undefined }],
  ['a date without time', { ...RESULT, startTime: '2026-03-01' }],
  ['a protocol of its own', { ...RESULT, processes: { corba: RESULT.processes.grpc } }],
  ['half a call', withRow({ calls: 0.5 })],
  ['an interval of one number', withRow({ toBase: { value: 1, interval: [1] } })],
  ['a verdict of its own', withRow({ verdict: 'nice' })],
  ['a member too many in a row', withRow({ more: 1 })],
])('%s is refused by the schema as by the types', (_, broken) => {
  const written = JSON.parse(JSON.stringify(broken));
  expect([accepts(written), resultSchema.safeParse(written).success]).toStrictEqual([false, false]);
});
