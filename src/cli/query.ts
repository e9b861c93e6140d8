/** `rosetta query`: one operation through any protocol, or through all to see that they say the same. */

import type { Config } from '../app/config';
import { type Answer, differences, pretty } from '../calls/answers';
import { type Asked, askDirectly, askThrough, type Question, requestOf } from '../calls/ask';
import { configuredAddresses, findTarget, tlsOf } from '../calls/targets';
import { needsToken } from '../calls/tokens';
import { TITLES } from '../compare/report/format';
import { PROTOCOL_NAMES } from '../contract/protocol';
import { OPERATIONS } from '../contract/skills-api';
import type { Exchange } from '../wire/capture';
import { type PasteForm, SPEAKS } from '../wire/paste-forms';
import { UsageError, type Via } from './input';

// What reads protobuf is loaded where something of it is shown.
const grpcContract = () => import('../calls/grpc-contract.js');
const exchangeTexts = () => import('../wire/exchange-text.js');
const pastes = () => import('../wire/paste.js');

export interface QueryCommand extends Question {
  readonly via: readonly Via[];
  readonly wire: boolean;
  readonly json: boolean;
}

/** The exit code: 0 when all asked gave one and the same value, 1 when they gave an error or did not agree. */
export const runQuery = async (command: QueryCommand, config: Config): Promise<number> => {
  if (OPERATIONS[command.operation] === 'write' && command.via.length > 1) {
    throw new UsageError(
      `${command.operation} changes data`,
      'say through which one protocol, as in --via rest',
    );
  }
  const target = await findTarget(
    config,
    PROTOCOL_NAMES.filter((name) => command.via.includes(name)),
  );
  try {
    const asked = new Map<Via, Asked>();
    for (const via of new Set(command.via)) {
      const answered =
        via === 'direct'
          ? await askDirectly(command, await target.service())
          : await askThrough(via, command, target.addresses[via], { wire: command.wire, tls: target.tls });
      asked.set(via, answered);
    }
    const exitCode = await (command.json ? printJson(command, asked) : printText(command, asked));
    const hint = hintFor([...asked.values()], config);
    if (hint !== undefined) console.error(`(${hint})`);
    return exitCode;
  } finally {
    await target.close();
  }
};

const answersOf = (asked: ReadonlyMap<Via, Asked>): ReadonlyMap<Via, Answer> =>
  new Map([...asked].map(([via, { answer }]) => [via, answer]));

const exitCode = (answers: ReadonlyMap<Via, Answer>): number =>
  differences(answers).length > 0 || [...answers.values()].some((answer) => 'error' in answer) ? 1 : 0;

const printText = async (command: QueryCommand, asked: ReadonlyMap<Via, Asked>): Promise<number> => {
  for (const [via, { exchange }] of asked) {
    if (via === 'direct' || !exchange) continue;
    const [{ exchangeText }, { GRPC_CONTRACT }] = await Promise.all([exchangeTexts(), grpcContract()]);
    console.log(`--- ${TITLES[via]}\n${exchangeText(via, command.operation, exchange, GRPC_CONTRACT)}\n`);
  }
  const answers = answersOf(asked);
  const differing = differences(answers);
  const [first] = answers.values() as Iterable<Answer>;
  const failed = first !== undefined && 'error' in first;
  const value = failed ? first : (first?.value ?? null);
  console.log(differing.length > 0 ? differing.join('\n') : pretty(value).trimEnd());

  const names = [...answers.keys()].map((via) => (via === 'direct' ? 'the service itself' : TITLES[via]));
  const what = failed ? 'error' : 'answer';
  const same = names.length > 1 ? `the same ${what} through ${names.join(', ')}` : `${what} through ${names}`;
  console.error(
    differing.length > 0 ? `✗ the answers differ: ${names.join(', ')}` : `${failed ? '✗' : '✓'} ${same}`,
  );
  return exitCode(answers);
};

/** How to be let in, where the answer was that the caller is not. */
const hintFor = (asked: readonly Asked[], { jwksUrl, tlsCa, issuer }: Config): string | undefined => {
  const [error] = asked.flatMap(({ answer }) => ('error' in answer ? [answer.error] : []));
  if (error?.reason === 'CONNECTION_FAILED' && tlsCa !== undefined)
    return 'TLS_CA must name the certificate that the server has, or that of who signed it';
  if (error?.code !== 'UNAUTHENTICATED' && error?.reason !== 'SCOPE_REQUIRED') return undefined;
  if (jwksUrl !== undefined) return `give a token of ${issuer} as --token, or as ROSETTA_TOKEN`;
  // A server with a certificate has an issuer with https, unless it was told otherwise.
  const other = tlsCa === undefined ? '' : `AUTH_ISSUER=${issuer.replace(/^http:/, 'https:')} `;
  return `make a token with: ${other}npx rosetta token --scope skills:write; then give it as --token, or as ROSETTA_TOKEN`;
};

const printJson = async (
  { operation, input, wire }: QueryCommand,
  asked: ReadonlyMap<Via, Asked>,
): Promise<number> => {
  const answers = answersOf(asked);
  const exchanges: [Via, object][] = [];
  for (const [via, { exchange }] of asked) if (exchange) exchanges.push([via, await exchangeJson(exchange)]);
  const document = {
    operation,
    input,
    agree: differences(answers).length === 0,
    answers: Object.fromEntries(answers),
    ...(wire && { wire: Object.fromEntries(exchanges) }),
  };
  console.log(pretty(document).trimEnd());
  return exitCode(answers);
};

const exchangeJson = async ({ request, response }: Exchange) => {
  const { shownHeaders } = await import('../wire/shown-headers.js');
  const message = ({ startLine, headers, body, trailers }: Exchange['request']) => ({
    startLine,
    headers: Object.fromEntries(shownHeaders(headers)),
    bodyBase64: body.toString('base64'),
    ...(trailers.length > 0 && { trailers: Object.fromEntries(trailers) }),
  });
  return { request: message(request), response: message(response) };
};

/** `rosetta query --as`: the call, to paste; it is not made. */
export const printCalls = async (command: QueryCommand, form: PasteForm, config: Config): Promise<void> => {
  const speakers = SPEAKS[form].filter((name) => command.via.includes(name));
  if (speakers.length === 0)
    throw new UsageError(`${form} cannot speak that`, `use --via ${SPEAKS[form].join(' or ')}`);
  const { operation, context } = command;
  const named = context?.token !== undefined || needsToken(operation);
  // A paste names the variable that the token is in, so none is needed to make it.
  const question = { ...command, context: { ...context, ...(named && { token: 'ROSETTA_TOKEN' }) } };
  const [{ paste }, { GRPC_CONTRACT }] = await Promise.all([pastes(), grpcContract()]);
  for (const via of speakers) {
    const exchange = await requestOf(via, question);
    const target = { address: configuredAddresses(config)[via], tls: tlsOf(config) };
    if (exchange) console.log(paste(form, operation, target, exchange, GRPC_CONTRACT));
  }
};
