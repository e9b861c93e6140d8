/** Checks that every mutant fits the tree, without running a test. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { XMLValidator } from 'fast-xml-parser';
import { parse as parseSdl } from 'graphql';
import { parse as parseProto } from 'protobufjs';
import ts from 'typescript';
import { applyMutant, type Mutant } from './mutant';
import type { Tree } from './tree';

/** By ending: each throws an Error if the text is not in the file's language any more. */
const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  '.ts': (text) => {
    // The compiler's own field: its public ways to these diagnostics compile the file as well.
    const source = ts.createSourceFile('', text, ts.ScriptTarget.Latest) as ts.SourceFile & {
      readonly parseDiagnostics: readonly ts.Diagnostic[];
    };
    const [error] = source.parseDiagnostics;
    if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, ' '));
  },
  '.json': JSON.parse,
  '.graphql': parseSdl,
  '.proto': parseProto,
  '.wsdl': (text) => {
    const outcome = XMLValidator.validate(text);
    if (outcome !== true) throw new Error(outcome.err.msg);
  },
};

/** All misfits at once, one line each: `name: what does not fit`. */
export const misfitsOf = (tree: Tree, mutants: readonly Mutant[]): readonly string[] => {
  const testFiles = readdirSync(path.join(tree.root, 'tests'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `tests/${name}`);
  return mutants.flatMap((mutant, at) => {
    const { name, tests } = mutant;
    const misfits: string[] = [];
    if (mutants.findIndex((other) => other.name === name) < at) misfits.push('another mutant has this name');
    if (!testFiles.some((file) => file.startsWith(tests.path))) misfits.push(`there are no ${tests.path}`);
    try {
      for (const { file, after } of applyMutant(tree, mutant)) checkSyntax(file, after);
    } catch (error) {
      misfits.push((error as Error).message);
    }
    return misfits.map((misfit) => `${name}: ${misfit}`);
  });
};

const checkSyntax = (file: string, text: string): void => {
  const parse = PARSERS[path.extname(file)];
  if (!parse) throw new Error(`${file} is in no language that can be checked`);
  try {
    parse(text);
  } catch (error) {
    throw new Error(`${file} cannot be parsed any more: ${(error as Error).message}`);
  }
};
