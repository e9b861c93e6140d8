/** Addresses: where a call came from, and how a host and port are written. */
import type { IncomingMessage } from 'node:http';
import proxyAddress, { compile } from 'proxy-addr';

interface Forwarded {
  readonly headers: { readonly 'x-forwarded-for'?: string };
  readonly socket: { readonly remoteAddress?: string };
}

/**
 * A function that gives a call's client address. X-Forwarded-For counts only where a trusted proxy wrote it. Throws a
 * TypeError for a trusted proxy that is not an address or subnet.
 */
export const peerAddress = (
  trustedProxies: readonly string[] = [],
): ((forwarded: Forwarded) => string | undefined) => {
  if (trustedProxies.length === 0) return ({ socket }) => socket.remoteAddress;
  const trust = compile([...trustedProxies]);
  return (forwarded) =>
    forwarded.socket.remoteAddress === undefined
      ? undefined
      : proxyAddress(forwarded as unknown as IncomingMessage, trust);
};

/** The host of `host:port`; undefined without a port, which is how grpc-js reports a client that has disconnected. */
export const hostOf = (address: string): string | undefined => {
  const colon = address.lastIndexOf(':');
  return colon < 0 ? undefined : address.slice(0, colon);
};

/** `host:port`, with an IPv6 address in brackets (RFC 3986, section 3.2.2). */
export const formatAddress = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
