/** Where a call came from: what proxies say of it counts only where they are trusted by configuration. */
import type { IncomingMessage } from 'node:http';
import proxyAddress, { compile } from 'proxy-addr';

interface Forwarded {
  readonly headers: { readonly 'x-forwarded-for'?: string };
  readonly socket: { readonly remoteAddress?: string };
}

/** Throws a TypeError for what is no address or subnet. */
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
