/** The address under which clients reach an HTTP server, for the links and contracts in its responses. */
import type { IncomingMessage } from 'node:http';
import type { ServeOptions } from '../contract/protocol';
import { formatAddress, isTrustedProxy } from './client-address';

/** `https://example.org/prefix`, without a slash at the end. */
export interface PublicAddress {
  readonly origin: string;
  /** The path in front of the server's own paths; empty if there is none. */
  readonly prefix: string;
}

export type AddressOf = (request: IncomingMessage) => PublicAddress;

const HOST = /^[\w.:[\]-]+$/;
const PREFIX = /^(\/[\w.~-]+)*$/;

/**
 * The address is PUBLIC_URL, otherwise that of the request. Its Forwarded (RFC 7239), X-Forwarded-Proto, -Host and -Prefix
 * count only if a trusted proxy sent them. An invalid Host is replaced by the address of the socket.
 */
export const publicAddressOf = ({
  publicUrl,
  trustedProxies,
}: Pick<ServeOptions, 'publicUrl' | 'trustedProxies'>): AddressOf => {
  if (publicUrl !== undefined) {
    const { origin, pathname } = new URL(publicUrl);
    const address = { origin, prefix: pathname.replace(/\/$/, '') };
    return () => address;
  }
  const isProxy = isTrustedProxy(trustedProxies);
  return ({ headers, socket }) => {
    const { proto, host = headers.host, prefix } = isProxy(socket.remoteAddress) ? forwardedOf(headers) : {};
    const scheme = proto ?? ('encrypted' in socket ? 'https' : 'http');
    const { localAddress = '', localPort = 0 } = socket;
    const authority = host && HOST.test(host) ? host : formatAddress(localAddress, localPort);
    return { origin: `${scheme}://${authority}`, prefix: prefix ?? '' };
  };
};

interface ForwardedAddress {
  readonly proto?: string | undefined;
  readonly host?: string | undefined;
  readonly prefix?: string | undefined;
}

/** What the first proxy has received; every further proxy appends to the lists. */
const forwardedOf = (headers: IncomingMessage['headers']): ForwardedAddress => {
  const first = (name: string) =>
    String(headers[name] ?? '')
      .split(',')[0]!
      .trim();
  const element = first('forwarded');
  const parameter = (name: string) => new RegExp(`(?:^|;)\\s*${name}="?([^";]*)`, 'i').exec(element)?.[1];
  const proto = (parameter('proto') ?? first('x-forwarded-proto')).toLowerCase();
  const prefix = first('x-forwarded-prefix').replace(/\/$/, '');
  return {
    proto: /^https?$/.test(proto) ? proto : undefined,
    host: parameter('host') || first('x-forwarded-host') || undefined,
    prefix: PREFIX.test(prefix) ? prefix : undefined,
  };
};
