/** The Markdown report: its tables stay intact, whatever text their cells hold. */
import { renderMarkdownReport } from '../../src/compare/report/markdown';
import { hostileResult } from './hostile-result';
import { interruptedResult, leastResult, sampleResult } from './sample-result';

const SUMMARY = ['REST was the fastest in 2 of 4.', '1 < 2 & 2 > 1'];

const RESULTS = {
  sample: sampleResult(),
  interrupted: interruptedResult(),
  hostile: hostileResult(),
  least: leastResult(),
} as const;

/** Cells end at pipes that are not escaped. */
const cells = (line: string): number => line.split(/(?<!\\)\|/).length;

test.each(['sample', 'interrupted', 'hostile', 'least'] as const)(
  'every row of a table of %s has as many cells as its head',
  (name) => {
    const tables = renderMarkdownReport(RESULTS[name], SUMMARY).match(/(^\|.*\n)+/gm)!;
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) {
      const [head, ...lines] = table.trimEnd().split('\n');
      expect(lines.map(cells)).toEqual(lines.map(() => cells(head!)));
    }
  },
);

test('text of a result stays text, whatever markup it holds', () => {
  const markdown = renderMarkdownReport(RESULTS.hostile, SUMMARY);
  const outside = markdown.replace(/^(`{3,})diff\n[\s\S]*?^\1$/gm, '');
  expect(outside).not.toMatch(/<\/?[a-z]/i);
  expect(outside).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(outside).toContain('\\|\\`\\*\\*&amp;amp;');
});

test('it shows every scenario, the processes, the effort and the summary', () => {
  const markdown = renderMarkdownReport(RESULTS.sample, SUMMARY);
  for (const { name, question } of RESULTS.sample.scenarios)
    expect(markdown).toContain(`## ${name}\n\n${question}`);
  expect(markdown).toMatch(
    /^\| gRPC \| \*\*0\.5\d+\*\* \(0\.\d+-0\.\d+\) \| no difference \(0\.984-1\.0\d+\) \|/m,
  );
  expect(markdown).toMatch(/^\| SOAP \| void: 3 of 900 calls failed: deadline exceeded \|/m);
  expect(markdown).toContain('```diff\n--- rest\n+++ soap\n');
  expect(markdown).toMatch(/^\| REST \| 512 ms \| 118\.0 MB \|$/m);
  expect(markdown).toMatch(/^\| GraphQL \| 790 \| 430 \| 310 \| 121 \| 21\.9 MB \|$/m);
  expect(markdown).toMatch(/^\| SOAP \| 830 \| n\/a \| 610 \| 38 \| 9\.1 MB \|$/m);
  expect(markdown).toContain('1 &lt; 2 &amp; 2 &gt; 1');
});
