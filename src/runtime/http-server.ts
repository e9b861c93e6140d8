/** Serves an HTTP app within limits: listening, admission, timeouts, CORS, health, graceful stop. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import cors from 'cors';
import type { Charge } from '../contract/context';
import { type SkillsError, toSkillsError } from '../contract/errors';
import { LIMITS } from '../contract/limits';
import type { ProtocolName, RunningServer, ServeOptions } from '../contract/protocol';
import { admitArrival } from './admit-arrival';
import { peerAddress } from './client-address';
import { connectionOf, limitConnections } from './connections';
import { type App, createServer } from './create-http-server';
import { healthOf } from './health';
import { afterResponse, endBrokenConnections, exceedsPipelining } from './http-connections';
import { type HttpErrorResponse, responseText, send } from './http-response';
import { openPort } from './open-port';
import { isOverloaded, monitorLoopDelay, overloaded } from './overload';
import { attachRequestInfo, chargeRequest, requestIdHeader, requestInfoOf } from './request-info';
import { invalidRequestLine } from './request-line';
import { bodyTooLarge } from './transport-errors';
import { Turns } from './turns';

export interface HttpApp {
  /** Absent for a server whose requests are not calls of the service: it has no telemetry. */
  readonly protocol?: ProtocolName;
  readonly app: App;
  /** The protocol's own form of an error, for requests that are rejected before the app gets them. */
  readonly transportError: (error: SkillsError) => HttpErrorResponse;
}

type HttpServeOptions = Omit<ServeOptions, 'graph'>;

/** Resolves when the port is open; rejects with the system's error (EADDRINUSE, EACCES) where it can't be. */
export const serveHttp = async (httpApp: HttpApp, options: HttpServeOptions): Promise<RunningServer> => {
  const { protocol, app, transportError } = httpApp;
  const { host, port, telemetry, tls, readiness } = options;
  const limits = { ...LIMITS, ...options.limits };
  const peerOf = peerAddress(options.trustedProxies);
  const reject = rejectAs(transportError);
  const admit = admitRequests(httpApp, options, reject);
  let isStopping = false;

  const listener: RequestListener = (request, response) => {
    const isPipelined = response.socket === null;
    if (isPipelined && exceedsPipelining(request, response, reject)) return;
    const connection = connectionOf(request.socket);
    const earlier = connection.response;
    connection.response = response;
    if (isPipelined && earlier) afterResponse(earlier, () => handle(request, response));
    else handle(request, response);
  };
  const handle: RequestListener = (request, response) => {
    if (isStopping) response.shouldKeepAlive = false;
    const health = healthOf(request.url, isStopping, readiness);
    if (health) return send(response, health.status, health.headers, health.body);
    const peer = peerOf(request as never);
    attachRequestInfo(request, response, protocol, peer, telemetry);
    if (isOverloaded(limits.loopDelayMsMax)) reject(request, response, overloaded());
    else admit(request, response, peer);
  };
  const server = createServer(app, { tls, limits }, listener);
  // Before `100 Continue`, the listener may reject the request. An expectation other than that may be ignored (RFC 9110,
  // section 10.1.1); Node would respond without a body.
  server.on('checkContinue', listener).on('checkExpectation', listener);
  endBrokenConnections(server, limits, (error) => responseText(transportError(error), tls !== undefined));
  const destroyAll = limitConnections(server, limits, options);
  const onStop = () => {
    isStopping = true;
  };
  const running = await openPort(server, { host, port, tls }, { onStop, destroyAll });
  monitorLoopDelay();
  return running;
};

type Reject = (request: IncomingMessage, response: ServerResponse, error: SkillsError) => void;

/** Responds with an error in the protocol's form. */
const rejectAs =
  (transportError: HttpApp['transportError']): Reject =>
  (request, response, error) => {
    requestInfoOf(request).observed?.recordError(error.code);
    const { status, headers, body } = transportError(error);
    const { retryDelayMs } = error.details;
    if (retryDelayMs !== undefined) headers['Retry-After'] = String(Math.ceil(retryDelayMs / 1000));
    // The client may or may not send the body that it has announced, so the next request could not be found.
    if (request.headers.expect !== undefined) response.shouldKeepAlive = false;
    send(response, status, { ...headers, ...requestIdHeader(request) }, body);
  };

type AdmitRequest = (request: IncomingMessage, response: ServerResponse, peer: string | undefined) => void;

/** Charges a request, and passes it on or rejects it. */
const admitRequests = (httpApp: HttpApp, options: HttpServeOptions, reject: Reject): AdmitRequest => {
  const pass = passRequests(httpApp, options, reject);
  const { admit } = options;
  const turns = new Turns();
  return (request, response, peer) => {
    const proceed = (charge: Charge | undefined) => {
      if (charge) chargeRequest(request, charge);
      turns.start(() => {
        if (request.socket.destroyed) return false;
        pass(request, response);
        return true;
      });
    };
    const rejectThrown = (thrown: unknown) => reject(request, response, toSkillsError(thrown));
    const arrival = { kind: 'call', peer, authorization: request.headers.authorization } as const;
    admitArrival(admit, arrival, proceed, rejectThrown);
  };
};

/** Passes a request to the app, with CORS, unless its headers show that it must be rejected. */
const passRequests = (
  { app }: HttpApp,
  { corsOrigins }: HttpServeOptions,
  reject: Reject,
): RequestListener => {
  const allowOrigins = corsOrigins?.length ? cors(corsOptions(corsOrigins)) : undefined;
  return (request, response) => {
    const { headers } = request;
    const error = invalidRequestLine(request);
    if (error) return reject(request, response, error);
    const respond = () => {
      if (Number(headers['content-length']) > LIMITS.bodyBytesMax)
        return reject(request, response, bodyTooLarge());
      // Node leaves this to the listener of checkContinue.
      if (/100-continue/i.test(headers.expect ?? '')) response.writeContinue();
      app(request, response);
    };
    const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in headers;
    if (!allowOrigins) respond();
    else allowOrigins(request as never, response, isPreflight ? () => send(response, 204, {}) : respond);
  };
};

const corsOptions = (origins: readonly string[]): cors.CorsOptions => ({
  origin: origins.includes('*') ? '*' : [...origins],
  exposedHeaders: ['ETag', 'Link', 'Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
  maxAge: 600,
  // An OPTIONS request that is not a preflight gets the methods of its resource.
  preflightContinue: true,
});
