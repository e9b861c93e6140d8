/** Raw connections to the server under attack, in plain text or through TLS. */
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { createConnection, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ProtocolName } from '../../src/contract/protocol';
import type { Target } from './attack';

/** The origin of a server as a URL. A gRPC address has no scheme, so its clients are told separately about TLS. */
export const originOf = ({ address, ca }: Pick<Target, 'address' | 'ca'>, protocol: ProtocolName): string =>
  protocol === 'grpc' ? `${ca === undefined ? 'http' : 'https'}://${address.grpc}` : address[protocol];

/**
 * Attackers do not verify the certificate; the regular clients do. Attackers have an address of their own, because an address
 * with too many connections loses its oldest idle one.
 */
const ATTACKER = { rejectUnauthorized: false, localAddress: '127.0.0.2' };

/**
 * Opens a connection to an origin, or to host:port without TLS. An `https` origin means TLS, with this application
 * protocol (ALPN, RFC 7301). Bytes that are written before the end of the handshake are sent after it.
 */
export const openSocket = (address: string, application: 'http/1.1' | 'h2'): Socket => {
  const { protocol, hostname, port } = new URL(address.includes('://') ? address : `http://${address}`);
  const place = { host: hostname, port: Number(port) };
  if (protocol !== 'https:') return createConnection({ ...place, ...ATTACKER });
  const servername = isIP(hostname) ? '' : hostname;
  return connectTls({ ...place, ...ATTACKER, servername, ALPNProtocols: [application] });
};

export const openHttp2Session = (origin: string): ClientHttp2Session => connectHttp2(origin, ATTACKER);
