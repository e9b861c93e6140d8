/** `rosetta query`: one operation through any protocol, or through all to see that they say the same. */

import type { Config } from '../app/config';
import { type Answer, findDifferences, formatJson } from '../calls/answers';
import { type Call, type CallResult, callProtocol, callService, captureRequest } from '../calls/call';
import { clientTls, configuredAddresses, findTarget } from '../calls/targets';
import { requiresToken } from '../calls/tokens';
import { TITLES } from '../compare/report/format';
import { PROTOCOL_NAMES } from '../contract/protocol';
import { OPERATIONS } from '../contract/skills-api';
import type { Exchange } from '../wire/capture';
import { FORM_PROTOCOLS, type PasteForm } from '../wire/paste-forms';
import { type Route, UsageError } from './input';

// What reads protobuf is loaded where something of it is shown.
const grpcContract = () => import('../calls/grpc-contract.js');
const exchangeTexts = () => import('../wire/exchange-text.js');
const pastes = () => import('../wire/paste.js');

export interface QueryCommand extends Call {
  readonly via: readonly Route[];
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
    const asked = new Map<Route, CallResult>();
    for (const via of new Set(command.via)) {
      const answered =
        via === 'direct'
          ? await callService(command, await target.service())
          : await callProtocol(via, command, target.addresses[via], { wire: command.wire, tls: target.tls });
      asked.set(via, answered);
    }
    const exitCode = await (command.json ? printJson(command, asked) : printText(command, asked));
    const hint = findHint([...asked.values()], config);
    if (hint !== undefined) console.error(`(${hint})`);
    return exitCode;
  } finally {
    await target.close();
  }
};

const listAnswers = (asked: ReadonlyMap<Route, CallResult>): ReadonlyMap<Route, Answer> =>
  new Map([...asked].map(([via, { answer }]) => [via, answer]));

const exitCode = (answers: ReadonlyMap<Route, Answer>): number =>
  findDifferences(answers).length > 0 || [...answers.values()].some((answer) => 'error' in answer) ? 1 : 0;

const printText = async (command: QueryCommand, asked: ReadonlyMap<Route, CallResult>): Promise<number> => {
  for (const [via, { exchange }] of asked) {
    if (via === 'direct' || !exchange) continue;
    const [{ formatExchange: exchangeText }, { GRPC_CONTRACT }] = await Promise.all([
      exchangeTexts(),
      grpcContract(),
    ]);
    console.log(`--- ${TITLES[via]}\n${exchangeText(via, command.operation, exchange, GRPC_CONTRACT)}\n`);
  }
  const answers = listAnswers(asked);
  const differing = findDifferences(answers);
  const [first] = answers.values() as Iterable<Answer>;
  const failed = first !== undefined && 'error' in first;
  const value = failed ? first : (first?.value ?? null);
  console.log(differing.length > 0 ? differing.join('\n') : formatJson(value).trimEnd());

  const names = [...answers.keys()].map((via) => (via === 'direct' ? 'the service itself' : TITLES[via]));
  const what = failed ? 'error' : 'answer';
  const same = names.length > 1 ? `the same ${what} through ${names.join(', ')}` : `${what} through ${names}`;
  console.error(
    differing.length > 0 ? `✗ the answers differ: ${names.join(', ')}` : `${failed ? '✗' : '✓'} ${same}`,
  );
  return exitCode(answers);
};

/** How to be let in, where the answer was that the caller is not. */
const findHint = (asked: readonly CallResult[], { jwksUrl, tlsCa, issuer }: Config): string | undefined => {
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
  asked: ReadonlyMap<Route, CallResult>,
): Promise<number> => {
  const answers = listAnswers(asked);
  const exchanges: [Route, object][] = [];
  for (const [via, { exchange }] of asked)
    if (exchange) exchanges.push([via, await toExchangeJson(exchange)]);
  const document = {
    operation,
    input,
    agree: findDifferences(answers).length === 0,
    answers: Object.fromEntries(answers),
    ...(wire && { wire: Object.fromEntries(exchanges) }),
  };
  console.log(formatJson(document).trimEnd());
  return exitCode(answers);
};

const toExchangeJson = async ({ request, response }: Exchange) => {
  const { displayHeaders } = await import('../wire/display-headers.js');
  const message = ({ startLine, headers, body, trailers }: Exchange['request']) => ({
    startLine,
    headers: Object.fromEntries(displayHeaders(headers)),
    bodyBase64: body.toString('base64'),
    ...(trailers.length > 0 && { trailers: Object.fromEntries(trailers) }),
  });
  return { request: message(request), response: message(response) };
};

/** `rosetta query --as`: the call, to paste; it is not made. */
export const printCalls = async (command: QueryCommand, form: PasteForm, config: Config): Promise<void> => {
  const speakers = FORM_PROTOCOLS[form].filter((name) => command.via.includes(name));
  if (speakers.length === 0)
    throw new UsageError(`${form} cannot speak that`, `use --via ${FORM_PROTOCOLS[form].join(' or ')}`);
  const { operation, context } = command;
  const named = context?.token !== undefined || requiresToken(operation);
  // A paste names the variable that the token is in, so none is needed to make it.
  const question = { ...command, context: { ...context, ...(named && { token: 'ROSETTA_TOKEN' }) } };
  const [{ formatPaste: paste }, { GRPC_CONTRACT }] = await Promise.all([pastes(), grpcContract()]);
  for (const via of speakers) {
    const exchange = await captureRequest(via, question);
    const target = { address: configuredAddresses(config)[via], tls: clientTls(config) };
    if (exchange) console.log(paste(form, operation, target, exchange, GRPC_CONTRACT));
  }
};
