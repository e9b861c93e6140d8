/** The style of the report: a colour for each protocol, light and dark themes, and plots that follow their container. */

/** Colours that differ by at least 12 of 100 in OKLab, also for readers with red-green colour blindness. */
export const LIGHT = `
  --page: #ffffff; --ink: #1b1f24; --muted: #57606a; --line: #d8dee4; --soft: #f4f6f8; --part: #4a5562;
  --rest: #2f6cb8; --graphql: #88106d; --grpc: #3a9a78; --soap: #a84c10;
  --good: #0b6b3a; --bad: #b3261e;`;
export const DARK = `
  --page: #14181d; --ink: #e8ebee; --muted: #a3adb8; --line: #363e47; --soft: #1d232a; --part: #b6c0cb;
  --rest: #2e9dfa; --graphql: #d9689b; --grpc: #62e8c3; --soap: #e39d58;
  --good: #5fd394; --bad: #ff8f86;`;

export const STYLE = `
:root { color-scheme: light dark;${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root {${DARK} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 74rem; background: var(--page); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--rest); }
:focus-visible { outline: 2px solid var(--rest); outline-offset: 2px; }
h1 { font-size: clamp(1.5rem, 1.1rem + 2vw, 2.25rem); line-height: 1.15; margin: 0 0 .4rem; letter-spacing: -.015em; }
h2 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .6rem; letter-spacing: -.01em; }
h3 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h4 { font-size: 1rem; }
.title { font-size: 1rem; line-height: 1.3; margin: 0 0 .35rem; }
p, dl, ol, ul { margin: 0 0 .8rem; }
p, .about { max-width: 46rem; }
section { margin-top: 2.75rem; }
main > section { padding-top: 1.6rem; border-top: 1px solid var(--line); }
.muted, figcaption, .note { color: var(--muted); }
.note, figcaption { font-size: .875rem; line-height: 1.45; }
.question { font-size: 1.05rem; margin-bottom: .3rem; }
.equal { color: var(--good); }
.unequal, .void { color: var(--bad); }
.alert { border-left: 4px solid var(--bad); background: var(--soft); padding: .7rem 1rem; }
code { white-space: nowrap; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .875em; }
pre { margin: 0; padding: .8rem 1rem; line-height: 1.45; }

dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; font-size: .875rem; line-height: 1.45; }
dl.facts dt { color: var(--muted); }
dl.facts dd { margin: 0; }

.scroll { position: relative; container-type: inline-size; overflow-x: auto; margin: .6rem 0 1rem; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; line-height: 1.3; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
caption { text-align: left; font-weight: 600; }
/* The caption stays in view while the table scrolls. */
caption div { position: sticky; left: 0; width: fit-content; max-width: 100cqw; padding: .6rem .8rem .2rem; }
caption span { font-weight: 400; color: var(--muted); }
th, td { padding: .42rem .8rem; text-align: right; vertical-align: top; white-space: nowrap; }
thead th { font-weight: 500; color: var(--muted); vertical-align: bottom; }
thead .group { text-align: center; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
tbody tr { border-top: 1px solid var(--line); }
th:first-child, thead td { text-align: left; position: sticky; left: 0; background: var(--page); }
tbody th { font-weight: 600; }
th.words { text-align: left; }
td.words { text-align: left; white-space: normal; min-width: 12rem; }
td small { display: block; font-size: .78rem; color: var(--muted); }
.best { font-weight: 700; }
.best::before { content: "\\25C6"; font-size: .6em; vertical-align: .2em; margin-right: .4em; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 31rem), 1fr)); gap: 2rem 2.25rem; margin-top: 1.6rem; }
@media (min-width: 68rem) { figure[data-plot=latency] { grid-row: span 2; } }
.figures > .scroll { align-self: start; margin: 0; }
figure { margin: 0; min-width: 0; container-type: inline-size; }
.plot text { white-space: pre; }
.plot svg { display: block; width: 100%; height: auto; overflow: visible; color: var(--ink); font: 12px/1 system-ui, sans-serif; }
.plot.narrow { display: none; }
@container (max-width: 29rem) { .plot.wide { display: none; } .plot.narrow { display: block; } }
figcaption { margin-top: .3rem; }
ol.letters { margin: .2rem 0 0; padding-left: 1.4rem; list-style: lower-alpha; }
.legend { display: flex; flex-wrap: wrap; gap: .15rem 1rem; padding: 0; margin: 0 0 .3rem; list-style: none; font-size: .8125rem; }
.legend li { display: flex; align-items: center; gap: .4rem; }
.symbol { width: .8rem; height: .8rem; flex: none; }
th .symbol { display: inline-block; margin-right: .45rem; vertical-align: -.06em; }
.swatch { print-color-adjust: exact; width: .9rem; height: .8rem; border-radius: 2px; border: 1px solid var(--muted); flex: none; }

details { margin: 1rem 0; }
summary { cursor: pointer; color: var(--muted); font-size: .9rem; }

@media (max-width: 30rem) {
  tbody th:not(.protocol) { white-space: normal; }
  table { font-size: .84rem; }
  th, td { padding: .4rem .45rem; }
  caption div { padding: .5rem .45rem .2rem; }
  .best::before { margin-right: .25em; }
}

@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  figure, tr, .alert { break-inside: avoid; }
  h2, h3, h4, caption { break-after: avoid; }
  .scroll { overflow: visible; border: 0; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
