/** The decision records as pages, and which of them bear on which of the adapters' files. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import MarkdownIt from 'markdown-it';
import type { Decision, DecisionTitle, Row } from '../../src/explorer/page/read/slices';
import { filesAt, readSource } from './sources';

const FOLDER = 'docs/decisions';

/** What a record is about stands in its text; where a reader of the code comes upon it is said here. */
const BEARING: Readonly<Record<Row, readonly string[]>> = {
  contract: ['0003-contracts-are-documents', '0005-node-id', '0007-nested-page'],
  schema: ['0003-contracts-are-documents', '0014-limits'],
  requests: ['0006-unencodable-values', '0007-nested-page'],
  responses: ['0005-node-id'],
  errors: ['0004-refusals-before-the-domain', '0010-identity'],
  context: ['0010-identity', '0011-idempotency', '0013-deadlines'],
  server: [
    '0004-refusals-before-the-domain',
    '0008-compiled-queries',
    '0012-security-headers',
    '0014-limits',
    '0019-graphql-limits',
  ],
  client: ['0006-unencodable-values'],
  index: ['0016-import-rules-and-tree'],
};

const MENTION = /docs\/decisions\/([\w-]+)\.md/g;

/** Those, and whichever the files themselves mention. */
export const decisionsOn = (row: Row, files: readonly string[]): DecisionTitle[] => {
  const mentioned = files.flatMap((file) =>
    Array.from(readSource(file).matchAll(MENTION), ([, name = '']) => name),
  );
  return [...new Set([...BEARING[row], ...mentioned])].sort().map(titleOf);
};

const decisionNames = (): string[] =>
  readdirSync(path.join(__dirname, '../..', FOLDER))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.basename(name, '.md'))
    .sort();

const TITLE = /^# (\d+)\. (.+)\n/;

const titleOf = (name: string): DecisionTitle => {
  const [, number, title = name] = TITLE.exec(readSource(`${FOLDER}/${name}.md`)) ?? [];
  return { name, number: Number(number), title };
};

const markdown = new MarkdownIt({ html: false });
const { renderer } = markdown;

/** As the renderer's environment, so that it notes there the files that a text leads to. */
interface Named {
  readonly named?: string[];
}

/** A wide table scrolls by itself, and what scrolls is to be reached with the keyboard. */
renderer.rules.table_open = () => '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>';
renderer.rules.table_close = () => '</table></div>';

/** Left and right would be said in style attributes, which our Content-Security-Policy does not let through. */
renderer.rules.th_open = () => '<th scope="col">';
renderer.rules.td_open = () => '<td>';

const PATH = /[\w-]+\/[\w./-]+\w/g;

/** A path that the text names is a link to it; records often leave out `src/`. */
const linked = (name: string, html: string, env: Named | undefined): string => {
  const found = [name, `src/${name}`].find((one) => filesAt(one).length > 0);
  if (found === undefined) return html;
  env?.named?.push(found);
  return `<a href="${hrefOf(found)}">${html}</a>`;
};

const { escapeHtml } = markdown.utils;

renderer.rules.text = (tokens, index, _options, env) =>
  escapeHtml(tokens[index]?.content ?? '').replace(PATH, (name) => linked(name, name, env as Named));

renderer.rules.code_inline = (tokens, index, _options, env) => {
  const { content = '' } = tokens[index] ?? {};
  return linked(content, `<code>${escapeHtml(content)}</code>`, env as Named);
};

renderer.rules.link_open = (tokens, index, options, env, self) => {
  const token = tokens[index];
  const to = String(token?.attrGet('href'));
  if (!/^\w+:/.test(to)) {
    const file = path.join(FOLDER, to);
    if (filesAt(file).length === 0) throw new Error(`${FOLDER} links to ${file}, which is not there.`);
    (env as Named).named?.push(file);
    token?.attrSet('href', hrefOf(file));
  }
  return self.renderToken(tokens, index, options);
};

const hrefOf = (file: string): string =>
  path.dirname(file) === FOLDER && file.endsWith('.md')
    ? `/decisions/${path.basename(file, '.md')}`
    : `/source/${file}`;

export interface Decisions {
  readonly decisions: readonly Decision[];
  /** The files and folders that they lead to. */
  readonly named: readonly string[];
}

export const readDecisions = (): Decisions => {
  const named: string[] = [];
  const decisions = decisionNames().map((name): Decision => {
    const text = readSource(`${FOLDER}/${name}.md`).replace(TITLE, '');
    return { ...titleOf(name), html: markdown.render(text, { named } satisfies Named) };
  });
  return { decisions, named };
};
