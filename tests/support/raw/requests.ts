/** Requests written by hand in the bytes of each protocol, and its responses and errors decoded without our clients. */
import { XMLParser } from 'fast-xml-parser';
import { ERROR_CODES } from '../../../src/contract/errors';
import type { Served } from '../served';
import { detailsOf, frame, type GrpcResponse, proto, sendGrpc } from './grpc';
import { type RawRequest, type RawResponse, sendHttp } from './http';

export interface DecodedResponse {
  /** The gRPC status if there is one, otherwise the HTTP status. */
  readonly status: number;
  /** The error code of the domain; `OK` if the response is not an error. */
  readonly code: string;
  /** The reason of the domain error; empty if the gRPC library rejects the call with a bare status. */
  readonly reason: string;
  /** The description of each field violation, by the name of the field in this protocol. */
  readonly violations: Readonly<Record<string, string>>;
  readonly body: string;
}

export type SendRequest = (served: Served) => Promise<DecodedResponse>;

/** A stack trace, an HTML page or a file path: no response may contain one. */
export const LEAK = /\n\s+at |\bat .+:\d+:\d+|<html|<!doctype html|node_modules|\.[jt]s:\d/i;

/** Requests carry the token of ada unless their headers have another. */
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const JSON_TYPE = { 'content-type': 'application/json' };

const withToken = (token: string, request: RawRequest): RawRequest => ({
  ...request,
  headers: { ...bearer(token), ...request.headers },
});

// REST: problem details (RFC 9457).

export const rest =
  (
    method: string,
    path: string,
    body?: string | Uint8Array,
    headers: RawRequest['headers'] = JSON_TYPE,
  ): SendRequest =>
  async ({ address, token }) =>
    decodeRest(
      await sendHttp(address.rest, path, {
        method,
        body,
        headers: { ...bearer(token), ...(body === undefined ? withoutType(headers) : headers) },
      }),
    );

const withoutType = ({ 'content-type': type, ...headers }: NonNullable<RawRequest['headers']>) =>
  type === JSON_TYPE['content-type'] ? headers : { 'content-type': type as string, ...headers };

export const decodeRest = (response: RawResponse): DecodedResponse =>
  response.status < 400 ? { ...OK, status: response.status, body: response.text } : decodeProblem(response);

const decodeProblem = ({ status, headers, text }: RawResponse): DecodedResponse => {
  expect(headers['content-type']).toBe('application/problem+json');
  const problem = JSON.parse(text);
  expect(problem).toMatchObject({ type: 'about:blank', status, title: expect.any(String) });
  expect(problem.detail).toEqual(expect.any(String));
  const violations = (problem.errors ?? []).map((error: Record<string, string>) => [
    error.pointer ?? error.parameter,
    error.detail,
  ]);
  return { status, code: problem.code, reason: problem.reason, violations: byField(violations), body: text };
};

// GraphQL: error codes in errors[].extensions.

export const graphql = (query: string, variables?: object, headers?: RawRequest['headers']): SendRequest =>
  graphqlPost(JSON.stringify({ query, variables }), headers);

export const graphqlPost = (body: string | Uint8Array, headers: RawRequest['headers'] = {}): SendRequest =>
  graphqlRequest('/graphql', { method: 'POST', body, headers: { ...JSON_TYPE, ...headers } });

export const graphqlRequest =
  (path: string, request: RawRequest): SendRequest =>
  async ({ address, token }) =>
    decodeGraphql(await sendHttp(address.graphql, path, withToken(token, request)));

/** The Apollo names of the domain codes. An error of Apollo Server itself has its reason as the code. */
const APOLLO: Record<string, string> = {
  INVALID_ARGUMENT: 'BAD_USER_INPUT',
  RESOURCE_EXHAUSTED: 'RATE_LIMITED',
  PERMISSION_DENIED: 'FORBIDDEN',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
};

export const decodeGraphql = ({ status, headers, text }: RawResponse): DecodedResponse => {
  if (status < 400 && !JSON.parse(text).errors) return { ...OK, status, body: text };
  expect(headers['content-type']).toMatch(/^application\/(graphql-response\+)?json; charset=utf-8$/);
  const { message, extensions } = JSON.parse(text).errors[0];
  const { code, domainCode, reason, violations = [] } = extensions;
  expect(message).toEqual(expect.any(String));
  expect([APOLLO[domainCode] ?? domainCode, reason]).toContain(code);
  const pairs = violations.map((one: Record<string, string>) => [one.field, one.description]);
  return { status, code: domainCode, reason, violations: byField(pairs), body: text };
};

