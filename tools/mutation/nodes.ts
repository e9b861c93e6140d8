/** Finds nodes in the syntax tree of TypeScript, by kind and by the names and literals in them. */
import ts from 'typescript';

/** A part of a file: most often a node, sometimes a piece of a literal. */
export interface Selection {
  readonly source: ts.SourceFile;
  readonly node: ts.Node;
  readonly start: number;
  readonly end: number;
}

export const whole = (node: ts.Node): Selection => {
  const source = node.getSourceFile();
  return { source, node, start: node.getStart(source), end: node.end };
};

const descendants = new WeakMap<ts.Node, readonly ts.Node[]>();

/** In source order, without the node itself. */
export const descendantsOf = (node: ts.Node): readonly ts.Node[] => {
  let found = descendants.get(node);
  if (!found) {
    const list: ts.Node[] = [];
    const visit = (child: ts.Node): void => {
      list.push(child);
      ts.forEachChild(child, visit);
    };
    ts.forEachChild(node, visit);
    found = list;
    descendants.set(node, found);
  }
  return found;
};

const isNamed = (node: ts.Node): node is ts.Node & { readonly name: ts.PropertyName } =>
  'name' in node && node.name !== undefined;

/** The name of a declaration or property. */
const nameOf = (node: ts.Node): string | undefined => {
  if (!isNamed(node)) return undefined;
  const { name } = node;
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : undefined;
};

const isDeclaration = (node: ts.Node): boolean =>
  ts.isVariableDeclaration(node) ||
  ts.isFunctionDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isMethodDeclaration(node);

export const isMember = (node: ts.Node): node is ts.ObjectLiteralElementLike =>
  ts.isPropertyAssignment(node) ||
  ts.isShorthandPropertyAssignment(node) ||
  (ts.isMethodDeclaration(node) && ts.isObjectLiteralExpression(node.parent));

const declarationsIn = (scope: ts.Node): ts.Node[] =>
  descendantsOf(scope).filter((node) => isDeclaration(node) || (!ts.isSourceFile(scope) && isMember(node)));

/** The outermost declarations (within another declaration also members) of this name. */
export const declarationsNamed = (scope: ts.Node, name: string): ts.Node[] => {
  const named = declarationsIn(scope).filter((node) => nameOf(node) === name);
  return named.filter((node) => !named.some((other) => other !== node && contains(other, node)));
};

/** The names of the declarations in a scope; for a file, those of its top level. */
export const namesIn = (scope: ts.Node): string[] =>
  declarationsIn(scope)
    .filter((node) => !ts.isSourceFile(scope) || isTopLevel(node))
    .flatMap((node) => nameOf(node) ?? []);

const isTopLevel = ({ parent }: ts.Node): boolean =>
  ts.isSourceFile(parent) || (ts.isVariableDeclarationList(parent) && ts.isSourceFile(parent.parent.parent));

export const membersNamed = (scope: ts.Node, name: string): ts.Node[] =>
  descendantsOf(scope).filter((node) => isMember(node) && nameOf(node) === name);

const contains = (outer: ts.Node, inner: ts.Node): boolean =>
  outer.pos <= inner.pos && inner.end <= outer.end;

/** Identifiers of this name and literals of this text; null is a word too. */
export const mentionsOf = (scope: ts.Node, word: string): ts.Node[] =>
  [scope, ...descendantsOf(scope)].filter(
    (node) =>
      ((ts.isIdentifier(node) || ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) &&
        node.text === word) ||
      (node.kind === ts.SyntaxKind.NullKeyword && word === 'null'),
  );

/** Without the quotes of a string. */
export const wordIn = (node: ts.Node): Selection => {
  const { start, end, ...selection } = whole(node);
  return ts.isStringLiteralLike(node)
    ? { ...selection, start: start + 1, end: end - 1 }
    : { ...selection, start, end };
};

export const mentions = (scope: ts.Node, word: string): boolean => mentionsOf(scope, word).length > 0;

/** Those that contain no other of them. */
export const innermost = (nodes: readonly ts.Node[]): ts.Node[] =>
  nodes.filter((node) => !nodes.some((other) => other !== node && contains(node, other)));

/** Each place where `piece` stands in a string, a template or a regular expression. */
export const piecesOf = (scope: ts.Node, piece: string): Selection[] =>
  [scope, ...descendantsOf(scope)].flatMap((node) => {
    const isText =
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node) ||
      ts.isRegularExpressionLiteral(node);
    if (!isText) return [];
    const { source, start, end } = whole(node);
    const text = source.text.slice(start, end);
    const places = Array.from(text.matchAll(new RegExp(escapeRegExp(piece), 'g')));
    return places.map(({ index }) => ({
      source,
      node,
      start: start + index,
      end: start + index + piece.length,
    }));
  });

export const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** The condition under which `node` runs, if it stands in the first branch of an `if`, `?:` or `&&` within the scope. */
export const guardOf = (scope: ts.Node, node: ts.Node): ts.Expression | undefined => {
  for (let child = node; child !== scope && child.parent; child = child.parent) {
    const { parent } = child;
    if (ts.isIfStatement(parent) && parent.thenStatement === child) return parent.expression;
    if (ts.isConditionalExpression(parent) && parent.whenTrue === child) return parent.condition;
    if (isLogical(parent, ts.SyntaxKind.AmpersandAmpersandToken) && parent.right === child)
      return parent.left;
  }
  return undefined;
};

const isLogical = (node: ts.Node, kind: ts.SyntaxKind): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === kind;

/** The conditions of `if`, `?:` and loops. */
export const conditionsIn = (scope: ts.Node): ts.Expression[] =>
  descendantsOf(scope).flatMap((node) => {
    if (ts.isIfStatement(node) || ts.isWhileStatement(node)) return node.expression;
    if (ts.isConditionalExpression(node) || ts.isForStatement(node)) return node.condition ?? [];
    return [];
  });

const OPERATORS = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.PlusToken,
]);

/** What `&&`, `||`, `??` and `+` join. */
export const isOperand = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node.parent) &&
  OPERATORS.has(node.parent.operatorToken.kind) &&
  node !== node.parent.operatorToken;

const COMPARISONS = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

export const isComparison = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && COMPARISONS.has(node.operatorToken.kind);

/** Array elements, arguments and members of object literals. */
export const isListItem = (node: ts.Node): boolean =>
  ts.isArrayLiteralExpression(node.parent) ||
  (ts.isCallExpression(node.parent) && node.parent.expression !== node) ||
  ts.isObjectLiteralExpression(node.parent);

/** `f` of `f(x)`, `a.f(x)` and `new f(x)`. */
export const calleeOf = (node: ts.Node): string | undefined => {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return undefined;
  const { expression } = node;
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text;
  return ts.isIdentifier(expression) ? expression.text : undefined;
};
