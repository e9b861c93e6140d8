/** Headers as they are displayed. */
import type { Message } from './exchange';

/** Hides the token, as displayed text is copied to other people, and leaves out HTTP/2's pseudo-headers. */
export const displayHeaders = (headers: Message['headers']): Message['headers'] =>
  headers
    .filter(([name]) => !name.startsWith(':'))
    .map(([name, value]) => [name, /^authorization$/i.test(name) ? 'Bearer (token)' : value]);
