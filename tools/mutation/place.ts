/**
 * A place in TypeScript, located by folder and by names in the syntax tree, so that it survives moves and new layouts:
 * `at('src/adapters/rest').in('encodeSkill').member('aliases').remove()`.
 */
import ts from 'typescript';
import type { Edit } from './mutant';
import {
  calleeOf,
  conditionsIn,
  declarationsNamed,
  descendantsOf,
  guardOf,
  innermost,
  isComparison,
  isListItem,
  isOperand,
  membersNamed,
  mentions,
  mentionsOf,
  namesIn,
  piecesOf,
  type Selection,
  whole,
  wordIn,
} from './nodes';
import * as operators from './operators';
import type { Tree } from './tree';

type Find = (scope: ts.Node) => readonly (ts.Node | Selection)[];

interface Step {
  readonly label: string;
  readonly find: Find;
  /** Whether a misfit lists the declarations that are there. */
  readonly isDeclaration?: true;
  readonly isLast?: true;
}

/** Each step searches what the step before it found; in the end exactly one place must be left. */
export class Place {
  constructor(
    private readonly folder: string,
    private readonly steps: readonly Step[] = [],
  ) {}

  private step(label: string, find: Find, isDeclaration?: true): Place {
    return new Place(this.folder, [...this.steps, { label, find, ...(isDeclaration && { isDeclaration }) }]);
  }

  /** A variable, function, class or method; inside another of them also a member of an object. */
  in(...names: readonly [string, ...string[]]): Place {
    return names.reduce<Place>(
      (place, name) => place.step(`in ${name}`, (scope) => declarationsNamed(scope, name), true),
      this,
    );
  }

  /** A member of an object literal. */
  member(name: string): Place {
    return this.step(`member ${name}`, (scope) => membersNamed(scope, name));
  }

  /** A piece of a string, a template or a regular expression, as it is written in the source. */
  text(piece: string): Place {
    return this.step(`text ${JSON.stringify(piece)}`, (scope) => piecesOf(scope, piece));
  }

  /** A use of this name, or a literal of this text. */
  word(word: string): Place {
    return this.step(`word ${word}`, (scope) => mentionsOf(scope, word).map(wordIn));
  }

  /** A call of a function, a method or a constructor; with a word, the smallest that mentions it. */
  call(name: string, word?: string): Place {
    return this.step(`call of ${name}`, (scope) => {
      const calls = [scope, ...descendantsOf(scope)].filter((node) => calleeOf(node) === name);
      return word === undefined ? calls : innermost(calls.filter((node) => mentions(node, word)));
    });
  }

  argument(index: number): Place {
    return this.step(`argument ${index}`, (scope) =>
      ts.isCallExpression(scope) ? scope.arguments.slice(index, index + 1) : [],
    );
  }

  /** The condition of an `if`, `?:` or loop that mentions the word. */
  condition(word: string): Place {
    return this.step(`condition with ${word}`, (scope) =>
      innermost(conditionsIn(scope).filter((node) => mentions(node, word))),
    );
  }

  /** The condition of the `if`, `?:` or `&&` that leads to the word: an error's reason, say. */
  guard(word: string): Place {
    return this.step(`guard of ${word}`, (scope) => [
      ...new Set(mentionsOf(scope, word).flatMap((node) => guardOf(scope, node) ?? [])),
    ]);
  }

  /** The smallest operand of `&&`, `||`, `??` or `+` that mentions the word. */
  operand(word: string): Place {
    return this.smallest(`operand with ${word}`, word, isOperand);
  }

  comparison(word: string): Place {
    return this.smallest(`comparison with ${word}`, word, isComparison);
  }

  /** The smallest array element, argument or member that mentions the word. */
  item(word: string): Place {
    return this.smallest(`item with ${word}`, word, isListItem);
  }

  statement(word: string): Place {
    return this.smallest(`statement with ${word}`, word, (node) => ts.isStatement(node) && !ts.isBlock(node));
  }

