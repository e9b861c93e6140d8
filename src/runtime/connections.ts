/** The connections of a server: a share for each address, and an end for every socket, also during the TLS handshake. */
import type { ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import type { ConnectionLimits } from '../contract/limits';
import type { ServeOptions } from '../contract/protocol';
import { addressBlock } from './address-block';
import { isTrustedProxy } from './client-address';
import { type Start, Turns } from './turns';

/** An open connection, and the calls on it: HTTP/1.1 has a last response, HTTP/2 has open streams. */
export interface Connection {
  readonly socket: Socket;
  response?: ServerResponse;
  streams: number;
}

const isIdle = ({ response, streams }: Connection): boolean =>
  streams === 0 && (response === undefined || response.writableFinished);

const CONNECTION = Symbol('connection');
type Tracked = Socket & { [CONNECTION]?: Connection };

/** The connection of a socket that a server accepted. */
export const connectionOf = (socket: Socket): Connection => {
  const tracked = socket as Tracked;
  tracked[CONNECTION] ??= { socket, streams: 0 };
  return tracked[CONNECTION];
};

/** How long a socket stays open after its last response, so that the client can read it. */
const LINGER_MS = 1000;

/** Sends the text and destroys the socket a little later, whether or not the client closes its side. */
export const endWith = (socket: Socket, text: string): void => {
  if (socket.writableEnded) return;
  socket.end(text);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
};

/**
 * Limits the connections of a server that does not listen yet, in total and for each address, and destroys sockets whose
 * TLS handshake is not finished in time. Returns a function that destroys all sockets.
 */
export const limitConnections = (
  server: Server,
  { connectionsMax, addressConnectionsMax, headersMsMax }: ConnectionLimits,
  { tls, trustedProxies }: Pick<ServeOptions, 'tls' | 'trustedProxies'>,
): (() => void) => {
  const all = new Map<string, Connection>();
  const joinShare = createShares(addressConnectionsMax);
  const isProxy = isTrustedProxy(trustedProxies);
  server.maxConnections = connectionsMax;
  if (tls) spreadHandshakes(server);

  server.prependListener('connection', (socket: Socket) => {
    const { remoteAddress, remotePort } = socket;
    const key = `${remoteAddress} ${remotePort}`;
    const connection = connectionOf(socket);
    all.set(key, connection);
    socket.once('close', () => all.delete(key));
    if (tls) {
      const timer = setTimeout(() => socket.destroy(), headersMsMax);
      handshakes.set(connection, timer);
      socket.once('close', () => clearTimeout(timer));
    }
    // The client has disconnected already.
    if (remoteAddress === undefined) socket.destroy();
    else if (!isProxy(remoteAddress)) joinShare(addressBlock(remoteAddress), connection);
  });

  const handshakes = new WeakMap<Connection, NodeJS.Timeout>();
  server.prependListener('secureConnection', (encrypted: Tracked) => {
    const connection = all.get(`${encrypted.remoteAddress} ${encrypted.remotePort}`);
    if (!connection) return;
    encrypted[CONNECTION] = connection;
    clearTimeout(handshakes.get(connection));
  });

  return () => {
    for (const { socket } of all.values()) socket.destroy();
  };
};

/** One in a turn for all servers of this process: a handshake takes some milliseconds, and clients send bursts of them. */
const handshakeTurns = new Turns(1);

/** The handshakes that wait, by address block. A burst of one block does not delay the handshake of another. */
const waitingHandshakes = new Map<string, Start[]>();

const startNextHandshake: Start = () => {
  const [next] = waitingHandshakes;
  if (!next) return false;
  const [block, handshakes] = next;
  const handshake = handshakes.shift();
  // The block becomes the last one.
  waitingHandshakes.delete(block);
  if (handshakes.length > 0) waitingHandshakes.set(block, handshakes);
  return handshake?.() ?? false;
};

/** Starts TLS handshakes in turns, because a burst of them would delay all calls. */
const spreadHandshakes = (server: Server): void => {
  const [startHandshake] = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    const block = addressBlock(socket.remoteAddress ?? '');
    const handshakes = waitingHandshakes.get(block) ?? [];
    waitingHandshakes.set(block, handshakes);
    handshakes.push(() => {
      if (socket.destroyed) return false;
      startHandshake?.call(server, socket);
      return true;
    });
    handshakeTurns.start(startNextHandshake);
  });
};

/** A function that adds a connection to the share of its address block, and destroys one that is over the limit. */
const createShares = (connectionsMax: number) => {
  const shares = new Map<string, Set<Connection>>();
  return (block: string, connection: Connection): void => {
    const share = shares.get(block) ?? new Set();
    shares.set(block, share);
    if (share.size >= connectionsMax) {
      const idle = [...share].find(isIdle);
      if (!idle) {
        connection.socket.destroy();
        return;
      }
      share.delete(idle);
      idle.socket.destroy();
    }
    share.add(connection);
    connection.socket.once('close', () => {
      share.delete(connection);
      if (share.size === 0 && shares.get(block) === share) shares.delete(block);
    });
  };
};
