/** Copies of the tree in which mutants are tried. Their TypeScript is compiled already, so that no test run has to. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import type { Mutation } from './mutant';

export const ROOT = path.join(__dirname, '../..');

/** Everything that the mutants' tests read. Tests that need a build, a browser or other programs are not among them. */
const COPIED = [
  'tools/attacks',
  'tools/fuzz',
  'tools/house',
  'data',
  'examples',
  'graphql',
  'openapi',
  'protos',
  'wsdl',
  'src',
  'tests',
  'buf.yaml',
  'package.json',
];
const LEFT_OUT = ['src/explorer/page', 'tests/explorer', 'tests/instrument'];

const COMPILER_OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.CommonJS,
  esModuleInterop: true,
};

/** Throws an Error if it is not TypeScript. */
const transpile = (text: string): string => {
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    compilerOptions: COMPILER_OPTIONS,
    reportDiagnostics: true,
  });
  if (diagnostics[0]) throw new Error(ts.flattenDiagnosticMessageText(diagnostics[0].messageText, ' '));
  return outputText;
};

const JEST_CONFIG = `module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.js'],
  moduleFileExtensions: ['js', 'json', 'node'],
  testPathIgnorePatterns: ['/tests/faults/', '/tests/abuse/abuse', '/tests/store/processes'],
  transform: {},
  testTimeout: 30_000,
};
`;

export const makeCopy = (folder: string): void => {
  mkdirSync(folder, { recursive: true });
  const isWanted = (source: string) => !LEFT_OUT.includes(path.relative(ROOT, source));
  for (const name of COPIED) {
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true, filter: isWanted });
  }
  for (const top of ['src', 'tests', 'tools/attacks', 'tools/fuzz', 'tools/house']) {
    for (const name of readdirSync(path.join(folder, top), { recursive: true, encoding: 'utf8' })) {
      const file = path.join(folder, top, name);
      if (file.endsWith('.ts')) writeFile(file, readFileSync(file, 'utf8'));
    }
  }
  writeFileSync(path.join(folder, 'jest.config.js'), JEST_CONFIG);
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
};

export const cloneCopy = (origin: string, folder: string): void => {
  cpSync(origin, folder, { recursive: true, verbatimSymlinks: true });
};

/** Beside its TypeScript, which some tests read, a file has the JavaScript that jest loads. */
const writeFile = (file: string, text: string): void => {
  writeFileSync(file, text);
  if (file.endsWith('.ts')) writeFileSync(file.replace(/\.ts$/, '.js'), transpile(text));
};

/** Writes the changed files into the copy. Returns how to take the changes back. */
export const writeMutations = (folder: string, mutations: readonly Mutation[]): (() => void) => {
  const write = (version: 'before' | 'after') => {
    for (const { file, [version]: text } of mutations) writeFile(path.join(folder, file), text);
  };
  write('after');
  return () => write('before');
};
