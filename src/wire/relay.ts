/** A TCP relay between a client and a server: it counts every byte, and records or delays them on request. */
import { type AddressInfo, createServer, Socket } from 'node:net';
import { createLink, type Distance, type Link } from './distance';

export interface Connection {
  /** The client's bytes and the server's bytes. Empty unless the relay records bytes. */
  readonly up: Buffer[];
  readonly down: Buffer[];
}

export interface Relay {
  /** The address for the client, in the target's form: an http origin or host:port. */
  readonly address: string;
  /** Bytes of all connections since the relay started. */
  readonly bytes: { up: number; down: number };
  readonly connections: readonly Connection[];
  /** Applies to later bytes. A connection that was opened without a distance stays without one. */
  setDistance(distance: Distance): void;
  /** Resolves when both sides of every connection have ended. */
  ended(): Promise<void>;
  stop(): Promise<void>;
}

export interface RelayOptions {
  readonly recordsBytes?: boolean;
  readonly distance?: Distance;
}

interface Links {
  readonly up: Link;
  readonly down: Link;
}

/** The limit on bytes in flight in one direction of one connection, as TCP's window sets one. */
const WINDOW_BYTES = 4 * 2 ** 20;

export const startRelay = async (
  target: string,
  { recordsBytes = false, distance }: RelayOptions = {},
): Promise<Relay> => {
  const scheme = target.startsWith('http://') ? 'http://' : '';
  const { hostname, port } = new URL(`http://${target.slice(scheme.length)}`);
  const destination = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) };
  const bytes = { up: 0, down: 0 };
  const connections: Connection[] = [];
  const sockets = new Set<Socket>();
  let links = distance && createLinks(distance);

  const accept = (client: Socket): void => {
    const upstream = new Socket({ allowHalfOpen: true });
    const connection: Connection = { up: [], down: [] };
    connections.push(connection);
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay().on('close', () => sockets.delete(socket)));
    }
    const observe = (direction: 'up' | 'down') => (chunk: Buffer) => {
      bytes[direction] += chunk.length;
      if (recordsBytes) connection[direction].push(chunk);
    };
    forward(client, upstream, observe('up'), links?.up);
    forward(upstream, client, observe('down'), links?.down);
    openConnection(client, () => upstream.connect(destination), links);
  };
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, accept);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `${scheme}127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes,
    connections,
    setDistance: (next) => {
      links?.up.setDistance(next);
      links?.down.setDistance(next);
      links ??= createLinks(next);
    },
    ended: async () => {
      const close = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));
      while (sockets.size > 0) await Promise.all([...sockets].map(close));
    },
    stop: () =>
      new Promise((resolve) => {
        links?.up.stop();
        links?.down.stop();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

const createLinks = (distance: Distance): Links => ({ up: createLink(distance), down: createLink(distance) });

/**
 * Simulates TCP's handshake (RFC 9293, section 3.5): a client sends its first bytes one round trip after its SYN, and the
 * server has the connection half a round trip later. The operating system has already connected the client to the relay,
 * so the relay leaves the client's bytes unread until then.
 */
const openConnection = (client: Socket, connect: () => void, links?: Links): void => {
  const onEstablished = () => {
    if (links) links.up.sendSignal(connect);
    else connect();
    client.resume();
  };
  if (links) links.up.sendSignal(() => links.down.sendSignal(onEstablished));
  else onEstablished();
};

const forward = (from: Socket, to: Socket, observe: (chunk: Buffer) => void, link?: Link): void => {
  from.on('data', observe);
  // A reset of one side becomes a reset of the other.
  from.on('error', () => (link ? link.sendSignal(() => to.resetAndDestroy()) : to.resetAndDestroy()));
  if (!link) return void from.pipe(to);

  let bytesInFlight = 0;
  const deliver = (piece: Buffer) =>
    to.write(piece, () => {
      bytesInFlight -= piece.length;
      if (bytesInFlight < WINDOW_BYTES && from.isPaused()) from.resume();
    });
  from.on('data', (chunk) => {
    bytesInFlight += chunk.length;
    if (bytesInFlight >= WINDOW_BYTES) from.pause();
    link.send(chunk, deliver);
  });
  from.on('end', () => link.sendSignal(() => to.end()));
};
