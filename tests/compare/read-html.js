/**
 * Runs in Node, as Jest cannot load the libraries that draw and parse. Writes the report of each result in the folder with
 * the built program, and prints the report's contents as JSON.
 */
const { readFileSync, writeFileSync } = require('node:fs');
const { parseHTML } = require('linkedom');
const { renderHtmlReport } = require('../../dist/compare/report/html.js');

const textsOf = (element, selector) =>
  [...element.querySelectorAll(selector)].map(({ textContent }) => textContent.trim());

const plotOf = (svg) => ({
  role: svg.getAttribute('role'),
  name: svg.getAttribute('aria-label'),
  x: textsOf(svg, '[aria-label="x-axis label"]'),
  y: textsOf(svg, '[aria-label="y-axis label"], [aria-label="fy-axis label"]'),
  texts: textsOf(svg, 'text'),
  isDrawn: !/NaN|Infinity|undefined/.test(svg.outerHTML),
});

const figureOf = (figure) => ({
  plot: figure.getAttribute('data-plot'),
  title: textsOf(figure, '.title')[0],
  caption: textsOf(figure, 'figcaption')[0],
  plots: [...figure.querySelectorAll('.plot svg')].map(plotOf),
});

const sectionOf = (section) => ({
  name: section.getAttribute('data-scenario'),
  heading: textsOf(section, 'h2')[0],
  question: textsOf(section, '.question')[0],
  differences: textsOf(section, 'pre'),
  notes: textsOf(section, '.note'),
  // The tables of time and of cost; the others are inside details.
  tables: [...section.children]
    .filter((child) => child.className === 'scroll' && child.querySelector('table'))
    .map((child) => [...child.querySelectorAll('tbody tr')].map((row) => textsOf(row, 'th, td'))),
  figures: [...section.querySelectorAll('figure')].map(figureOf),
});

const pageOf = (html) => {
  const { document } = parseHTML(html);
  const all = [...document.querySelectorAll('*')];
  return {
    alerts: textsOf(document, '.alert'),
    facts: textsOf(document, 'dd'),
    summary: textsOf(document, 'section[aria-labelledby=summary] p'),
    headings: textsOf(document, 'h2'),
    sections: [...document.querySelectorAll('section[data-scenario]')].map(sectionOf),
    overview: [...document.querySelectorAll('section[aria-labelledby=glance] figure')].map(figureOf),
    elements: [...new Set(all.map(({ localName }) => localName))],
    attributes: [...new Set(all.flatMap(({ attributes }) => [...attributes].map(({ name }) => name)))],
    ids: all.flatMap(({ id }) => id || []),
    links: [...document.querySelectorAll('[href]')].map((link) => link.getAttribute('href')),
    policy: document.querySelector('meta[http-equiv]').getAttribute('content'),
    addresses: html.match(/url\(.*?\)|@import|https?:\/\/(?!www\.w3\.org\/)/g) ?? [],
  };
};

const [folder, ...names] = process.argv.slice(2);
const pages = names.map((name) => {
  const { result, summary } = JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'));
  const html = renderHtmlReport(result, summary);
  writeFileSync(`${folder}/${name}.html`, html);
  return [name, pageOf(html)];
});
process.stdout.write(JSON.stringify(Object.fromEntries(pages)));
