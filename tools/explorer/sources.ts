/** The repository's files that the page shows. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { SourceFile } from '../../src/explorer/page/read/slices';
import type { Language } from '../../src/explorer/page/shared/syntax';

const ROOT = path.join(__dirname, '../..');

export const readSource = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');

const LANGUAGES: Readonly<Record<string, Language>> = {
  '.ts': 'typescript',
  '.cjs': 'typescript',
  '.json': 'json',
  '.graphql': 'graphql',
  '.proto': 'proto',
  '.wsdl': 'xml',
  '.sh': 'shellscript',
};

export const languageOf = (name: string): Language => LANGUAGES[path.extname(name)] ?? 'text';

/** Folders that may be shown; paths outside of them are ignored. */
const FOLDERS = [
  ...['src', 'tests', 'tools', 'docs', 'examples'],
  ...['openapi', 'graphql', 'protos', 'wsdl'],
];

/** The files at a path, which may be a file or a folder; empty if it does not exist or may not be shown. */
export const filesAt = (name: string): string[] => {
  const [first = '', ...others] = name.split('/');
  const full = path.join(ROOT, name);
  if (path.relative(ROOT, full) !== name || !existsSync(full)) return [];
  if (statSync(full).isFile()) return others.length === 0 || FOLDERS.includes(first) ? [name] : [];
  if (!FOLDERS.includes(first)) return [];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
};

const SHOWN = [
  ...['src/adapters', 'src/contract', 'examples'],
  ...['docs/methodology.md', 'docs/guards.md', 'docs/running.md', 'docs/performance.md'],
  ...['openapi/skills.json', 'graphql/skills.graphql', 'protos/skills', 'wsdl/skills.wsdl'],
];

interface SkillMap {
  readonly skills: readonly { readonly demonstrations?: readonly { readonly path: string }[] }[];
}

/** All files that the page links to: adapters, contracts, demonstrations of skills, and files that decisions name. */
export const shownFiles = (named: readonly string[]): string[] => {
  const { skills } = JSON.parse(readSource('data/skill-map.json')) as SkillMap;
  const demonstrated = skills.flatMap(({ demonstrations = [] }) => demonstrations.map((one) => one.path));
  return [...new Set([...SHOWN, ...demonstrated, ...named].flatMap(filesAt))].sort();
};

export const sourceFile = (name: string): SourceFile => ({
  path: name,
  language: languageOf(name),
  text: readSource(name),
});
