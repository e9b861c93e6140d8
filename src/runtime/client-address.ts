/** Client addresses behind trusted proxies, and the text form of a host and a port. */
import type { IncomingMessage } from 'node:http';
import proxyAddress, { compile } from 'proxy-addr';

export interface Forwarded {
  readonly headers: { readonly 'x-forwarded-for'?: string };
  readonly socket: { readonly remoteAddress?: string };
}

/**
 * A function that gives a call's client address. X-Forwarded-For counts only if a trusted proxy wrote it. Throws a
 * TypeError for a trusted proxy that is not an address or subnet.
 */
export const peerAddress = (
  trustedProxies: readonly string[] = [],
): ((forwarded: Forwarded) => string | undefined) => {
  if (trustedProxies.length === 0) return ({ socket }) => socket.remoteAddress;
  const trust = compile([...trustedProxies]);
  return ({ headers, socket }) => {
    if (socket.remoteAddress === undefined) return undefined;
    const forwarded = { headers: { 'x-forwarded-for': withoutPorts(headers['x-forwarded-for']) }, socket };
    return proxyAddress(forwarded as unknown as IncomingMessage, trust);
  };
};

/** Some proxies write `address:port`, with an IPv6 address in brackets; the port differs for each connection. */
const withoutPorts = (addresses: string | undefined): string | undefined =>
  addresses?.replace(/\[([^\]]*)\](:\d+)?/g, '$1').replace(/(\d+(?:\.\d+){3}):\d+/g, '$1');

/** Whether a connection comes from a trusted proxy, and therefore carries the requests of many clients. */
export const isTrustedProxy = (
  trustedProxies: readonly string[] = [],
): ((address: string | undefined) => boolean) => {
  if (trustedProxies.length === 0) return () => false;
  const trust = compile([...trustedProxies]);
  return (address) => address !== undefined && trust(address, 0);
};

/** `host:port`, with an IPv6 address in brackets (RFC 3986, section 3.2.2). */
export const formatAddress = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
