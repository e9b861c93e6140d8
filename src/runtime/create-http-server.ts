/** Creates the HTTP server of an app: its limits, its prototypes, and the count of bytes that clients have not read. */
import {
  createServer as createHttpServer,
  type ServerOptions as HttpOptions,
  IncomingMessage,
  type RequestListener,
  type Server,
  ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type ConnectionLimits, LIMITS } from '../contract/limits';
import type { ServeOptions } from '../contract/protocol';
import { requestInfoOf } from './request-info';
import { COUNTED_BYTES_MIN, countUnsent } from './unsent-bytes';

/** An Express app, or a plain listener. */
export type App = RequestListener & { readonly request?: object; readonly response?: object };

export const createServer = (
  app: App,
  { tls, limits }: Pick<ServeOptions, 'tls'> & { readonly limits: ConnectionLimits },
  listener: RequestListener,
): Server => {
  const { headersMsMax, requestMsMax, idleMsMax } = limits;
  const responses = (app.response ?? Object.create(ServerResponse.prototype)) as ServerResponse;
  responses.end = endAndCount as ServerResponse['end'];
  const settings: HttpOptions = {
    ...(app.request && { IncomingMessage: withPrototype(IncomingMessage, app.request) }),
    ServerResponse: withPrototype(ServerResponse, responses),
    maxHeaderSize: LIMITS.headerBytesMax,
    headersTimeout: headersMsMax,
    requestTimeout: requestMsMax,
    keepAliveTimeout: idleMsMax,
    // Node's own 400 response would have no body.
    requireHostHeader: false,
    // How often Node looks for connections that are over a timeout.
    connectionsCheckingInterval: Math.min(1000, headersMsMax / 2),
  };
  return tls
    ? createHttpsServer({ ...settings, ...tls, handshakeTimeout: headersMsMax }, listener)
    : createHttpServer(settings, listener);
};

/** Replaces `end`, and counts the bytes of a large response that the client has not read yet. */
function endAndCount(this: ServerResponse, ...args: never[]): ServerResponse {
  ServerResponse.prototype.end.apply(this, args as never);
  const { req, writableLength } = this;
  if (writableLength < COUNTED_BYTES_MIN || req.socket.destroyed) return this;
  const { socket } = req;
  const address = requestInfoOf(req).peer ?? socket.remoteAddress ?? '';
  const stopCounting = countUnsent(address, writableLength, () => socket.destroy());
  const onSent = () => {
    stopCounting();
    socket.off('close', onSent);
  };
  socket.once('close', onSent);
  this.once('finish', onSent);
  return this;
}

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
