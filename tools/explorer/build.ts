/** `npm run build:page`: builds the explorer's page, its data and the consoles, if their inputs have changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeData } from './data';

const ROOT = path.join(__dirname, '../..');
const BUILT = path.join(ROOT, 'dist/explorer');

/** Inputs of each part. The site shows many files of the repository. */
const PARTS = {
  consoles: ['package-lock.json', 'src/explorer/page/consoles', 'tools/explorer/vite.config.mts'],
  site: [
    ...['package.json', 'package-lock.json', 'src', 'tools/explorer', 'openapi', 'graphql', 'protos', 'wsdl'],
    ...['data', 'docs', 'examples', 'tests'],
  ],
} as const;

/** Smaller files are not compressed. */
const GZIP_FROM_BYTES = 1024;

const filesIn = (name: string): string[] => {
  const full = path.join(ROOT, name);
  if (!statSync(full).isDirectory()) return [name];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
};

const stampOf = (names: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const name of names.flatMap(filesIn).sort()) {
    hash.update(`${name}\0`).update(readFileSync(path.join(ROOT, name)));
  }
  return hash.digest('hex');
};

const compress = (folder: string): void => {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name);
    if (!/\.(html|js|css|svg|json|txt)$/.test(name) || statSync(file).size < GZIP_FROM_BYTES) continue;
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
};

const buildPart = async (part: keyof typeof PARTS): Promise<void> => {
  const stampFile = path.join(BUILT, `${part}.stamp`);
  const stamp = stampOf(PARTS[part]);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  const { build } = await import('vite');
  const folder = path.join(BUILT, `${part}.${process.pid}`);
  await build({
    configFile: path.join(__dirname, 'vite.config.mts'),
    mode: part,
    build: { outDir: folder },
  });
  if (part === 'site') writeData(path.join(folder, 'data'));
  compress(folder);
  // Replaces the folder in one step, because a running server may be reading it.
  rmSync(path.join(BUILT, part), { recursive: true, force: true });
  renameSync(folder, path.join(BUILT, part));
  writeFileSync(stampFile, stamp);
};

const main = async (): Promise<void> => {
  for (const part of ['consoles', 'site'] as const) await buildPart(part);
};

void main();
