/** The block of addresses that counts as one caller. */
import { isIPv6 } from 'node:net';
import ipaddr, { IPv6 } from 'ipaddr.js';

/**
 * An IPv6 address as its /64 block, because one household has 2^64 of them; an IPv4-mapped IPv6 address as the IPv4
 * address (RFC 4291, section 2.5.5.2). Any other text is returned unchanged.
 */
export const addressBlock = (address: string): string => {
  if (!isIPv6(address)) return address;
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof IPv6)) return parsed.toString();
  const block = parsed.parts.slice(0, 4).map((group) => group.toString(16));
  return `${block.join(':')}::/64`;
};
