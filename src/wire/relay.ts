/** A TCP relay between a client and a server: every byte that crosses it is counted, kept or delayed where asked for. */
import { type AddressInfo, createServer, Socket } from 'node:net';
import { createLink, type Distance, type Link } from './distance';

export interface Connection {
  /** What the client sent and what the server answered, as it crossed the wire. Empty unless kept. */
  readonly up: Buffer[];
  readonly down: Buffer[];
}

export interface Relay {
  /** Where to connect instead of the target: in the target's form, an http origin or host:port. */
  readonly address: string;
  /** Bytes since the relay started, both directions, all connections. */
  readonly bytes: { up: number; down: number };
  readonly connections: readonly Connection[];
  /** For what is sent from now on. Connections that were opened without any distance keep none. */
  setDistance(distance: Distance): void;
  /** Resolves when both sides of every connection have ended: nothing more is to come of them. */
  ended(): Promise<void>;
  stop(): Promise<void>;
}

export interface RelayOptions {
  readonly keep?: boolean;
  readonly distance?: Distance;
}

interface Links {
  readonly up: Link;
  readonly down: Link;
}

/** What one direction of one connection may have under way, as the window of TCP limits it. */
const WINDOW_BYTES = 4 * 2 ** 20;

export const startRelay = async (
  target: string,
  { keep = false, distance }: RelayOptions = {},
): Promise<Relay> => {
  const scheme = target.startsWith('http://') ? 'http://' : '';
  const { hostname, port } = new URL(`http://${target.slice(scheme.length)}`);
  const destination = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) };
  const bytes = { up: 0, down: 0 };
  const connections: Connection[] = [];
  const sockets = new Set<Socket>();
  let lines = distance && createLinks(distance);

  const accept = (client: Socket): void => {
    const upstream = new Socket({ allowHalfOpen: true });
    const connection: Connection = { up: [], down: [] };
    connections.push(connection);
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay().on('close', () => sockets.delete(socket)));
    }
    const observe = (direction: 'up' | 'down') => (chunk: Buffer) => {
      bytes[direction] += chunk.length;
      if (keep) connection[direction].push(chunk);
    };
    forward(client, upstream, observe('up'), lines?.up);
    forward(upstream, client, observe('down'), lines?.down);
    openConnection(client, () => upstream.connect(destination), lines);
  };
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, accept);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `${scheme}127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes,
    connections,
    setDistance: (next) => {
      lines?.up.setDistance(next);
      lines?.down.setDistance(next);
      lines ??= createLinks(next);
    },
    ended: async () => {
      const close = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));
      while (sockets.size > 0) await Promise.all([...sockets].map(close));
    },
    stop: () =>
      new Promise((resolve) => {
        lines?.up.stop();
        lines?.down.stop();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

const createLinks = (distance: Distance): Links => ({ up: createLink(distance), down: createLink(distance) });

/**
 * The handshake of TCP (RFC 9293, section 3.5): a client sends its first bytes one round trip after it asked for the
 * connection, and a server has the connection half a round trip later. The system has already connected the client to
 * us, so its bytes wait unread.
 */
const openConnection = (client: Socket, connect: () => void, lines?: Links): void => {
  const established = () => {
    if (lines) lines.up.signal(connect);
    else connect();
    client.resume();
  };
  if (lines) lines.up.signal(() => lines.down.signal(established));
  else established();
};

const forward = (from: Socket, to: Socket, observe: (chunk: Buffer) => void, line?: Link): void => {
  from.on('data', observe);
  // An error is passed on as one.
  from.on('error', () => (line ? line.signal(() => to.resetAndDestroy()) : to.resetAndDestroy()));
  if (!line) return void from.pipe(to);

  let underWayBytes = 0;
  const arrive = (piece: Buffer) =>
    to.write(piece, () => {
      underWayBytes -= piece.length;
      if (underWayBytes < WINDOW_BYTES && from.isPaused()) from.resume();
    });
  from.on('data', (chunk) => {
    underWayBytes += chunk.length;
    if (underWayBytes >= WINDOW_BYTES) from.pause();
    line.carry(chunk, arrive);
  });
  from.on('end', () => line.signal(() => to.end()));
};
