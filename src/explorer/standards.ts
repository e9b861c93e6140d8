/** Citations of the standards: for each provoked error, what each protocol's standard specifies, in one sentence. */
import type { ErrorCode } from '../contract/errors';
import type { Standard } from './api';

type Cite = (says: string) => Standard;

const from =
  (source: string, href: string): Cite =>
  (says) => ({ text: says, source, href });

export const rfc = (number: number, section: string): Cite =>
  from(`RFC ${number}, section ${section}`, `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`);
export const aip = (number: number): Cite => from(`AIP-${number}`, `https://google.aip.dev/${number}`);

export const retryInfo = from(
  'google.rpc.RetryInfo',
  'https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto',
);
export const rpcCode = from(
  'google.rpc.Code',
  'https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto',
);
export const relay = from(
  'Relay, cursor connections',
  'https://relay.dev/graphql/connections.htm#sec-Arguments',
);
export const idempotencyDraft = from(
  'The Idempotency-Key HTTP header (draft)',
  'https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/',
);

const SOAP_11 = 'https://www.w3.org/TR/2000/NOTE-SOAP-20000508/';
export const soap = (section: string): Cite => from(`SOAP 1.1, section ${section}`, SOAP_11);
export const wsSecurity = from(
  'WS-Security 1.1',
  'https://docs.oasis-open.org/wss/v1.1/wss-v1.1-spec-os-SOAPMessageSecurity.pdf',
);
export const graphql = (section: string): Cite =>
  from(`GraphQL, "${section}"`, `https://spec.graphql.org/draft/#sec-${section.replaceAll(' ', '-')}`);
const graphqlOverHttp = from(
  'GraphQL over HTTP, "application/json"',
  'https://graphql.github.io/graphql-over-http/draft/#sec-application-json',
);

/** GraphQL's response to any error during execution; `name` is the code that common tools expect. */
export const graphqlError = (name: string): Standard =>
  graphqlOverHttp(
    `200 OK, because the document was executed; the code ${name} is in extensions, which each service defines.`,
  );

/** SOAP 1.1 distinguishes only two causes: the message or the server. */
export const soapFault = (cause: 'Client' | 'Server', code: ErrorCode): Standard =>
  soap('4.4.1')(
    cause === 'Client'
      ? `A fault with HTTP 500: soap:Client means that the message is wrong; only the detail names ${code}.`
      : `A fault with HTTP 500: soap:Server means that the same message may succeed later; only the detail names ${code}.`,
  );
