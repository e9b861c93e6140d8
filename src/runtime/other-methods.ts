/** Responds to methods that a resource does not have. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { send } from './http-response';
import { requestIdHeader } from './request-info';
import { methodNotAllowed } from './transport-errors';

/**
 * OPTIONS gets the list of allowed methods (RFC 9110, section 9.3.7). Throws METHOD_NOT_ALLOWED for any other method; `hint`
 * completes "use ...".
 */
export const answerOtherMethod = (
  request: IncomingMessage,
  response: ServerResponse,
  allowed: string,
  hint = allowed,
): void => {
  if (request.method === 'OPTIONS') {
    send(response, 204, { Allow: allowed, ...requestIdHeader(request) });
    return;
  }
  response.setHeader('Allow', allowed);
  throw methodNotAllowed(String(request.method), hint);
};
