/** The changes that a mutant may make to a place in TypeScript. */
import ts from 'typescript';
import type { Change } from './mutant';
import { isListItem, isMember, isOperand, type Selection } from './nodes';

export type Operator = (selection: Selection) => Change | readonly Change[];

const change = ({ source, start, end }: Omit<Selection, 'node'>, text: string): Change => ({
  file: source.fileName,
  start,
  end,
  text,
});

const textOf = ({ source, start, end }: Selection): string => source.text.slice(start, end);

export const replace =
  (text: string) =>
  (selection: Selection): Change =>
    change(selection, text);

const isPiece = ({ source, node, start, end }: Selection): boolean =>
  start !== node.getStart(source) || end !== node.end;

export const remove: Operator = (selection) => {
  const { source, node, start, end } = selection;
  if (isPiece(selection)) return change(selection, '');
  if (isListItem(node)) return change({ source, ...withComma(source.text, start, end) }, '');
  // An empty block stands wherever a statement may.
  if (ts.isStatement(node)) return change(selection, '{}');
  if (isOperand(node)) {
    const { left, right } = node.parent as ts.BinaryExpression;
    const rest = node === left ? right : left;
    const { parent } = node;
    return change({ source, start: parent.getStart(source), end: parent.end }, rest.getText(source));
  }
  throw new Error(`cannot remove ${ts.SyntaxKind[node.kind]}`);
};

/** The item with the comma after it, or else the comma before it. */
const withComma = (text: string, start: number, end: number): { start: number; end: number } => {
  const after = /^\s*,/.exec(text.slice(end));
  if (after) return { start, end: end + after[0].length };
  const before = /,\s*$/.exec(text.slice(0, start));
  return { start: before ? before.index : start, end };
};

const withNewValue = (selection: Selection, text: string): Change => {
  const { source, node } = selection;
  if (ts.isShorthandPropertyAssignment(node)) return change(selection, `${node.name.text}: ${text}`);
  if ((ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && node.initializer) {
    const { initializer } = node;
    return change({ source, start: initializer.getStart(source), end: initializer.end }, text);
  }
  throw new Error(`${ts.SyntaxKind[node.kind]} has no value`);
};

/** The value of a member or of a variable. */
export const setValue =
  (text: string): Operator =>
  (selection) =>
    withNewValue(selection, text);

/** Another name for a member; its value stays. */
export const rename =
  (name: string): Operator =>
  (selection) => {
    const { source, node } = selection;
    if (ts.isShorthandPropertyAssignment(node)) return change(selection, `${name}: ${node.name.text}`);
    if (ts.isPropertyAssignment(node))
      return change({ source, start: node.name.getStart(source), end: node.name.end }, name);
    throw new Error(`${ts.SyntaxKind[node.kind]} cannot be renamed`);
  };

const valueTextOf = ({ node, source }: Selection): string => {
  if (ts.isShorthandPropertyAssignment(node)) return node.name.text;
  if (ts.isPropertyAssignment(node)) return node.initializer.getText(source);
  return node.getText(source);
};

/** Members exchange their values, other places their texts. */
export const swap = (one: Selection, other: Selection): readonly Change[] => {
  const areMembers = isMember(one.node) && isMember(other.node);
  const withValue = (selection: Selection, value: Selection): Change =>
    areMembers ? withNewValue(selection, valueTextOf(value)) : change(selection, textOf(value));
  return [withValue(one, other), withValue(other, one)];
};

export const operator =
  (token: string): Operator =>
  ({ source, node }) => {
    if (!ts.isBinaryExpression(node)) throw new Error(`${ts.SyntaxKind[node.kind]} has no operator`);
    const { operatorToken } = node;
    return change({ source, start: operatorToken.getStart(source), end: operatorToken.end }, token);
  };

export const toArgument =
  (index: number): Operator =>
  (selection) => {
    const { node, source } = selection;
    const argument = ts.isCallExpression(node) ? node.arguments[index] : undefined;
    if (!argument) throw new Error(`${ts.SyntaxKind[node.kind]} has no argument ${index}`);
    return change(selection, `(${argument.getText(source)})`);
  };

export const toReceiver: Operator = (selection) => {
  const { node, source } = selection;
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression))
    throw new Error(`${ts.SyntaxKind[node.kind]} is not a call of a method`);
  return change(selection, `(${node.expression.expression.getText(source)})`);
};

export const dropOptionalChain: Operator = ({ node, source }) => {
  if (!ts.isPropertyAccessExpression(node) || !node.questionDotToken)
    throw new Error('has no optional chain');
  const { questionDotToken: token } = node;
  return change({ source, start: token.getStart(source), end: token.end }, '.');
};
