/** What any HTTP server here needs: to listen, to stop, to say that it lives, and to read no more than it should. */
import {
  createServer,
  IncomingMessage,
  type RequestListener,
  type Server,
  ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGunzip } from 'node:zlib';
import { malformed, SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import type { RunningServer, ServeOptions } from '../../contract/protocol';

/** Resolves when the port is open; rejects with the system's error (EADDRINUSE, EACCES) where it can't be. */
export const serveHttp = async (
  server: Server,
  { host, port }: Pick<ServeOptions, 'host' | 'port'>,
): Promise<RunningServer> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const { port: boundPort } = server.address() as AddressInfo;
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** `GET /livez` and `GET /readyz`, answered the same on every HTTP port. False where the request is another. */
export const answerHealth = (request: IncomingMessage, response: ServerResponse): boolean => {
  if (request.url !== '/livez' && request.url !== '/readyz') return false;
  send(response, 200, { 'Content-Type': 'application/json' }, '{"status":"ok"}');
  return true;
};

/** One write per answer: its length is known, so nothing is chunked. */
export const send = (
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body?: string,
): void => {
  if (body === undefined) {
    response.writeHead(status, headers).end();
  } else {
    headers['Content-Length'] = String(Buffer.byteLength(body));
    response.writeHead(status, STATUS_CODES[status], headers).end(body);
  }
};

/**
 * Express gives every request and response its own prototype, which costs V8 two thirds of a small call. Objects that
 * are born with those prototypes make that a no-op.
 */
export const createExpressServer = (
  app: RequestListener & { readonly request: object; readonly response: object },
): Server =>
  createServer(
    {
      IncomingMessage: bornWith(IncomingMessage, app.request),
      ServerResponse: bornWith(ServerResponse, app.response),
    },
    app,
  );

/** Node's two classes are functions still; `Reflect.construct`, which would not care, costs more than is saved. */
const bornWith = <T extends typeof IncomingMessage | typeof ServerResponse>(
  base: T,
  prototype: object,
): T => {
  function Shaped(this: object, parameter: never, options: never): void {
    (base as unknown as (this: object, ...parameters: never[]) => void).call(this, parameter, options);
  }
  Shaped.prototype = prototype;
  return Shaped as unknown as T;
};

/**
 * Rejects with BODY_TOO_LARGE as soon as the body, as sent or as unzipped, passes the limit. What is sent after that is
 * thrown away and not refused: a connection that is cut takes the answer with it.
 */
export const readBody = async (request: IncomingMessage): Promise<string> => {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw unsupportedMediaType(`content-encoding ${encoding}`);
  const source = encoding === 'gzip' ? request.pipe(createGunzip()) : request;
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const giveUp = (error: SkillsError) => {
      reject(error);
      chunks.length = 0;
      if (source !== request) source.destroy();
      request.unpipe().resume();
    };
    const cut = () => giveUp(malformed('The body is cut short, or not in its content-encoding.'));
    source.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LIMITS.bodyBytesMax) giveUp(bodyTooLarge());
      else chunks.push(chunk);
    });
    source.on('end', () => resolve(Buffer.concat(chunks).toString('utf8'))).on('error', cut);
    // A pipe does not hand on that its source was cut.
    if (source !== request) request.on('error', cut);
  });
};

export const bodyTooLarge = (): SkillsError =>
  new SkillsError(
    'RESOURCE_EXHAUSTED',
    'BODY_TOO_LARGE',
    `The body is over ${LIMITS.bodyBytesMax} bytes, as sent or as decompressed.`,
  );

export const unsupportedMediaType = (what: string): SkillsError =>
  new SkillsError('INVALID_ARGUMENT', 'UNSUPPORTED_MEDIA_TYPE', `This service cannot read ${what}.`);
