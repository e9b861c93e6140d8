/** Checks of a request's first lines that Node.js leaves to its users. */
import type { IncomingMessage } from 'node:http';
import { malformedRequest } from '../contract/errors';

/** The error of a request that Node accepts and HTTP does not. Decoders of a URL would read other bytes as U+FFFD. */
export const invalidRequestLine = ({ headers, httpVersionMinor, url = '' }: IncomingMessage) => {
  if (headers.host === undefined && httpVersionMinor > 0)
    return malformedRequest('An HTTP/1.1 request names its Host (RFC 9112, section 3.2).');
  return PLAIN_URL.test(url) || isEncodedUtf8(url)
    ? undefined
    : malformedRequest('The URL is not percent-encoded UTF-8 (RFC 3986, section 2.5).');
};

/** Visible ASCII without percent-encoding. */
const PLAIN_URL = /^[!-$&-~]*$/;

const isEncodedUtf8 = (url: string): boolean => {
  try {
    decodeURIComponent(url);
    return /^[!-~]*$/.test(url);
  } catch {
    return false;
  }
};
