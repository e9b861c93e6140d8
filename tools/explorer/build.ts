/** `npm run build:page`: the explorer's page, and the texts that it shows; nothing where both are as they were. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeData } from './data';

const ROOT = path.join(__dirname, '../..');
const SITE = path.join(ROOT, 'dist/explorer/site');
const STAMP = path.join(ROOT, 'dist/explorer/site.stamp');
/** What the page is made of, and what it shows. */
const INPUTS = [
  ...['package.json', 'package-lock.json', 'src', 'tools/explorer', 'openapi', 'graphql', 'protos', 'wsdl'],
  ...['data', 'docs', 'examples', 'tests/wire/golden'],
];
/** A smaller file is not worth a second one. */
const GZIP_FROM_BYTES = 1024;

const filesIn = (name: string): string[] => {
  const full = path.join(ROOT, name);
  if (!statSync(full).isDirectory()) return [name];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
};

const stampOf = (): string => {
  const hash = createHash('sha256');
  for (const name of INPUTS.flatMap(filesIn).sort()) {
    hash.update(`${name}\0`).update(readFileSync(path.join(ROOT, name)));
  }
  return hash.digest('hex');
};

const compress = (): void => {
  for (const name of readdirSync(SITE, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(SITE, name);
    if (!/\.(html|js|css|svg|json|txt)$/.test(name) || statSync(file).size < GZIP_FROM_BYTES) continue;
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
};

const main = async (): Promise<void> => {
  const stamp = stampOf();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return;
  const { build } = await import('vite');
  await build({ configFile: path.join(__dirname, 'vite.config.mts') });
  writeData(path.join(SITE, 'data'));
  compress();
  writeFileSync(STAMP, stamp);
};

void main();
