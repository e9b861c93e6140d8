/** Injection: text that is code in SQL, XPath, headers or markup, in every string of every input schema. */
import { z } from 'zod';
import { INPUTS, parseInput } from '../../../src/contract/inputs';
import { PROTOCOL_NAMES, type ProtocolName } from '../../../src/contract/protocol';
import { OPERATION_NAMES, OPERATIONS, type Operation } from '../../../src/contract/skills-api';
import { proto } from '../../../tests/support/raw/grpc';
import { type Attack, Findings, inParallel, type Run, type Target } from '../attack';
import { send } from '../request-attack';
import { type RequestInput, requestOf, SAMPLES } from '../requests';
import { type CheckedResponse, summaryOf } from '../response-forms';

type Path = readonly (string | number)[];

// biome-ignore lint/suspicious/noExplicitAny: JSON schemas and inputs have any shape.
type Any = any;

/** The paths of all strings in a schema, such as `['skill', 'tags', 0]`. */
const stringsIn = (schema: Any, path: Path = []): Path[] => {
  if (schema.type === 'string') return [path];
  if (schema.anyOf) return stringsIn(schema.anyOf[0], path);
  if (schema.type === 'array') return stringsIn(schema.items, [...path, 0]);
  const members = Object.entries(schema.properties ?? {});
  return members.flatMap(([name, member]) => stringsIn(member, [...path, name]));
};

const KEY: Path = ['idempotencyKey'];

/** The strings of each operation; the idempotency key of a write is one of them. */
const STRINGS = Object.fromEntries(
  OPERATION_NAMES.map((operation) => [
    operation,
    [
      ...stringsIn(z.toJSONSchema(INPUTS[operation], { io: 'input', unrepresentable: 'any' })),
      ...(OPERATIONS[operation] === 'write' ? [KEY] : []),
    ],
  ]),
) as Record<Operation, Path[]>;

const PAYLOADS = {
  SQL: [
    "'; DROP TABLE skills; --",
    "' OR '1'='1",
    '") UNION SELECT sql FROM sqlite_master --',
    "%'/**/OR/**/1=1--",
  ],
  XPath: ["' or '1'='1", "']|//*|//*['", "//skill[id='git']/etag"],
  headers: [
    'x\r\nX-Injected: yes',
    'x\r\n\r\nHTTP/1.1 200 OK\r\nX-Injected: yes',
    'x\nSet-Cookie: injected=yes',
  ],
  markup: ['</id><id>rest</id>', 'x]]><id>rest</id>', '") { __typename } #'],
} as const;

const placed = (input: Any, [first, ...rest]: Path, value: string): Any => {
  if (first === undefined) return value;
  const copy = Array.isArray(input) ? [...input] : { ...input };
  copy[first] = placed(copy[first], rest, value);
  return copy;
};
const at = (input: Any, path: Path): Any => path.reduce((value, step) => value?.[step], input);

