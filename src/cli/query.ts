/** `rosetta query`: one operation through any protocol, or through all to see that their answers agree. */
import type { Config } from '../app/config';
import { formatJson } from '../calls/answers';
import type { Call, CallResult } from '../calls/call';
import { callRoutes, type RouteResults } from '../calls/call-routes';
import type { Route } from '../calls/routes';
import { TITLES } from '../compare/report/format';
import { OPERATIONS } from '../contract/skills-api';
import type { Exchange } from '../wire/capture';
import { displayHeaders } from '../wire/display-headers';
import { FORM_PROTOCOLS, type PasteForm } from '../wire/paste-forms';
import { UsageError } from './input';

export interface QueryCommand extends Call {
  readonly via: readonly Route[];
  readonly wire: boolean;
  readonly json: boolean;
}

/** Returns the exit code: 0 if all routes gave the same value, 1 if one gave an error or the answers differ. */
export const runQuery = async (command: QueryCommand, config: Config): Promise<number> => {
  if (OPERATIONS[command.operation] === 'write' && command.via.length > 1) {
    throw new UsageError(`${command.operation} changes data`, 'choose one protocol, for example --via rest');
  }
  const outcome = await callRoutes(command, command.via, command.wire, config);
  if (command.json) printJson(command, outcome);
  else await printText(command, outcome);
  const hint = findHint([...outcome.results.values()], config);
  if (hint !== undefined) console.error(`(${hint})`);
  const hasError = [...outcome.answers.values()].some((answer) => 'error' in answer);
  return hasError || outcome.differences.length > 0 ? 1 : 0;
};

const printText = async (
  { operation }: QueryCommand,
  { results, answers, differences }: RouteResults,
): Promise<void> => {
  for (const [route, { exchange }] of results) {
    if (route === 'direct' || !exchange) continue;
    // Loaded here, as reading protobuf loads its library.
    const { formatExchange } = await import('../wire/exchange-text.js');
    const { GRPC_CONTRACT } = await import('../calls/grpc-contract.js');
    console.log(`--- ${TITLES[route]}\n${formatExchange(route, operation, exchange, GRPC_CONTRACT)}\n`);
  }
  const [first] = answers.values();
  const failed = first !== undefined && 'error' in first;
  const value = failed ? first : (first?.value ?? null);
  console.log(differences.length > 0 ? differences.join('\n') : formatJson(value).trimEnd());

  const names = Array.from(answers.keys(), (route) =>
    route === 'direct' ? 'the service itself' : TITLES[route],
  );
  const kind = failed ? 'error' : 'answer';
  const same = names.length > 1 ? `the same ${kind} through ${names.join(', ')}` : `${kind} through ${names}`;
  console.error(
    differences.length > 0 ? `✗ the answers differ: ${names.join(', ')}` : `${failed ? '✗' : '✓'} ${same}`,
  );
};

const printJson = (
  { operation, input, wire }: QueryCommand,
  { results, answers, differences }: RouteResults,
): void => {
  const exchanges = Array.from(results).flatMap(([route, { exchange }]) =>
    exchange ? [[route, toExchangeJson(exchange)]] : [],
  );
  const document = {
    operation,
    input,
    agree: differences.length === 0,
    answers: Object.fromEntries(answers),
    ...(wire && { wire: Object.fromEntries(exchanges) }),
  };
  console.log(formatJson(document).trimEnd());
};

const toExchangeJson = ({ request, response }: Exchange) => {
  const message = ({ startLine, headers, body, trailers }: Exchange['request']) => ({
    startLine,
    headers: Object.fromEntries(displayHeaders(headers)),
    bodyBase64: body.toString('base64'),
    ...(trailers.length > 0 && { trailers: Object.fromEntries(trailers) }),
  });
  return { request: message(request), response: message(response) };
};

/** Says how to authenticate after an authentication error, and how to trust a certificate after a TLS error. */
const findHint = (results: readonly CallResult[], { jwksUrl, tlsCa, issuer }: Config): string | undefined => {
  const [error] = results.flatMap(({ answer }) => ('error' in answer ? [answer.error] : []));
  if (error?.reason === 'CONNECTION_FAILED' && tlsCa !== undefined)
    return "TLS_CA must name the server's certificate, or the certificate of its issuer";
  if (error?.code !== 'UNAUTHENTICATED' && error?.reason !== 'SCOPE_REQUIRED') return undefined;
  if (jwksUrl !== undefined) return `pass a token of ${issuer} as --token, or as ROSETTA_TOKEN`;
  // By default, the issuer of a server with a certificate has https.
  const other = tlsCa === undefined ? '' : `AUTH_ISSUER=${issuer.replace(/^http:/, 'https:')} `;
  return `make a token with: ${other}npx rosetta token --scope skills:write; then pass it as --token, or as ROSETTA_TOKEN`;
};

/** `rosetta query --as`: prints the call as text to paste, and does not call the server. */
export const printCalls = async (command: QueryCommand, form: PasteForm, config: Config): Promise<void> => {
  const protocols = FORM_PROTOCOLS[form].filter((name) => command.via.includes(name));
  if (protocols.length === 0) {
    const supported = FORM_PROTOCOLS[form].join(' or ');
    throw new UsageError(`${form} does not support ${command.via.join(', ')}`, `use --via ${supported}`);
  }
  const { pasteCall } = await import('../calls/paste-call.js');
  for (const text of await pasteCall(command, form, protocols, config)) console.log(text);
};
