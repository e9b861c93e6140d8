/** A proxy in front of a TLS server: it accepts plain text and forwards it over TLS. */
import { type AddressInfo, createServer, isIP, type Socket } from 'node:net';
import { connect } from 'node:tls';
import type { ConnectOptions, ProtocolName } from '../contract/protocol';

export interface TlsUnwrapper {
  /** An http origin, or host:port for gRPC. */
  readonly address: string;
  stop(): Promise<void>;
}

/** `target` is an https origin, or host:port for gRPC. The connection ends if the server's certificate is not trusted. */
export const startTlsUnwrapper = async (
  protocol: ProtocolName,
  target: string,
  tls: NonNullable<ConnectOptions['tls']>,
): Promise<TlsUnwrapper> => {
  const isHttp2 = protocol === 'grpc';
  const { hostname, port } = new URL(isHttp2 ? `https://${target}` : target);
  const host = hostname.replace(/^\[|\]$/g, '');
  const destination = {
    host,
    port: Number(port || 443),
    ca: tls.ca,
    ALPNProtocols: [isHttp2 ? 'h2' : 'http/1.1'],
    ...(!isIP(host) && { servername: host }),
  };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(destination);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy()).on('close', () => sockets.delete(socket));
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address: isHttp2 ? address : `http://${address}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};
