/** What any HTTP server here needs: to listen, within limits, to stop without losing a call, and to say that it lives. */
import {
  createServer as createHttpServer,
  type ServerOptions as HttpOptions,
  IncomingMessage,
  type RequestListener,
  type Server,
  ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { createGunzip } from 'node:zlib';
import cors from 'cors';
import helmet from 'helmet';
import { malformedRequest, SkillsError } from '../contract/errors';
import { LIMITS } from '../contract/limits';
import type { ProtocolName, RunningServer, ServeOptions } from '../contract/protocol';
import { peerAddress } from './client-address';
import { openPort } from './listen';
import { attachRequestInfo, requestInfoOf } from './request-info';

export interface HttpApp {
  readonly protocol: ProtocolName;
  /** An Express app, or a plain listener. */
  readonly app: RequestListener & { readonly request?: object; readonly response?: object };
  /** An error in the protocol's own form, for requests that are broken as HTTP. */
  readonly errorResponse: (error: SkillsError) => HttpErrorResponse;
}

export interface HttpErrorResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Refusals that HTTP has a status for, whatever the protocol above it says of errors. */
export const HTTP_STATUS_OF_REASON: Readonly<Record<string, number>> = {
  TOKEN_MALFORMED: 401,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  HEADERS_TOO_LARGE: 431,
};

/** Resolves when the port is open; rejects with the system's error (EADDRINUSE, EACCES) where it can't be. */
export const serveHttp = async (
  { protocol, app, errorResponse }: HttpApp,
  options: ServeOptions,
): Promise<RunningServer> => {
  const { host, port, telemetry, tls } = options;
  const peerOf = peerAddress(options.trustedProxies);
  const allowOrigins = options.corsOrigins?.length ? cors(corsOptions(options.corsOrigins)) : undefined;
  let isStopping = false;

  const listener: RequestListener = (request, response) => {
    if (response.socket === null && isImpatient(request, response)) return;
    if (isStopping) response.shouldKeepAlive = false;
    if (answerHealth(request, response, isStopping)) return;
    attachRequestInfo(request, response, protocol, peerOf(request as never), telemetry);
    if (request.headers.host === undefined && request.httpVersionMinor > 0) {
      const error = malformedRequest('An HTTP/1.1 request names its Host (RFC 9112, section 3.2).');
      requestInfoOf(request).observed?.recordError(error.code);
      const { status, headers, body } = errorResponse(error);
      send(response, status, headers, body);
    } else if (allowOrigins) allowOrigins(request as never, response, () => app(request, response));
    else app(request, response);
  };
  const server = createServer(app, options, listener);
  // What else is expected than 100-continue may be ignored (RFC 9110, section 10.1.1); Node would answer without a body.
  server.on('checkExpectation', listener);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable && error.code !== 'ECONNRESET')
      socket.end(asText(errorResponse(brokenHttp(error)), tls !== undefined));
    else socket.destroy();
  });

  return openPort(server, { host, port, tls }, () => {
    isStopping = true;
  });
};

const createServer = (
  app: HttpApp['app'],
  { tls, limits = {} }: ServeOptions,
  listener: RequestListener,
): Server => {
  const { connectionsMax, headersMsMax, requestMsMax, idleMsMax, stalledMsMax } = { ...LIMITS, ...limits };
  const settings: HttpOptions = {
    ...(app.request && { IncomingMessage: bornWith(IncomingMessage, app.request) }),
    ...(app.response && { ServerResponse: bornWith(ServerResponse, app.response) }),
    maxHeaderSize: LIMITS.headerBytesMax,
    headersTimeout: headersMsMax,
    requestTimeout: requestMsMax,
    keepAliveTimeout: idleMsMax,
    // Node's own refusal would have no body.
    requireHostHeader: false,
    // How often Node looks for those that are late.
    connectionsCheckingInterval: Math.min(1000, headersMsMax / 2),
  };
  const server = tls
    ? createHttpsServer({ ...settings, ...tls }, listener)
    : createHttpServer(settings, listener);
  server.maxConnections = connectionsMax;
  server.setTimeout(stalledMsMax);
  return server;
};

/**
 * Express gives every request and response its own prototype, which costs V8 two thirds of a small call. Objects that
 * are born with those prototypes make that a no-op. Node's two classes are functions still; `Reflect.construct`, which
 * would not care, costs more than is saved.
 */
const bornWith = <T extends typeof IncomingMessage | typeof ServerResponse>(
  base: T,
  prototype: object,
): T => {
  function Shaped(this: object, parameter: never, options: never): void {
    (base as unknown as (this: object, ...parameters: never[]) => void).call(this, parameter, options);
  }
  Shaped.prototype = prototype;
  return Shaped as unknown as T;
};

const waiting = new WeakMap<Socket, number>();

