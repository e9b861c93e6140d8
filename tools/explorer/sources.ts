/** The repository's files as the page shows them, and the list of those that it shows. */
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

/** What is ours to show; a path that leads elsewhere leads nowhere. */
const FOLDERS = [
  ...['src', 'tests', 'tools', 'docs', 'examples'],
  ...['openapi', 'graphql', 'protos', 'wsdl'],
];

/** Where there is such a file or folder in the repository, the files in it. */
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

/** Everything that some part of the page refers to: the adapters, what skills demonstrate, what decisions name. */
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
