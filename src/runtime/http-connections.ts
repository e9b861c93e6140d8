/** Connections of HTTP/1.1 that end early: too many pipelined requests, a broken or unfinished request, a slow reader. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { malformedRequest, SkillsError } from '../contract/errors';
import { type ConnectionLimits, LIMITS } from '../contract/limits';
import { connectionOf, endWith } from './connections';
import { headersTooLarge, requestTimeout } from './transport-errors';

/** Responds to an error with its text, where HTTP still allows a response. */
export const endBrokenConnections = (
  server: Server,
  { stalledMsMax }: ConnectionLimits,
  errorText: (error: SkillsError) => string,
): void => {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    endBroken(socket, error, errorText),
  );
  server.setTimeout(stalledMsMax, (socket) => {
    const { response } = connectionOf(socket);
    const isUnfinished = response && !response.headersSent && !response.req.complete;
    if (isUnfinished) endWith(socket, errorText(requestTimeout()));
    else socket.destroy();
  });
};

const pipelined = new WeakMap<Socket, number>();

/**
 * Whether a connection has sent more requests than it may before the first one has its response. Node reads on, and all
 * those responses would wait in memory, so the first request over the limit gets the last response of the connection. A
 * response that has to wait has no socket yet.
 */
export const exceedsPipelining = (
  request: IncomingMessage,
  response: ServerResponse,
  reject: (request: IncomingMessage, response: ServerResponse, error: SkillsError) => void,
): boolean => {
  const { socket } = request;
  const count = (pipelined.get(socket) ?? 0) + 1;
  if (socket.destroyed || count === Number.POSITIVE_INFINITY) return true;
  pipelined.set(socket, count);
  response.once('close', () => pipelined.set(socket, (pipelined.get(socket) ?? 1) - 1));
  if (count <= LIMITS.pipelinedMax) return false;
  // The count stays over the limit, so that no later request is answered.
  pipelined.set(socket, Number.POSITIVE_INFINITY);
  // The bytes of ignored requests count as activity of the connection, so its own timeout may never come.
  const timer = setTimeout(() => socket.destroy(), LIMITS.stalledMsMax);
  socket.once('close', () => clearTimeout(timer));
  response.shouldKeepAlive = false;
  reject(request, response, tooManyPipelined());
  return true;
};

/**
 * Handles a pipelined request when the client has taken the earlier response. A client that does not read would otherwise
 * make the server keep several responses of each connection.
 */
export const afterResponse = (earlier: ServerResponse, handle: () => void): void => {
  if (earlier.closed) handle();
  else earlier.once('close', () => earlier.req.socket.destroyed || handle());
};

const tooManyPipelined = (): SkillsError =>
  new SkillsError(
    'RESOURCE_EXHAUSTED',
    'TOO_MANY_PIPELINED',
    `A connection may wait for ${LIMITS.pipelinedMax} responses; send the next request after a response.`,
  );

/** Node reports each further part of a broken connection. */
const broken = new WeakSet<Socket>();

/** Ends a connection whose next request is broken as HTTP or unfinished, after the responses that it waits for. */
const endBroken = (
  socket: Socket,
  error: NodeJS.ErrnoException,
  errorText: (error: SkillsError) => string,
): void => {
  const { code = '' } = error;
  const { response } = connectionOf(socket);
  const isAnswered = response?.headersSent && !response.req.complete;
  // Errors of the TLS handshake and of the connection itself leave nobody to respond to.
  if (!/^(HPE_|ERR_HTTP_)/.test(code) || !socket.writable || isAnswered) {
    if (!socket.writableEnded) socket.destroy();
    return;
  }
  const end = () => endWith(socket, errorText(brokenHttp(error)));
  if (response?.req.complete && !response.writableFinished) {
    if (!broken.has(socket)) response.once('finish', end);
    broken.add(socket);
  } else end();
};

const brokenHttp = ({ code, message }: NodeJS.ErrnoException): SkillsError => {
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge('headers');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimeout();
  return malformedRequest(`The request is not HTTP: ${message}.`);
};
