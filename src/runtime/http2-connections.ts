/** Connection care for an HTTP/2 server: admission, TLS, and timeouts for connections and streams on which nothing moves. */
import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import {
  type AddressInfo,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type ConnectionLimits, LIMITS } from '../contract/limits';
import type { RunningServer, ServeOptions } from '../contract/protocol';
import { formatAddress } from './client-address';
import { connectionOf, limitConnections } from './connections';
import { FrameBudget } from './frame-budget';
import { followReadiness } from './health';
import { type AdmitStream, type AdmittedHttp2, admitStreams } from './http2-admission';
import { monitorLoopDelay } from './overload';
import { requestTimeout, stopping } from './transport-errors';
import { Turns } from './turns';
import { UnreadResponses } from './unread-responses';

/** What a protocol on HTTP/2 adds to its connections. */
export interface Http2App extends AdmittedHttp2 {
  /** Hands an accepted connection to the protocol's library. */
  readonly accept: (socket: Socket) => void;
  readonly onClose?: (stream: ServerHttp2Stream, peer: string | undefined) => void;
  /** Called at the start, after each change, and with false before `onStop`. */
  readonly onReadiness: (isReady: boolean) => void;
  /** Calls in flight finish, new ones are rejected. */
  readonly onStop: () => void;
}

/** Resolves when the port is open; rejects with the system's error where it can't be. `address` is host:port. */
export const serveHttp2 = async (app: Http2App, options: ServeOptions): Promise<RunningServer> => {
  const limits = { ...LIMITS, ...options.limits };
  const longLived = enforceLimits(app, limits, admitStreams(app, options, limits));
  const { destroyAll, listener } = await listen(options, limits, app.accept);
  const stopReadiness = followReadiness(options.readiness, app.onReadiness);
  monitorLoopDelay();
  return {
    address: formatAddress(options.host, (listener.address() as AddressInfo).port),
    stop: async ({ graceMs = 0 } = {}) => {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      stopReadiness();
      app.onStop();
      for (const stream of longLived) app.sendError(stream, stopping());
      if (graceMs === 0) destroyAll();
      const timer = setTimeout(destroyAll, graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
};

interface Listening {
  readonly listener: NetServer;
  readonly destroyAll: () => void;
}

/** A listener of our own, because grpc-js's can neither count its connections nor close those that stay silent. */
const listen = async (
  options: ServeOptions,
  limits: ConnectionLimits,
  accept: (socket: Socket) => void,
): Promise<Listening> => {
  const { host, port, tls } = options;
  const listener = tls
    ? createTlsServer({ ...tls, ALPNProtocols: ['h2'], handshakeTimeout: limits.headersMsMax })
    : createNetServer({ noDelay: true });
  const destroyAll = limitConnections(listener, limits, options);
  listener.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  listener.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    if (!listener.listening) socket.destroy();
    else accept(socket);
    // After our end of a connection the client could keep its own open for as long as it likes.
    socket.once('finish', () => setTimeout(() => socket.destroy(), limits.idleMsMax).unref());
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject).listen(port, host, resolve);
  });
  return { listener, destroyAll };
};

/** Admits streams, and closes connections and streams that are over a limit. Returns the open long-lived streams. */
const enforceLimits = (
  { http2, kindOf, sendError, onClose }: Http2App,
  { headersMsMax, requestMsMax, idleMsMax, stalledMsMax }: ConnectionLimits,
  admitStream: AdmitStream,
): ReadonlySet<ServerHttp2Stream> => {
  const onTimeout = (stream: ServerHttp2Stream) => {
    if (stream.closed || stream.destroyed) return;
    if (stream.headersSent) stream.close(constants.NGHTTP2_CANCEL);
    else sendError(stream, requestTimeout());
  };
  const longLived = new Set<ServerHttp2Stream>();
  const turns = new Turns();
  http2.on('session', (session) => {
    // Read once: each access to a session's socket is slow in Node.
    const { socket } = session;
    const { remoteAddress } = socket;
    const connection = connectionOf(socket as Socket);
    const budget = new FrameBudget(connection.socket);
    const from = { remoteAddress, budget, unread: new UnreadResponses(turns) };
    const silent = setTimeout(() => session.destroy(), headersMsMax);
    const clear = () => clearTimeout(silent);
    session.once('remoteSettings', clear).once('close', clear);
    pingWhenQuiet(session, idleMsMax, headersMsMax);
    const frames = setInterval(() => budget.isExceeded() && session.destroy(), FRAMES_MS).unref();
    session.once('close', () => clearInterval(frames));
    session.on('stream', (stream, headers, flags) => {
      const path = headers[':path'];
      connection.streams += 1;
      budget.addCall();
      const isLongLived = kindOf(path) === 'stream';
      const isOpen = () => isLongLived && stream.readableDidRead;
      let timer = setTimeout(() => isOpen() || onTimeout(stream), requestMsMax);
      // These events come at most once, and `once` would make one more function for each.
      stream.on('end', () => {
        clearTimeout(timer);
        // Node's own stream timeout restarts when another stream of the connection moves, so it is not used.
        if (!isLongLived) timer = setTimeout(() => onTimeout(stream), stalledMsMax);
      });
      stream.on('aborted', () => budget.addReset());
      stream.on('close', () => {
        clearTimeout(timer);
        connection.streams -= 1;
        onClose?.(stream, remoteAddress);
      });
      if (isLongLived) longLived.add(stream.once('close', () => longLived.delete(stream)));
      admitStream(from, stream, headers, flags);
    });
  });
  return longLived;
};

/** How often frames are counted. */
const FRAMES_MS = 1000;

/**
 * Pings a quiet connection and closes it without a pong (RFC 9113, section 6.7). Node stops reading a connection whose
 * HTTP/2 is broken, so it would otherwise keep that connection after its client has disconnected.
 */
const pingWhenQuiet = (session: ServerHttp2Session, quietMs: number, pongMsMax: number): void => {
  let timer: NodeJS.Timeout | undefined;
  const clear = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  session.setTimeout(quietMs);
  session.once('close', clear).on('timeout', () => {
    session.setTimeout(quietMs);
    if (timer || session.destroyed) return;
    timer = setTimeout(() => session.destroy(), pongMsMax);
    session.ping(clear);
  });
};