/**
 * Whether a connection has sent too many requests behind one that is not answered yet, and so is cut. Node reads on, and
 * their answers would all wait in memory, before the calls of everybody else. Such a response has no socket so far.
 */
const isImpatient = ({ socket }: IncomingMessage, response: ServerResponse): boolean => {
  const count = (waiting.get(socket) ?? 0) + 1;
  if (count > LIMITS.pipelinedMax) socket.destroy();
  if (socket.destroyed) return true;
  waiting.set(socket, count);
  response.once('close', () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1));
  return false;
};

/** `GET /livez` and `GET /readyz`, answered the same on every HTTP port. False where the request is another. */
const answerHealth = (request: IncomingMessage, response: ServerResponse, isStopping: boolean): boolean => {
  if (request.url !== '/livez' && request.url !== '/readyz') return false;
  const ready = request.url === '/livez' || !isStopping;
  const headers = { 'Content-Type': 'application/json' };
  send(response, ready ? 200 : 503, headers, `{"status":"${ready ? 'ok' : 'stopping'}"}`);
  return true;
};

const brokenHttp = ({ code, message }: NodeJS.ErrnoException): SkillsError => {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const text = `The headers are over ${LIMITS.headerBytesMax} bytes.`;
    return new SkillsError('RESOURCE_EXHAUSTED', 'HEADERS_TOO_LARGE', text);
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new SkillsError('DEADLINE_EXCEEDED', 'REQUEST_TIMEOUT', 'The request took too long to arrive.');
  }
  return malformedRequest(`The request is not HTTP: ${message}.`);
};

/** For a socket that has no response object any more. */
const asText = ({ status, headers, body }: HttpErrorResponse, encrypted: boolean): string => {
  const all = {
    ...headers,
    ...securityHeaders(encrypted),
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
};

const corsOptions = (origins: readonly string[]): cors.CorsOptions => ({
  origin: origins.includes('*') ? '*' : [...origins],
  exposedHeaders: ['ETag', 'Link', 'Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
  maxAge: 600,
});

/** What helmet would set on each answer of an API; worked out once, as it never changes. docs/decisions/0012-security-headers.md */
const helmetHeaders = (strictTransportSecurity: boolean): Record<string, string> => {
  const headers: Record<string, string> = {};
  const response = { setHeader: (name: string, value: string) => Object.assign(headers, { [name]: value }) };
  const api = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    referrerPolicy: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xFrameOptions: false,
    xPermittedCrossDomainPolicies: false,
    xPoweredBy: false,
    xXssProtection: false,
  });
  api({} as never, response as never, () => undefined);
  return headers;
};
const [PLAIN, ENCRYPTED] = [helmetHeaders(false), helmetHeaders(true)];

export const securityHeaders = (encrypted: boolean): Readonly<Record<string, string>> =>
  encrypted ? ENCRYPTED : PLAIN;

/** One write per answer: its length is known, so nothing is chunked. */
export const send = (
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body?: string,
): void => {
  Object.assign(headers, securityHeaders('encrypted' in response.req.socket));
  if (body === undefined) {
    response.writeHead(status, headers).end();
  } else {
    headers['Content-Length'] = String(Buffer.byteLength(body));
    response.writeHead(status, STATUS_CODES[status], headers).end(body);
  }
};

/**
 * Rejects with BODY_TOO_LARGE as soon as the body, as sent or as unzipped, passes the limit. What is sent after that is
 * thrown away and not refused: a connection that is cut takes the answer with it.
 */
export const readBody = async (request: IncomingMessage): Promise<string> => {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw unsupportedMediaType(`content-encoding ${encoding}`);
  const source = encoding === 'gzip' ? request.pipe(createGunzip()) : request;
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const giveUp = (error: SkillsError) => {
      reject(error);
      chunks.length = 0;
      if (source !== request) source.destroy();
      request.unpipe().resume();
    };
    const cut = () => giveUp(malformedRequest('The body is cut short, or not in its content-encoding.'));
    source.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LIMITS.bodyBytesMax) giveUp(bodyTooLarge());
      else chunks.push(chunk);
    });
    source.on('end', () => resolve(Buffer.concat(chunks).toString('utf8'))).on('error', cut);
    // A pipe does not hand on that its source was cut.
    if (source !== request) request.on('error', cut);
  });
};

export const bodyTooLarge = (): SkillsError =>
  new SkillsError(
    'RESOURCE_EXHAUSTED',
    'BODY_TOO_LARGE',
    `The body is over ${LIMITS.bodyBytesMax} bytes, as sent or as decompressed.`,
  );

export const unsupportedMediaType = (what: string): SkillsError =>
  new SkillsError('INVALID_ARGUMENT', 'UNSUPPORTED_MEDIA_TYPE', `This service cannot read ${what}.`);
