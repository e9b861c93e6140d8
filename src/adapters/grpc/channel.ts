/** The connection of a client, in plain text or with TLS. */
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate, rootCertificates } from 'node:tls';
import { Client, credentials } from '@grpc/grpc-js';
import type { ConnectOptions } from '../../contract/protocol';

export const openChannel = (address: string, tls: ConnectOptions['tls']): Client =>
  tls ? openTls(address, tls) : new Client(address, credentials.createInsecure(), CHANNEL);

/** Each client has a connection of its own. */
const CHANNEL = { 'grpc.use_local_subchannel_pool': 1 };

/** grpc-js would trust the given certificates only, and send an IP address as a server name (RFC 6066, section 3). */
const openTls = (address: string, { ca }: { readonly ca?: string }): Client => {
  const roots = ca === undefined ? null : Buffer.from([...rootCertificates, ca].join('\n'));
  const host = address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  if (isIP(host) === 0) return new Client(address, credentials.createSsl(roots), CHANNEL);
  // Any host name would do: the certificate is checked against the IP address.
  const channel = { ...CHANNEL, 'grpc.ssl_target_name_override': 'localhost' };
  const verify = {
    checkServerIdentity: (_name: string, cert: PeerCertificate) => checkServerIdentity(host, cert),
  };
  return new Client(address, credentials.createSsl(roots, null, null, verify), channel);
};
