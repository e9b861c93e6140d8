/** Serves an HTTP app within limits: listening, admission, timeouts, CORS, health, graceful stop. */
import {
  createServer as createHttpServer,
  type ServerOptions as HttpOptions,
  IncomingMessage,
  type RequestListener,
  type Server,
  ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import cors from 'cors';
import { malformedRequest, type SkillsError } from '../contract/errors';
import { LIMITS } from '../contract/limits';
import type { ProtocolName, RunningServer, ServeOptions } from '../contract/protocol';
import { peerAddress } from './client-address';
import { healthOf } from './health';
import { type HttpErrorResponse, responseText, send } from './http-response';
import { openPort } from './listen';
import { attachRequestInfo, requestInfoOf } from './request-info';
import { headersTooLarge, requestTimeout } from './transport-errors';

export interface HttpApp {
  readonly protocol: ProtocolName;
  /** An Express app, or a plain listener. */
  readonly app: RequestListener & { readonly request?: object; readonly response?: object };
  /** The protocol's own form of an error, for requests that are broken as HTTP. */
  readonly transportError: (error: SkillsError) => HttpErrorResponse;
}

/** Resolves when the port is open; rejects with the system's error (EADDRINUSE, EACCES) where it can't be. */
export const serveHttp = async (
  { protocol, app, transportError }: HttpApp,
  options: ServeOptions,
): Promise<RunningServer> => {
  const { host, port, telemetry, tls, readiness } = options;
  const peerOf = peerAddress(options.trustedProxies);
  const allowOrigins = options.corsOrigins?.length ? cors(corsOptions(options.corsOrigins)) : undefined;
  let isStopping = false;

  const listener: RequestListener = (request, response) => {
    if (response.socket === null && exceedsPipelining(request, response)) return;
    if (isStopping) response.shouldKeepAlive = false;
    const health = healthOf(request.url, isStopping, readiness);
    if (health) return send(response, health.status, health.headers, health.body);
    attachRequestInfo(request, response, protocol, peerOf(request as never), telemetry);
    const error = invalidRequestLine(request);
    if (error) {
      requestInfoOf(request).observed?.recordError(error.code);
      const { status, headers, body } = transportError(error);
      send(response, status, headers, body);
    } else if (allowOrigins) allowOrigins(request as never, response, () => app(request, response));
    else app(request, response);
  };
  const server = createServer(app, options, listener);
  // An expectation other than 100-continue may be ignored (RFC 9110, section 10.1.1); Node would respond without a body.
  server.on('checkExpectation', listener);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable && error.code !== 'ECONNRESET')
      socket.end(responseText(transportError(brokenHttp(error)), tls !== undefined));
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
    ...(app.request && { IncomingMessage: withPrototype(IncomingMessage, app.request) }),
    ...(app.response && { ServerResponse: withPrototype(ServerResponse, app.response) }),
    maxHeaderSize: LIMITS.headerBytesMax,
    headersTimeout: headersMsMax,
    requestTimeout: requestMsMax,
    keepAliveTimeout: idleMsMax,
    // Node's own 400 response would have no body.
    requireHostHeader: false,
    // How often Node looks for connections that are over a timeout.
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
 * A class whose objects have this prototype from the start. Express sets it on every request and response, which costs V8
 * two thirds of a small call; here that assignment changes nothing. Node's two classes are still functions, and
 * `Reflect.construct`, which would work with any class, costs more than it saves.
 */
const withPrototype = <T extends typeof IncomingMessage | typeof ServerResponse>(
  base: T,
  prototype: object,
): T => {
  function Derived(this: object, parameter: never, options: never): void {
    (base as unknown as (this: object, ...parameters: never[]) => void).call(this, parameter, options);
  }
  Derived.prototype = prototype;
  return Derived as unknown as T;
};

const pipelined = new WeakMap<Socket, number>();

/**
 * Whether a connection has sent more requests than it may before the first one has its response. Node reads on, and all
 * those responses would wait in memory, so the connection is cut. A response that has to wait has no socket yet.
 */
const exceedsPipelining = ({ socket }: IncomingMessage, response: ServerResponse): boolean => {
  const count = (pipelined.get(socket) ?? 0) + 1;
  if (count > LIMITS.pipelinedMax) socket.destroy();
  if (socket.destroyed) return true;
  pipelined.set(socket, count);
  response.once('close', () => pipelined.set(socket, (pipelined.get(socket) ?? 1) - 1));
  return false;
};

/** The error of a request that Node accepts and HTTP does not. Decoders of a URL would read other bytes as U+FFFD. */
const invalidRequestLine = ({ headers, httpVersionMinor, url = '' }: IncomingMessage) => {
  if (headers.host === undefined && httpVersionMinor > 0)
    return malformedRequest('An HTTP/1.1 request names its Host (RFC 9112, section 3.2).');
  return PLAIN_URL.test(url) || isEncodedUtf8(url)
    ? undefined
    : malformedRequest('The URL is not percent-encoded UTF-8 (RFC 3986, section 2.5).');
};

/** Visible ASCII without percent-encoding. */
const PLAIN_URL = /^[!-$&-~]*$/;

const isEncodedUtf8 = (url: string): boolean => {
  try {
    decodeURIComponent(url);
    return /^[!-~]*$/.test(url);
  } catch {
    return false;
  }
};

const brokenHttp = ({ code, message }: NodeJS.ErrnoException): SkillsError => {
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge('headers');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimeout();
  return malformedRequest(`The request is not HTTP: ${message}.`);
};

const corsOptions = (origins: readonly string[]): cors.CorsOptions => ({
  origin: origins.includes('*') ? '*' : [...origins],
  exposedHeaders: ['ETag', 'Link', 'Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
  maxAge: 600,
});
