/** `rosetta compare`, quickly: its figures are no test's business, but its answers and its shape are. */
import { readdirSync } from 'node:fs';
import { SCENARIOS } from '../../src/compare/scenarios';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { tempFolder } from '../support/temp';
import { run, start } from './run';

test('every scenario has four equal answers, and bytes and round trips that repeat', async () => {
  const runs = await Promise.all(
    [1, 2].map(async (seed) => run(['compare', '--seconds', '0.05', '--json', '--seed', String(seed)])),
  );
  const [first, second] = runs.map(({ code, out }) => {
    expect(code).toBe(0);
    return JSON.parse(out);
  });
  expect(first.results.map(({ scenario }: { scenario: string }) => scenario)).toEqual(
    SCENARIOS.map(({ name }) => name),
  );
  for (const [index, { differences, rows }] of first.results.entries()) {
    expect(differences).toEqual([]);
    expect(rows.map(({ protocol }: { protocol: string }) => protocol)).toEqual(PROTOCOL_NAMES);
    for (const [at, row] of rows.entries()) {
      const again = second.results[index].rows[at];
      expect(row.roundTrips).toBe(again.roundTrips);
      // HTTP/2 may add a frame now and then, and a header's date may shrink by nothing at all.
      expect(Math.abs(row.bytesUp - again.bytesUp)).toBeLessThanOrEqual(20);
      expect(Math.abs(row.bytesDown - again.bytesDown)).toBeLessThanOrEqual(20);
      expect(row.medianUs).toBeGreaterThan(0);
      expect(row.samples).toBeGreaterThan(0);
    }
  }
});

test('the tables mark the best of each column', async () => {
  const { code, out } = await run(['compare', '--seconds', '0']);
  expect(code).toBe(0);
  expect(out.match(/✓ four equal answers/g)).toHaveLength(SCENARIOS.length);
  expect(out).toMatch(/│ gRPC +│.*\* [\d,]+ │ +1 │/);
});

test('Ctrl+C ends the run and leaves no process and no folder behind', async () => {
  const TMPDIR = tempFolder();
  const running = start(['compare', '--seconds', '20'], { TMPDIR });
  // The server's folder is there once the run can be told to stop.
  while (readdirSync(TMPDIR).length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(1);
  expect(readdirSync(TMPDIR)).toEqual([]);
}, 60_000);