  /** An optional chain `?.name`. */
  optional(name: string): Place {
    return this.step(`optional chain ?.${name}`, (scope) =>
      descendantsOf(scope).filter(
        (node) => ts.isPropertyAccessExpression(node) && node.questionDotToken && node.name.text === name,
      ),
    );
  }

  private smallest(label: string, word: string, isKind: (node: ts.Node) => boolean): Place {
    return this.step(label, (scope) =>
      innermost(descendantsOf(scope).filter((node) => isKind(node) && mentions(node, word))),
    );
  }

  /** Keeps only the places that mention the word. */
  with(word: string): Place {
    return this.step(`with ${word}`, (scope) => (mentions(scope, word) ? [scope] : []));
  }

  /** The last of several places. */
  last(): Place {
    return new Place(this.folder, [
      ...this.steps,
      { label: 'the last', find: (scope) => [scope], isLast: true },
    ]);
  }

  selections(tree: Tree): Selection[] {
    let found: Selection[] = tree.files(this.folder).map((file) => whole(tree.source(file)));
    for (const [index, { label, find, isDeclaration, isLast }] of this.steps.entries()) {
      if (isLast) {
        found = found.slice(-1);
        continue;
      }
      const next = found.flatMap(({ node }) => [...find(node)]).map(asSelection);
      if (next.length === 0) {
        const where = this.describe(index);
        const names = isDeclaration
          ? `; it has ${found.flatMap(({ node }) => namesIn(node)).join(', ')}`
          : '';
        throw new Error(`${where} has no ${label.replace(/^in /, '')}${names}`);
      }
      found = next.filter((one, at) => next.findIndex((other) => isSame(one, other)) === at);
    }
    return found;
  }

  only(tree: Tree): Selection {
    const found = this.selections(tree);
    if (found.length === 1) return found[0] as Selection;
    throw new Error(`${this.describe()} is ${found.length} places: ${found.map(positionOf).join(', ')}`);
  }

  describe(steps = this.steps.length): string {
    return [this.folder, ...this.steps.slice(0, steps).map(({ label }) => label)].join(', ');
  }

  private edit(operate: operators.Operator): Edit {
    return { changes: (tree) => [operate(this.only(tree))].flat() };
  }

  /** Takes away a member, an item, an operand, a statement or a piece of text. */
  remove = (): Edit => this.edit(operators.remove);
  /** Puts a literal, or another piece of text, in its place. */
  replace = (text: string): Edit => this.edit(operators.replace(text));
  /** The same in every place that fits. */
  replaceAll = (text: string): Edit => ({
    changes: (tree) => this.selections(tree).flatMap(operators.replace(text)),
  });
  setValue = (text: string): Edit => this.edit(operators.setValue(text));
  rename = (name: string): Edit => this.edit(operators.rename(name));
  swapMembers = (one: string, other: string): Edit => ({
    changes: (tree) => operators.swap(this.member(one).only(tree), this.member(other).only(tree)),
  });
  swapWith = (other: Place): Edit => ({
    changes: (tree) => operators.swap(this.only(tree), other.only(tree)),
  });
  /** A condition that never, or always, holds. */
  never = (): Edit => this.edit(operators.replace('false'));
  always = (): Edit => this.edit(operators.replace('true'));
  operator = (token: string): Edit => this.edit(operators.operator(token));
  /** A call becomes one of its arguments, or the value that its method belongs to. */
  toArgument = (index = 0): Edit => this.edit(operators.toArgument(index));
  toReceiver = (): Edit => this.edit(operators.toReceiver);
  dropOptionalChain = (): Edit => this.edit(operators.dropOptionalChain);
}

const asSelection = (found: ts.Node | Selection): Selection => ('source' in found ? found : whole(found));

const isSame = (one: Selection, other: Selection): boolean =>
  one.source === other.source && one.start === other.start && one.end === other.end;

const positionOf = ({ source, start }: Selection): string =>
  `${source.fileName}:${source.getLineAndCharacterOfPosition(start).line + 1}`;

/** All TypeScript files of the folder and its subfolders, or one file. */
export const at = (folder: string): Place => new Place(folder);
