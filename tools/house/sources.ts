/** TypeScript sources below a folder, parsed. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const ROOT = path.join(__dirname, '../..');

/** Files with their paths from the root. */
export const sourceFiles = (folder: string, root = ROOT): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => path.join(folder, name));

export const readSource = (file: string, root = ROOT): string => readFileSync(path.join(root, file), 'utf8');

export const parseSource = (file: string, root = ROOT): ts.SourceFile =>
  ts.createSourceFile(file, readSource(file, root), ts.ScriptTarget.Latest, true);

export const nodesIn = <N extends ts.Node>(
  root: ts.Node,
  matches: (node: ts.Node) => node is N,
): readonly N[] => {
  const found: N[] = [];
  const visit = (node: ts.Node): void => {
    if (matches(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
};

/** `src/app/config.ts:12` */
export const placeOf = (node: ts.Node): string => {
  const source = node.getSourceFile();
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`;
};
