/** A TCP relay between a client and a server: every byte that crosses it is counted, and kept where asked for. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

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
  stop(): Promise<void>;
}

export const startRelay = async (target: string, { keep = false } = {}): Promise<Relay> => {
  const scheme = target.startsWith('http://') ? 'http://' : '';
  const { hostname, port } = new URL(`http://${target.slice(scheme.length)}`);
  const bytes = { up: 0, down: 0 };
  const connections: Connection[] = [];
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
    const connection: Connection = { up: [], down: [] };
    connections.push(connection);
    forward(client, upstream, (chunk) => {
      bytes.up += chunk.length;
      if (keep) connection.up.push(chunk);
    });
    forward(upstream, client, (chunk) => {
      bytes.down += chunk.length;
      if (keep) connection.down.push(chunk);
    });
    for (const socket of [client, upstream]) sockets.add(socket.setNoDelay());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `${scheme}127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes,
    connections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

/** When one side goes, so does the other. */
const forward = (from: Socket, to: Socket, observe: (chunk: Buffer) => void): void => {
  from.on('data', observe).pipe(to);
  from.on('error', () => to.destroy()).on('close', () => to.destroy());
};