// gRPC: a status with google.rpc details.

export const grpc =
  (method: string, request: object, headers?: Record<string, string>): SendRequest =>
  (served) =>
    grpcBytes(method, frame(proto(`${method}Request`).serialize(request)), headers)(served);

export const grpcBytes =
  (method: string, body: Buffer, headers?: Record<string, string>): SendRequest =>
  async ({ address, token }) =>
    decodeGrpc(
      await sendGrpc(address.grpc, `/skills.v1.SkillsService/${method}`, body, {
        ...bearer(token),
        ...headers,
      }),
    );

const GRPC_CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

export const decodeGrpc = (answer: GrpcResponse): DecodedResponse => {
  const { status, httpStatus, message, body } = answer;
  if (status === undefined) return { ...OK, status: httpStatus, code: '', body: body.toString() };
  if (status === 0) return { ...OK, status, body: body.toString('latin1') };
  expect(httpStatus).toBe(200);
  const { ErrorInfo, BadRequest } = detailsOf(answer);
  if (ErrorInfo) expect(ErrorInfo.domain).toBe('api-rosetta');
  const pairs = (BadRequest?.fieldViolations ?? []).map((one: Record<string, string>) => [
    one.field ?? '',
    one.description,
  ]);
  return {
    status,
    code: GRPC_CODES[status] ?? String(status),
    reason: ErrorInfo?.reason ?? '',
    violations: byField(pairs),
    body: message,
  };
};

// SOAP: a fault with a detail.

const SOAP_TYPE = { 'content-type': 'text/xml; charset=utf-8' };
const SKILLS_NAMESPACE = 'urn:api-rosetta:skills:v1';

/** An envelope with the given Body and Header. Elements without a prefix are in the namespace of the WSDL. */
export const envelope = (body: string, header = ''): string =>
  '<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" ' +
  `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="${SKILLS_NAMESPACE}">` +
  `${header}<e:Body>${body}</e:Body></e:Envelope>`;

export const soap = (body: string, headers?: RawRequest['headers']): SendRequest =>
  soapPost(envelope(body), headers);

export const soapPost = (
  body: string | Uint8Array,
  headers: RawRequest['headers'] = SOAP_TYPE,
): SendRequest => soapRequest('/soap', { method: 'POST', body, headers: { ...SOAP_TYPE, ...headers } });

export const soapRequest =
  (path: string, request: RawRequest): SendRequest =>
  async ({ address, token }) =>
    decodeSoap(await sendHttp(address.soap, path, withToken(token, request)));

const PARSER = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'item' });

/** A fault comes with 500, an error of HTTP as problem details (WS-I Basic Profile 1.1, R1126). */
export const decodeSoap = (response: RawResponse): DecodedResponse => {
  const { status, headers, text } = response;
  if (status < 400) return { ...OK, status, body: text };
  if (status !== 500) return decodeProblem(response);
  expect(headers['content-type']).toBe('text/xml; charset=utf-8');
  const { faultcode, faultstring, detail } = PARSER.parse(text)['soap:Envelope']['soap:Body']['soap:Fault'];
  const { code, reason, violations } = detail.SkillsFault;
  expect(faultstring).toEqual(expect.any(String));
  expect(faultcode).toBe(`soap:${faultcodeOf(code, reason)}`);
  const pairs = (violations?.item ?? []).map((one: Record<string, string>) => [one.field, one.description]);
  return { status, code, reason, violations: byField(pairs), body: text };
};

const faultcodeOf = (code: string, reason: string): string => {
  expect(ERROR_CODES).toContain(code);
  if (reason === 'HEADER_NOT_UNDERSTOOD') return 'MustUnderstand';
  return /^(RESOURCE_EXHAUSTED|DEADLINE_EXCEEDED|UNAVAILABLE|INTERNAL)$/.test(code) ? 'Server' : 'Client';
};

/** The decoders of the protocols whose responses are HTTP/1.1. */
export const DECODE_HTTP = { rest: decodeRest, graphql: decodeGraphql, soap: decodeSoap };

const OK = { code: 'OK', reason: '', violations: {} };

const byField = (pairs: [string, string][]): Record<string, string> => Object.fromEntries(pairs);
