/** The comparison as one HTML file without scripts, fonts or network requests, so that it looks the same everywhere. */
import type { ProtocolName } from '../../contract/protocol';
import type { ComparisonResult, ScenarioResult } from '../run/result';
import { isBest, selectValidRows, timeColumns } from './columns';
import { renderFigure } from './figure';
import { formatHeaderLines, formatNumber, TITLES } from './format';
import { buildEffortGrid, buildProcessGrid, describeEnd, formatTitle } from './grids';
import { renderScenario } from './html-scenario';
import { type Content, createAnchor, html, Markup } from './markup';
import { ratioFigure } from './plots';
import { STYLE } from './style';
import { renderGrid, renderHeadRow, renderTable } from './tables';

/** Content Security Policy: the browser runs and fetches nothing, whatever text a result holds. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** `summary` is the output of `summarize`: paragraphs of plain text. */
export const renderHtmlReport = (result: ComparisonResult, summary: readonly string[]): string => {
  const title = formatTitle(result);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${renderHeader(result, title)}
<main>
${renderSummary(summary)}
${renderOverview(result.scenarios)}
${result.scenarios.map((scenario, index) => renderScenario(scenario, createAnchor('scenario', index)))}
${renderProcessesAndEffort(result)}
${HOW_TO_READ}
</main>
</body>
</html>
`.text;
};

const renderHeader = (result: ComparisonResult, title: string): Markup => {
  const [what, ...lines] = formatHeaderLines(result);
  const ended = describeEnd(result);
  return html`<header>
<h1>${title}</h1>
<p class="muted">${what}</p>
${ended !== undefined && html`<p class="alert"><strong>${ended}</strong> The measurements until then follow.</p>`}
<dl class="facts">
${lines.map((line) => {
  const [, name, text] = /^(\S+)\s+(.*)$/s.exec(line) ?? ['', '', line];
  return html`<dt>${name}</dt><dd>${text}</dd>\n`;
})}</dl>
</header>`;
};

const renderSummary = (summary: readonly string[]): Markup => html`
<section aria-labelledby="summary"><h2 id="summary">Summary</h2>
${summary.map((paragraph) => html`<p>${markOptions(paragraph)}</p>\n`)}</section>`;

/** Marks options as code, as a line could otherwise break after the hyphens of `--rtt`. */
const markOptions = (text: string): Content =>
  text.split(/(--[a-z]+)/).map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));

const renderOverview = (scenarios: readonly ScenarioResult[]): Markup => {
  const figure = ratioFigure(scenarios);
  const protocols = [...new Set(scenarios.flatMap(({ rows }) => rows.map(({ protocol }) => protocol)))];
  return html`
<section aria-labelledby="glance"><h2 id="glance">At a glance</h2>
<div class="figures">
${renderTable({
  caption: 'Median latency in milliseconds',
  head: renderHeadRow(['scenario', ...protocols.map((name) => TITLES[name])]),
  rows: scenarios.map((scenario, index) =>
    renderOverviewRow(scenario, createAnchor('scenario', index), protocols),
  ),
})}
${figure && renderFigure(figure)}
</div>
</section>`;
};

const renderOverviewRow = (
  scenario: ScenarioResult,
  id: string,
  protocols: readonly ProtocolName[],
): Markup =>
  html`<tr><th scope="row"><a href="#${id}">${scenario.name}</a></th>${protocols.map((name) => renderMedianCell(scenario, name))}</tr>`;

const renderMedianCell = ({ rows, differences }: ScenarioResult, protocol: ProtocolName): Markup => {
  const row = rows.find((one) => one.protocol === protocol);
  if (differences.length > 0) return html`<td class="void">not equal</td>`;
  if (!row) return html`<td>-</td>`;
  if (!selectValidRows([row]).length) return html`<td class="void">void</td>`;
  const text = formatNumber(row.latencyMs.median.value);
  const [median] = timeColumns(protocol);
  return median && isBest(median, row, rows)
    ? html`<td><span class="best">${text}<span class="hidden"> (best)</span></span></td>`
    : html`<td>${text}</td>`;
};

const renderProcessesAndEffort = (result: ComparisonResult): Markup | undefined => {
  const grids = [buildProcessGrid(result), buildEffortGrid(result.effort)].filter(
    ({ rows }) => rows.length > 0,
  );
  if (grids.length === 0) return undefined;
  return html`
<section aria-labelledby="around"><h2 id="around">Processes and effort</h2>
<div class="figures">${grids.map(renderGrid)}</div>
</section>`;
};

const HOW_TO_READ = html`
<section aria-labelledby="how"><h2 id="how">How to read this</h2>
<ul class="about">
<li><strong>Equal first.</strong> Nothing is timed before all answers to the same question were compared as values, and answers are compared again while timing.</li>
<li><strong>Latency</strong> is from asking the client to having the decoded answer, one call at a time, the protocols in turns and in random order.</li>
<li><strong>Intervals</strong> are 95% bootstrap intervals. Where that of a ratio contains 1, this run shows no difference.</li>
<li><strong>Bytes</strong> are everything on the socket, in both directions: headers, framing, bodies and trailers.</li>
<li><strong>CPU time</strong> is per call, of the server's process and of the client's. A slow client is not a slow protocol.</li>
<li><strong>Libraries, not protocols.</strong> The figures are of these libraries with this code; where a scenario is explained, it says what belongs to which.</li>
</ul>
<p>The pitfalls of such comparisons, and how to check each: <code>docs/methodology.md</code> in the repository.</p>
</section>`;
