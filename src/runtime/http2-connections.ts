/** Connection care for an HTTP/2 server: admission, TLS, and timeouts for connections and streams on which nothing moves. */
import { constants, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
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
import { followReadiness } from './health';

/** What a protocol on HTTP/2 adds to its connections. */
export interface Http2App {
  readonly http2: Http2Server;
  /** Hands an accepted connection to the protocol's library. */
  readonly accept: (socket: Socket) => void;
  /** Whether a response may stay silent for as long as it likes, by the request's `:path`. */
  readonly isLongLived: (path: string | undefined) => boolean;
  /** Responds with an error. It is not called for a stream whose response has begun: that is reset. */
  readonly sendTimeout: (stream: ServerHttp2Stream) => void;
  readonly onClose?: (stream: ServerHttp2Stream, peer: string | undefined) => void;
  /** Called at the start, after each change, and with false before `onStop`. */
  readonly onReadiness: (isReady: boolean) => void;
  /** Calls in flight finish, new ones are rejected. */
  readonly onStop: () => void;
}

/** Resolves when the port is open; rejects with the system's error where it can't be. `address` is host:port. */
export const serveHttp2 = async (app: Http2App, options: ServeOptions): Promise<RunningServer> => {
  const limits = { ...LIMITS, ...options.limits };
  const longLived = enforceTimeouts(app, limits);
  const { sockets, listener } = await listen(options, limits, app.accept);
  const stopReadiness = followReadiness(options.readiness, app.onReadiness);
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: formatAddress(options.host, (listener.address() as AddressInfo).port),
    stop: async ({ graceMs = 0 } = {}) => {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      stopReadiness();
      app.onStop();
      for (const stream of longLived) stream.close();
      if (graceMs === 0) destroyAll();
      const timer = setTimeout(destroyAll, graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
};

interface Listening {
  readonly listener: NetServer;
  /** Every open connection, from its first byte on. */
  readonly sockets: ReadonlySet<Socket>;
}

/** A listener of our own, because grpc-js's can neither count its connections nor close those that stay silent. */
const listen = async (
  { host, port, tls }: ServeOptions,
  { connectionsMax, headersMsMax, idleMsMax }: ConnectionLimits,
  accept: (socket: Socket) => void,
): Promise<Listening> => {
  const listener = tls
    ? createTlsServer({ ...tls, ALPNProtocols: ['h2'], handshakeTimeout: headersMsMax })
    : createNetServer({ noDelay: true });
  const sockets = new Set<Socket>();
  listener.maxConnections = connectionsMax;
  listener.on('connection', (socket: Socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
  });
  listener.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  listener.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    if (!listener.listening) socket.destroy();
    else accept(socket);
    // After our end of a connection the client could keep its own open for as long as it likes.
    socket.once('finish', () => setTimeout(() => socket.destroy(), idleMsMax).unref());
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject).listen(port, host, resolve);
  });
  return { listener, sockets };
};

/** Closes connections and streams that are over a timeout. Returns the open long-lived streams. */
const enforceTimeouts = (
  { http2, isLongLived, sendTimeout, onClose }: Http2App,
  { headersMsMax, requestMsMax, idleMsMax, stalledMsMax }: ConnectionLimits,
): ReadonlySet<ServerHttp2Stream> => {
  const onTimeout = (stream: ServerHttp2Stream) => {
    if (stream.closed || stream.destroyed) return;
    if (stream.headersSent) stream.close(constants.NGHTTP2_CANCEL);
    else sendTimeout(stream);
  };
  const longLived = new Set<ServerHttp2Stream>();
  http2.on('session', (session) => {
    // Read once: each access to a session's socket is slow in Node.
    const peer = session.socket.remoteAddress;
    const silent = setTimeout(() => session.destroy(), headersMsMax);
    const clear = () => clearTimeout(silent);
    session.once('remoteSettings', clear).once('close', clear);
    pingWhenQuiet(session, idleMsMax, headersMsMax);
    session.on('stream', (stream, { ':path': path }) => {
      let timer = setTimeout(() => onTimeout(stream), requestMsMax);
      stream.once('end', () => {
        clearTimeout(timer);
        // Node's own stream timeout restarts when another stream of the connection moves, so it is not used.
        if (!isLongLived(path)) timer = setTimeout(() => onTimeout(stream), stalledMsMax);
      });
      stream.once('close', () => {
        clearTimeout(timer);
        onClose?.(stream, peer);
      });
      if (isLongLived(path)) longLived.add(stream.once('close', () => longLived.delete(stream)));
    });
  });
  return longLived;
};

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
