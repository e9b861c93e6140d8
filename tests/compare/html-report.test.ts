/** The HTML report: its parts, its words, and the escaping of a result's text. */
import { isBest, timeColumns } from '../../src/compare/report/columns';
import { DARK, LIGHT } from '../../src/compare/report/style';
import { chooseLogTicks } from '../../src/compare/report/ticks';
import type { Row } from '../../src/compare/run/result';
import { HOSTILE } from './hostile-result';
import {
  channels,
  colorsOf,
  madePages,
  type Name,
  type Page,
  RESULTS,
  type Section,
  SUMMARY,
} from './html-pages';
import './html-in-browser';

let pages: Record<Name, Page>;
beforeAll(() => {
  pages = madePages();
});

/** Every plot, and the labels of its axes with their units. */
const AXES: Readonly<Record<string, { x: RegExp; y: RegExp }>> = {
  ratio: { x: /times (of )?the base \(log scale\)/, y: /^scenario$/ },
  latency: { x: /latency \(ms, log scale\)/, y: /share of calls \(%\)/ },
  bytes: { x: /bytes per answer/, y: /^protocol$/ },
  cpu: { x: /CPU time per call \(µs\)/, y: /^protocol$/ },
  capacity: { x: /concurrent requests/, y: /throughput \(requests\/s\)/ },
  'open-loop': { x: /arrival rate \(requests\/s\)/, y: /latency \(ms, log scale\)/ },
  'sweep-rtt': { x: /round-trip time \(ms, log scale/, y: /median latency \(ms, log scale\)/ },
  'sweep-bandwidth': { x: /bandwidth \(Mbit\/s, log scale\)/, y: /median latency \(ms, log scale\)/ },
  ladder: { x: /time per call \(µs\)/, y: /^protocol$/ },
};

describe('the page', () => {
  test('every plot has a name, a caption, and both axes labelled with their unit, wide and narrow', () => {
    const { overview, sections } = pages.sample;
    const figures = [...overview, ...sections.flatMap((section) => section.figures)];
    expect(new Set(figures.map(({ plot }) => plot))).toEqual(new Set(Object.keys(AXES)));
    for (const { plot, title, caption, plots } of figures) {
      const { x, y } = AXES[plot]!;
      expect(caption).toMatch(/\.|[a-z]/);
      expect(plots).toHaveLength(2);
      for (const one of plots) {
        expect(one).toMatchObject({ role: 'img', name: title, isDrawn: true });
        expect(one.x).toEqual([expect.stringMatching(x)]);
        expect(one.y).toEqual([expect.stringMatching(y)]);
      }
    }
  });

  test('every scenario has a section with its question, and its figures or its differences', () => {
    const { sections } = pages.sample;
    const { scenarios } = RESULTS.sample;
    expect(sections.map(({ name }) => name)).toEqual(scenarios.map(({ name }) => name));
    for (const [index, { question, rows, differences }] of scenarios.entries()) {
      expect(sections[index]).toMatchObject({ question, differences });
      expect(sections[index]!.tables.slice(0, 2).map((table) => table.length)).toEqual(
        rows.length > 0 ? [4, 4] : [],
      );
    }
  });

  test('the summary and the conditions stand at the top', () => {
    expect(pages.sample.summary).toEqual(SUMMARY);
    expect(pages.sample.headings.slice(0, 2)).toEqual(['Summary', 'At a glance']);
    expect(pages.sample.facts.join()).toMatch(/Example CPU.*graphql 16.*seed 20260.*load average/);
  });

  test('a row shows its interval, its ratio with the verdict and its bytes; the best of a column is marked', () => {
    const [rest, , grpc] = pages.sample.sections[0]!.tables[0]!;
    const { latencyMs } = RESULTS.sample.scenarios[0]!.rows[2]!;
    const [low, high] = latencyMs.median.interval.map((value) => value.toPrecision(3));
    expect(grpc!.slice(0, 2)).toEqual([
      'gRPC',
      `${latencyMs.median.value.toPrecision(3)} (best)${low}-${high}`,
    ]);
    expect(grpc![2]).toMatch(/^no difference0\.984-1\.0/);
    expect(rest![2]).toBe('1');
    expect(rest![5]).toMatch(/\d-\d/);
    const [, , , soap] = pages.sample.sections[0]!.tables[1]!;
    expect(soap!.slice(0, 8)).toEqual(['SOAP', '1', '1', '323', '1,204', '530', '323', '1,264']);
  });

  test('a column whose intervals are not known has no best', () => {
    const rows = RESULTS.sample.scenarios[0]!.rows;
    const [, , , , p99] = timeColumns('rest');
    const bestOf = (some: readonly Row[]): string[] =>
      some.filter((row) => isBest(p99!, row, some)).map(({ protocol }) => protocol);
    expect(bestOf(rows)).toHaveLength(1);
    expect(bestOf(rows.map((row) => ({ ...row, calls: 100 })))).toEqual([]);
  });

  test('a void row shows its reason and none of its figures', () => {
    const { tables, figures } = pages.sample.sections[3]!;
    const reason = 'void: 3 of 900 calls failed: deadline exceeded';
    expect(tables.map((table) => table[3])).toEqual([
      ['SOAP', reason],
      ['SOAP', reason],
    ]);
    const [latency] = figures.filter(({ plot }) => plot === 'latency');
    expect(latency!.plots[0]!.texts).toContain('gRPC');
    expect(latency!.plots[0]!.texts).not.toContain('SOAP');
  });

  test('plots show the numbers of the result: bytes, crossovers and the whole time of a call', () => {
    const [one] = pages.sample.sections;
    const texts = (plot: string): string[] =>
      one!.figures.filter((figure) => figure.plot === plot)[0]!.plots[1]!.texts;
    const { rows, explanation } = RESULTS.sample.scenarios[0]!;
    for (const { bytes } of rows) {
      const { identity, gzip } = bytes!;
      const totals = [identity.steady.down.total, identity.steady.up.total].map((total) =>
        total.toLocaleString('en'),
      );
      expect(texts('bytes')).toEqual(expect.arrayContaining([...totals, `${gzip.steady.down.total} gzip`]));
    }
    expect(texts('ladder')).toEqual(
      expect.arrayContaining(explanation!.ladders.map(({ wholeUs }) => `${wholeUs} in all`)),
    );
    expect(texts('sweep-rtt')).toEqual(expect.arrayContaining(['a', 'b', '0', '1', '100']));
    expect(one!.figures.filter(({ plot }) => plot === 'sweep-rtt')[0]!.caption).toMatch(
      /beyond 0\.200 ms, gRPC is slower than GraphQL\s*beyond 0\.680 ms, REST is slower than GraphQL/,
    );
  });

  test('a logarithmic axis has two numbers or more, and no more than are legible', () => {
    expect(chooseLogTicks(0.3, 12, 6)).toEqual([0.5, 1, 2, 5, 10]);
    expect(chooseLogTicks(4.4, 5.6, 6)).toEqual([4.5, 4.75, 5, 5.25, 5.5]);
    expect(chooseLogTicks(0.02, 900, 6)).toEqual([0.1, 1, 10, 100]);
    for (let low = 0.01; low < 1000; low *= 1.07) {
      for (const width of [1.2, 2, 30, 4000]) {
        const { length } = chooseLogTicks(low, low * width, 6);
        expect([low, width, length >= 2, length <= 7]).toEqual([low, width, true, true]);
      }
    }
  });

  test('an interrupted run is marked, and shows its measurements', () => {
    const { alerts, sections } = pages.interrupted;
    expect(alerts).toEqual([expect.stringMatching(/^This run was interrupted/)]);
    expect(sections[0]!.figures.length).toBeGreaterThan(3);
    expect(sections[1]).toMatchObject({
      notes: [expect.stringMatching(/^Nothing was measured/)],
      figures: [],
    });
  });

  test('missing measurements are not shown: a single protocol has no ratio, and an external server no bytes', () => {
    const { sections, overview, headings } = pages.least;
    expect(overview).toEqual([]);
    expect(sections[0]!.figures.map(({ plot }) => plot)).toEqual(['latency', 'cpu']);
    expect(sections[0]!.figures[1]!.caption).toMatch(/another implementation's server is not measured/);
    expect(sections[0]!.tables[1]![0]!.slice(0, -1)).toEqual(['REST', ...Array(8).fill('-')]);
    expect(headings).not.toContain('Processes and effort');
    // With 90 calls, 9 lie beyond the 90th percentile and 4 beyond the 95th.
    const [median, , p90, p95, p99] = sections[0]!.tables[0]![0]!.slice(1);
    for (const text of [median, p90]) expect(text).toMatch(/\d-\d/);
    for (const text of [p95, p99]) expect(text).toMatch(/\dfew$/);
  });

  test('text of a result stays text, whatever markup it holds', () => {
    const { elements, attributes, alerts, facts, sections } = pages.hostile;
    expect(elements.filter((name) => /^(script|img|iframe|object|embed|link|base|form)$/.test(name))).toEqual(
      [],
    );
    expect(attributes.filter((name) => /^on|^src|^xlink/.test(name))).toEqual([]);
    const [one, noted, , , different] = sections as [Section, Section, Section, Section, Section];
    expect(one).toMatchObject({ name: HOSTILE, heading: HOSTILE, question: HOSTILE });
    const texts = [alerts.join(), facts.join(), noted.notes.join(), different.differences.join()];
    for (const text of texts) expect(text).toContain(HOSTILE);
  });

  test('nothing is fetched: links lead into the page, and a policy forbids the rest', () => {
    const { ids, links, addresses, policy } = pages.sample;
    expect(new Set(ids).size).toBe(ids.length);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !ids.includes(link.replace(/^#/, '')))).toEqual([]);
    expect(addresses).toEqual([]);
    expect(policy).toContain("default-src 'none'");
  });

  test.each([
    ['light', LIGHT],
    ['dark', DARK],
  ])('on the %s page words have a contrast of 4.5 to 1 or more, marks of 3 to 1', (_, theme) => {
    const colors = colorsOf(theme);
    const of = (names: readonly string[]): number[] =>
      names.map((name) => contrast(colors.get(name)!, colors.get('page')!));
    expect(Math.min(...of(['ink', 'muted', 'good', 'bad', 'rest']))).toBeGreaterThanOrEqual(4.5);
    expect(Math.min(...of(['graphql', 'grpc', 'soap', 'part']))).toBeGreaterThanOrEqual(3);
    expect(contrast(colors.get('ink')!, colors.get('soft')!)).toBeGreaterThanOrEqual(4.5);
  });
});

/** WCAG 2.2, relative luminance and contrast ratio. */
const luminance = (color: string): number => {
  const [red, green, blue] = channels(color).map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one: string, other: string): number => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
};
