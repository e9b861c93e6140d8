/** Edits of TypeScript sources that are located by what the code declares or calls, not by its text. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { nodesIn, parseSource, readSource, sourceFiles } from '../house/sources';

export interface SourceEdit {
  /** From the root: `src/runtime/listen.ts`. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Located<N extends ts.Node> {
  readonly file: string;
  readonly source: ts.SourceFile;
  readonly node: N;
}

/** The only node below `folder` that `matches`. Throws an Error that names `what` where there are none or several. */
export const locate = <N extends ts.Node>(
  root: string,
  folder: string,
  what: string,
  matches: (node: ts.Node) => node is N,
): Located<N> => {
  const found = sourceFiles(folder, root).flatMap((file) => {
    const source = parseSource(file, root);
    return nodesIn(source, matches).map((node) => ({ file, source, node }));
  });
  const [only] = found;
  if (found.length !== 1 || !only) throw new Error(`${folder} has ${what} ${found.length} times, expected 1`);
  return only;
};

export const isCallOf =
  (name: string) =>
  (node: ts.Node): node is ts.CallExpression =>
    ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name;

/** The body of the arrow function that `const name = ...` declares below `folder`: a block or an expression. */
export const locateBody = (root: string, folder: string, name: string): Located<ts.ConciseBody> => {
  const declares = (node: ts.Node): node is ts.VariableDeclaration =>
    ts.isVariableDeclaration(node) &&
    ts.isIdentifier(node.name) &&
    node.name.text === name &&
    node.initializer !== undefined &&
    ts.isArrowFunction(node.initializer);
  const { file, source, node } = locate(root, folder, `a function ${name}`, declares);
  return { file, source, node: (node.initializer as ts.ArrowFunction).body };
};

export const replace = ({ file, source, node }: Located<ts.Node>, text: string): SourceEdit => ({
  file,
  start: node.getStart(source),
  end: node.end,
  text,
});

export const insertBefore = ({ file, source, node }: Located<ts.Node>, text: string): SourceEdit => ({
  file,
  start: node.getStart(source),
  end: node.getStart(source),
  text,
});

/** The edited sources by file. Edits of one file must not overlap. */
export const editedSources = (root: string, edits: readonly SourceEdit[]): Map<string, string> => {
  const texts = new Map<string, string>();
  for (const { file, start, end, text } of edits.toSorted((one, other) => other.start - one.start)) {
    const before = texts.get(file) ?? readSource(file, root);
    texts.set(file, before.slice(0, start) + text + before.slice(end));
  }
  return texts;
};

/** The JavaScript of an edited source. Throws an Error with the first syntax error. */
export const transpile = (file: string, text: string): string => {
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
    },
  });
  const [first] = diagnostics;
  if (first) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`);
  return outputText;
};

/** Writes the JavaScript of the edited sources over what `dist` holds of them. */
export const writeEdited = (root: string, edits: readonly SourceEdit[], dist: string): void => {
  for (const [file, text] of editedSources(root, edits)) {
    const output = path.join(dist, path.relative('src', file).replace(/\.ts$/, '.js'));
    mkdirSync(path.dirname(output), { recursive: true });
    writeFileSync(output, transpile(file, text));
  }
};