/** The code that the contract defines for the input, independent of the meaning of the text elsewhere. */
const expectedCode = (operation: Operation, path: Path, input: Any): string => {
  const [first] = path;
  // Keys must not contain spaces, quotes or line ends.
  if (first === 'idempotencyKey' && /[\s"\\]/.test(input.idempotencyKey)) return 'INVALID_ARGUMENT';
  const { idempotencyKey: _, ...rest } = input;
  try {
    parseInput(operation, rest);
  } catch {
    return 'INVALID_ARGUMENT';
  }
  if (first === 'pageToken') return 'INVALID_ARGUMENT';
  return first === 'etag' ? 'ABORTED' : 'OK';
};

/** Whether a protocol can carry text there: GraphQL has no `fields`, and protobuf enums are numbers. */
const canCarry = (protocol: ProtocolName, path: Path): boolean => {
  const name = String(path.findLast((step) => typeof step === 'string'));
  if (protocol === 'graphql') return name !== 'fields';
  return protocol !== 'grpc' || (name !== 'level' && name !== 'status');
};

interface Case extends RequestInput {
  readonly path: Path;
  readonly payload: string;
}

const casesOf = (
  protocol: ProtocolName,
  token: string,
  id: string,
  payloads: readonly string[],
  isWanted: (operation: Operation) => boolean,
): Case[] =>
  OPERATION_NAMES.filter(isWanted).flatMap((operation) =>
    STRINGS[operation]
      .filter((path) => canCarry(protocol, path))
      .flatMap((path) =>
        payloads.map((payload) => {
          const sample = { ...SAMPLES[operation] } as Any;
          if (sample.skill) sample.skill = { ...sample.skill, id };
          if (operation === 'updateSkill' || operation === 'deleteSkill') sample.id = id;
          const { idempotencyKey, ...input } = placed(sample, path, payload);
          // A key belongs to one operation and input.
          const key = idempotencyKey && { key: idempotencyKey + operation };
          return { operation, input, path, payload, token, ...key };
        }),
      ),
  );

const INJECTED = ['x-injected', 'set-cookie'];

/** The totalSize of a response; protobuf omits a zero. */
const totalOf = (protocol: ProtocolName, { text }: CheckedResponse): number =>
  protocol === 'grpc'
    ? (proto('ListSkillsResponse').deserialize(Buffer.from(text, 'latin1').subarray(5)).totalSize ?? 0)
    : Number(/totalSize"?[:>](\d+)/.exec(text)?.[1]);

const judge = (
  protocol: ProtocolName,
  response: CheckedResponse,
  { operation, input, path, key }: Case,
): string | undefined => {
  const expected = expectedCode(
    operation,
    path,
    key === undefined ? input : { ...input, idempotencyKey: key },
  );
  const injected = INJECTED.find((name) => response.headers[name] !== undefined);
  if (injected) return `was returned as the header ${injected}`;
  if (response.code !== expected) return `got ${summaryOf(response)}, not ${expected}`;
  if (operation === 'listSkills' && response.code === 'OK' && totalOf(protocol, response) !== 0)
    return 'found skills';
  return undefined;
};

/** Checks through REST that the stored text equals the text that was sent. */
const expectUnchanged = async (
  target: Target,
  { path, payload, token }: Case,
  id: string,
  findings: Findings,
) => {
  if (path[0] === 'idempotencyKey') return;
  const requestInput: RequestInput = { operation: 'getSkill', input: { id }, token };
  const { text } = await send(target, 'rest', requestOf('rest', requestInput));
  const stored = at(JSON.parse(text), path.slice(1));
  if (stored !== payload.replaceAll('\r\n', '\n'))
    findings.fail(`${path.join('.')} became ${JSON.stringify(stored)}`);
};

const inject =
  (protocol: ProtocolName, kind: readonly string[]): Run =>
  async (target, size) => {
    const payloads = kind.slice(0, size.payloads);
    const findings = new Findings();
    const id = `injected-${protocol}`;
    const token = await target.tokenOf(`injector-${protocol}-${payloads[0]!.length}`);
    const sendInput = (requestInput: RequestInput) =>
      send(target, protocol, requestOf(protocol, requestInput));
    const attack = async (one: Case): Promise<void> => {
      const place = `${one.operation} ${one.path.join('.')} ${JSON.stringify(one.payload)}`;
      try {
        const response = await sendInput(one);
        findings.record(response.code);
        const failure = judge(protocol, response, one);
        if (failure) findings.fail(`${place} ${failure}`);
        const isWritten = one.operation === 'createSkill' || one.operation === 'updateSkill';
        if (isWritten && response.code === 'OK') await expectUnchanged(target, one, id, findings);
        if (one.operation === 'createSkill' && response.code === 'OK') await remove();
      } catch (error) {
        findings.fail(`${place}: ${(error as Error).message}`);
      }
    };
    const remove = () => sendInput({ operation: 'deleteSkill', input: { id, etag: '*' }, token });
    const create = () =>
      sendInput({ operation: 'createSkill', input: { skill: { ...SAMPLES.createSkill.skill, id } }, token });
    const cases = (isWanted: (operation: Operation) => boolean) =>
      casesOf(protocol, token, id, payloads, isWanted);

    await inParallel(
      cases((operation) => OPERATIONS[operation] === 'read' || operation === 'setProgress'),
      4,
      attack,
    );
    // These attacks use the same skill, so they run one after another.
    await inParallel(
      cases((operation) => operation === 'createSkill'),
      1,
      attack,
    );
    await create();
    await inParallel(
      cases((operation) => operation === 'updateSkill'),
      1,
      attack,
    );
    await inParallel(
      cases((operation) => operation === 'deleteSkill'),
      1,
      (one) => create().then(() => attack(one)),
    );
    await remove();
    return findings.finding();
  };

const total = Object.values(STRINGS).reduce((sum, paths) => sum + paths.length, 0);

const injection = (kind: keyof typeof PAYLOADS, what: string): Attack => ({
  name: `${what} injection`,
  description: `${PAYLOADS[kind].map((text) => JSON.stringify(text)).join(', ')} in each of the ${total} strings of ${OPERATION_NAMES.length} operations; it must be stored unchanged or rejected`,
  on: Object.fromEntries(PROTOCOL_NAMES.map((one) => [one, inject(one, PAYLOADS[kind])])) as Attack['on'],
});

export const INJECTIONS: readonly Attack[] = [
  injection('SQL', 'SQL'),
  injection('XPath', 'XPath'),
  injection('headers', 'header'),
  injection('markup', 'markup'),
];
