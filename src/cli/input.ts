/** Parses the words of the command line: an operation, its input (`getSkill git fields=id,name`), and option values. */
import { closest } from 'fastest-levenshtein';
import { fieldPath, INPUTS } from '../contract/inputs';

import { OPERATION_NAMES, type Operation } from '../contract/skills-api';

/** A mistake on the command line: one line, and a hint how to fix it. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

export const parseOperation = (name: string): Operation => {
  const found = OPERATION_NAMES.find((operation) => operation.toLowerCase() === name.toLowerCase());
  if (found) return found;
  throw new UsageError(
    `there is no operation ${JSON.stringify(name)}`,
    `did you mean ${closest(name, OPERATION_NAMES)}? There are ${OPERATION_NAMES.join(', ')}.`,
  );
};

/** The members of an operation's input, in order. */
export const memberNames = (operation: Operation): string[] => Object.keys(INPUTS[operation].shape);

/**
 * `words` are `name=value` pairs or one JSON object. A value without a name belongs to the first member that is not of a
 * page. Only names and types are checked here: the service validates the values, so that each protocol shows its own error
 * response.
 */
export const parseInputWords = (operation: Operation, words: readonly string[]): Record<string, unknown> => {
  const isJson = words.length === 1 && words[0]?.trimStart().startsWith('{');
  const input = (isJson ? parseJson(words[0] as string, 'the input') : parsePairs(operation, words)) as never;
  checkTypes(operation, input);
  return input;
};

/** A missing member or a wrong type cannot be encoded, so the four protocols would report it differently. */
const checkTypes = (operation: Operation, input: unknown): void => {
  for (const { code, path, message } of INPUTS[operation].safeParse(input).error?.issues ?? []) {
    const isType = code === 'invalid_type' || (code === 'invalid_value' && path[0] !== 'fields');
    if (isType) {
      throw new UsageError(
        `${fieldPath(path) || 'the input'} ${message}`,
        `${operation} takes ${memberNames(operation).join(', ')}.`,
      );
    }
  }
};

const parsePairs = (operation: Operation, words: readonly string[]): Record<string, unknown> => {
  const names = memberNames(operation);
  const input: Record<string, unknown> = {};
  for (const word of words) {
    const first = names.find((one) => one !== 'pageSize' && one !== 'pageToken');
    const [, name = first, text = word] = /^([A-Za-z]+)=([\s\S]*)$/.exec(word) ?? [];
    if (name === undefined) {
      throw new UsageError(
        `${operation} takes no value without a name, such as ${JSON.stringify(word)}`,
        `it takes ${names.join(', ')}.`,
      );
    }
    if (!names.includes(name)) {
      throw new UsageError(
        `${operation} has no ${JSON.stringify(name)}`,
        `did you mean ${closest(name, names)}? It takes ${names.join(', ')}.`,
      );
    }
    const value = parseValue(name, text);
    const before = input[name];
    if (before === undefined) input[name] = value;
    else if (Array.isArray(before) && Array.isArray(value)) input[name] = [...before, ...value];
    else throw new UsageError(`${operation} takes one ${name}`, `${JSON.stringify(word)} is another one`);
  }
  return input;
};

const parseValue = (name: string, text: string): unknown => {
  if (/^[[{]/.test(text)) return parseJson(text, name);
  if (name === 'ids' || name === 'fields') return text.split(',').filter(Boolean);
  return name === 'pageSize' && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
};

const parseJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `${what} is not JSON: ${(error as Error).message}`,
      `quote it for the shell, for example '{"level":"ADVANCED"}'`,
    );
  }
};

/** `5%` as 0.05. Throws an Error of one line. */
export const parsePercent = (text: string): number => {
  const [, digits] = /^(\d+(?:\.\d+)?)%$/.exec(text.trim()) ?? [];
  if (digits === undefined) throw new Error(`${JSON.stringify(text)} is not a percentage; write it as 5%`);
  return Number(digits) / 100;
};

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `1h` as 3600. Throws an Error of one line. */
export const parseLifetime = (text: string): number => {
  const [, digits, unit] = /^(\d{1,9})([smhd])$/.exec(text.trim()) ?? [];
  if (digits === undefined)
    throw new Error(`${JSON.stringify(text)} is not a lifetime; write it as 90s, 5m, 1h or 7d`);
  return Number(digits) * SECONDS[unit as keyof typeof SECONDS];
};

/** An http origin without a path, as the contract defines the paths. */
export const parseOrigin = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' && ['', '/'].includes(url.pathname + url.search)) return url.origin;
  throw new Error('It must be an http origin without a path, for example http://127.0.0.1:8080.');
};

export const parseTarget = (text: string): string => {
  if (/^[\w.[\]:-]+:\d{1,5}$/.test(text) && URL.canParse(`http://${text}`)) return text;
  throw new Error('It must be host:port, for example 127.0.0.1:9090.');
};
