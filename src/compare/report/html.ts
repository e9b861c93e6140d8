/** The comparison as one HTML file: no script, no font and nothing from a network, so it reads the same wherever it is opened. */
import type { ProtocolName } from '../../contract/protocol';
import type { ComparisonResult, ScenarioResult } from '../run/result';
import { isBest, sound, timeColumns } from './columns';
import { figureHtml } from './figure';
import { digits, headerLines, TITLES } from './format';
import { effortGrid, endedText, processGrid, titleText } from './grids';
import { scenarioHtml } from './html-scenario';
import { anchor, type Content, html, Markup } from './markup';
import { ratioFigure } from './plots';
import { STYLE } from './style';
import { gridHtml, headRow, table } from './tables';

/** Whatever text a result holds, a browser runs and fetches nothing of it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** `summary` is what `summarize` says of the result: paragraphs of plain text. */
export const htmlReport = (result: ComparisonResult, summary: readonly string[]): string => {
  const title = titleText(result);
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
${header(result, title)}
<main>
${summarySection(summary)}
${glance(result.scenarios)}
${result.scenarios.map((scenario, index) => scenarioHtml(scenario, anchor('scenario', index)))}
${around(result)}
${HOW_TO_READ}
</main>
</body>
</html>
`.text;
};

const header = (result: ComparisonResult, title: string): Markup => {
  const [what, ...lines] = headerLines(result);
  const ended = endedText(result);
  return html`<header>
<h1>${title}</h1>
<p class="muted">${what}</p>
${ended !== undefined && html`<p class="alert"><strong>${ended}</strong> What follows is what had been measured.</p>`}
<dl class="facts">
${lines.map((line) => {
  const [, name, text] = /^(\S+)\s+(.*)$/s.exec(line) ?? ['', '', line];
  return html`<dt>${name}</dt><dd>${text}</dd>\n`;
})}</dl>
</header>`;
};

const summarySection = (summary: readonly string[]): Markup => html`
<section aria-labelledby="summary"><h2 id="summary">What this run says</h2>
${summary.map((paragraph) => html`<p>${withFlags(paragraph)}</p>\n`)}</section>`;

/** `--rtt` would break after its hyphens. */
const withFlags = (text: string): Content =>
  text.split(/(--[a-z]+)/).map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));

const glance = (scenarios: readonly ScenarioResult[]): Markup => {
  const figure = ratioFigure(scenarios);
  const protocols = [...new Set(scenarios.flatMap(({ rows }) => rows.map(({ protocol }) => protocol)))];
  return html`
<section aria-labelledby="glance"><h2 id="glance">At a glance</h2>
<div class="figures">
${table({
  caption: 'Median latency in milliseconds',
  head: headRow(['scenario', ...protocols.map((name) => TITLES[name])]),
  rows: scenarios.map((scenario, index) => glanceRow(scenario, anchor('scenario', index), protocols)),
})}
${figure && figureHtml(figure)}
</div>
</section>`;
};

const glanceRow = (scenario: ScenarioResult, id: string, protocols: readonly ProtocolName[]): Markup =>
  html`<tr><th scope="row"><a href="#${id}">${scenario.name}</a></th>${protocols.map((name) => medianCell(scenario, name))}</tr>`;

const medianCell = ({ rows, differences }: ScenarioResult, protocol: ProtocolName): Markup => {
  const row = rows.find((one) => one.protocol === protocol);
  if (differences.length > 0) return html`<td class="void">not equal</td>`;
  if (!row) return html`<td>-</td>`;
  if (!sound([row]).length) return html`<td class="void">void</td>`;
  const text = digits(row.latencyMs.median.value);
  const [median] = timeColumns(protocol);
  return median && isBest(median, row, rows)
    ? html`<td><span class="best">${text}<span class="hidden"> (best)</span></span></td>`
    : html`<td>${text}</td>`;
};

const around = (result: ComparisonResult): Markup | undefined => {
  const grids = [processGrid(result), effortGrid(result.effort)].filter(({ rows }) => rows.length > 0);
  if (grids.length === 0) return undefined;
  return html`
<section aria-labelledby="around"><h2 id="around">Processes and effort</h2>
<div class="figures">${grids.map(gridHtml)}</div>
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
<p>Each pitfall of such comparisons, what is done about it and how to check it: <code>docs/methodology.md</code> in the repository.</p>
</section>`;
