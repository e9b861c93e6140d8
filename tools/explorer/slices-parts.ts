/** An adapter as the parts that slices are made of: declarations, and the members of a table that is keyed by operation. */
import ts from 'typescript';
import { OPERATIONS, type Operation } from '../../src/contract/skills-api';

export interface Part {
  readonly name: string;
  readonly file: ts.SourceFile;
  readonly node: ts.Node;
  readonly parent: Part | undefined;
  /** The members of a table, or the statements of a function that contains a table. Other lines belong to the part itself. */
  readonly children: readonly Part[];
}

const isOperation = (name: string): name is Operation => Object.hasOwn(OPERATIONS, name);

const nameOf = (node: ts.Node): string => {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.map(nameOf).join();
  const { name } = node as { name?: ts.Node };
  return name && ts.isIdentifier(name) ? name.text : '';
};

/** GraphQL's resolvers are a table too, of types and their fields. */
const RESOLVERS = 'Query';

const isTable = (node: ts.Node): node is ts.ObjectLiteralExpression => {
  if (!ts.isObjectLiteralExpression(node)) return false;
  const names = node.properties.map(nameOf);
  return names.some(isOperation) || names.includes(RESOLVERS) || isResolverOfType(node);
};

const isResolverOfType = (node: ts.ObjectLiteralExpression): boolean => {
  const holder = ts.isSatisfiesExpression(node.parent) ? node.parent.parent : node.parent;
  return (
    ts.isPropertyAssignment(holder) &&
    ts.isObjectLiteralExpression(holder.parent) &&
    holder.parent.properties.map(nameOf).includes(RESOLVERS)
  );
};

const holdsTable = (node: ts.Node): boolean =>
  isTable(node) || ts.forEachChild(node, (child) => holdsTable(child) || undefined) === true;

const dividedAt = (node: ts.Node): readonly ts.Node[] => {
  if (isTable(node)) return node.properties;
  if (ts.isBlock(node) && holdsTable(node)) return node.statements;
  return dividedIn(node);
};

const dividedIn = (node: ts.Node): readonly ts.Node[] => {
  const found: ts.Node[] = [];
  ts.forEachChild(node, (child) => void found.push(...dividedAt(child)));
  return found;
};

const partOf = (file: ts.SourceFile, node: ts.Node, parent?: Part): Part => {
  const children: Part[] = [];
  const part: Part = { name: nameOf(node), file, node, parent, children };
  for (const child of dividedIn(node)) children.push(partOf(file, child, part));
  return part;
};

/** What is imported and handed on is neither. */
const isDeclaration = (node: ts.Node): boolean =>
  !ts.isImportDeclaration(node) && !ts.isExportDeclaration(node);

export interface Adapter {
  readonly files: readonly ts.SourceFile[];
  /** Every part of every file, those within others too. */
  readonly parts: readonly Part[];
  /** What a part itself refers to, without what its children do. */
  readonly refersTo: (part: Part) => readonly Part[];
}

const withChildren = (part: Part): Part[] => [part, ...part.children.flatMap(withChildren)];

/** Whatever is declared outside of these files has no part in it. */
export const readAdapter = (names: readonly string[]): Adapter => {
  const program = ts.createProgram([...names], {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    noResolve: true,
    noLib: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const files = names.map((name) => program.getSourceFile(name) as ts.SourceFile);
  const tops = new Map(
    files.map((file) => [file, file.statements.filter(isDeclaration).map((node) => partOf(file, node))]),
  );
  const holding = (node: ts.Node): Part | undefined => {
    const isIn = (part: Part) => part.node.pos <= node.pos && node.end <= part.node.end;
    let found = tops.get(node.getSourceFile())?.find(isIn);
    for (let inner = found; inner; inner = inner.children.find(isIn)) found = inner;
    return found;
  };
  const referred = (name: ts.Identifier): Part[] => {
    const shorthand = ts.isShorthandPropertyAssignment(name.parent);
    const symbol = shorthand
      ? checker.getShorthandAssignmentValueSymbol(name.parent)
      : checker.getSymbolAtLocation(name);
    const isAlias = symbol && symbol.flags & ts.SymbolFlags.Alias;
    const { declarations = [] } = (isAlias ? checker.getAliasedSymbol(symbol) : symbol) ?? {};
    return declarations.map(holding).filter((part) => part !== undefined);
  };
  const known = new Map<Part, Part[]>();
  const refersTo = (part: Part): Part[] => {
    const found = known.get(part) ?? identifiersOf(part).flatMap(referred);
    known.set(part, found);
    return found;
  };
  return { files, parts: [...tops.values()].flat().flatMap(withChildren), refersTo };
};

const identifiersOf = ({ node, children }: Part): ts.Identifier[] => {
  const theirs = new Set(children.map((child) => child.node));
  const found: ts.Identifier[] = [];
  const visit = (inner: ts.Node): void => {
    if (theirs.has(inner)) return;
    if (ts.isIdentifier(inner)) found.push(inner);
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return found;
};
