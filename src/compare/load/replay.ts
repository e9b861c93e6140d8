/**
 * Recorded requests sent again as they were, without our clients: nothing is encoded or decoded, and every answer is
 * held against the recorded one byte for byte, so that a load generator on one core can outrun a server on another.
 */
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import { type Dispatcher, Pool } from 'undici';
import type { ProtocolName } from '../../contract/protocol';
import type { Exchange, Message } from '../../wire/capture';
import type { LoadTarget } from './target';

/** `connections` is the most there will be. Each carries one HTTP/1.1 request at a time, or many of HTTP/2. */
export const createReplayTarget = (
  protocol: ProtocolName,
  address: string,
  exchanges: readonly Exchange[],
  connections: number,
): LoadTarget =>
  protocol === 'grpc'
    ? createHttp2Target(address, exchanges, Math.min(HTTP2_CONNECTIONS_MAX, connections))
    : createHttp1Target(address, exchanges, connections);

/** What a client with many callers would open; a Node server works through all of them on one thread anyway. */
const HTTP2_CONNECTIONS_MAX = 4;

/** Of the connection and not of the request: undici writes its own. */
const HOP_BY_HOP = /^(host|connection|keep-alive|content-length|transfer-encoding)$/i;

export const createHttp1Target = (
  address: string,
  exchanges: readonly Exchange[],
  connections: number,
): LoadTarget => {
  // The loops bound how long is waited.
  const pool = new Pool(new URL(address).origin, {
    connections,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const prepared = exchanges.map(({ request, response }) => ({
    options: toRequestOptions(request),
    status: Number(response.startLine.split(' ')[1]),
    body: response.body,
  }));
  return {
    send: (index, onSend) =>
      new Promise((resolve, reject) => {
        const { options, status, body } = prepared[index % prepared.length]!;
        const matching = createBodyMatcher(body);
        let answered = 0;
        pool.dispatch(options, {
          onRequestStart: () => onSend?.(),
          onResponseStart: (_, statusCode) => {
            answered = statusCode;
          },
          onResponseData: (_, chunk) => matching.take(chunk),
          onResponseEnd: () => resolve(matching.complete() && answered === status),
          onResponseError: (_, error) => reject(error),
        });
      }),
    close: () => pool.destroy(),
  };
};

const toRequestOptions = ({ startLine, headers, body }: Message): Dispatcher.DispatchOptions => {
  const [method, path] = startLine.split(' ') as [Dispatcher.HttpMethod, string];
  return {
    method,
    path,
    headers: headers.filter(([name]) => !HOP_BY_HOP.test(name)).flat(),
    body: body.length > 0 ? body : null,
  };
};

/** The outcome of a gRPC call, which is in the trailers, or in the headers where there is no message. */
const GRPC_STATUS_HEADER = /^grpc-(status|message|status-details-bin)$/;

export const createHttp2Target = (
  address: string,
  exchanges: readonly Exchange[],
  connections: number,
): LoadTarget => {
  const nextSession = createSessionPool(address, connections);
  const prepared = exchanges.map(({ request, response }) => ({
    headers: { ...Object.fromEntries(request.headers), ':authority': address },
    question: request.body,
    status: response.startLine.split(' ')[1],
    body: response.body,
    outcome: [...response.headers, ...response.trailers].filter(([name]) => GRPC_STATUS_HEADER.test(name)),
  }));
  return {
    send: (index, onSend) =>
      new Promise((resolve, reject) => {
        const { headers, question, status, body, outcome } = prepared[index % prepared.length]!;
        const matching = createBodyMatcher(body);
        const answered: IncomingHttpHeaders = {};
        const stream = nextSession.open().request(headers, { endStream: question.length === 0 });
        onSend?.();
        stream
          .on('response', (received) => Object.assign(answered, received))
          .on('data', (chunk: Buffer) => matching.take(chunk))
          .on('trailers', (received) => Object.assign(answered, received))
          .on('error', reject)
          .on('close', () => {
            if (answered[':status'] === undefined) reject(new Error('The connection was closed.'));
            const asRecorded = outcome.every(([name, value]) => answered[name] === value);
            resolve(asRecorded && String(answered[':status']) === status && matching.complete());
          });
        if (question.length > 0) stream.end(question);
      }),
    close: async () => nextSession.close(),
  };
};

/** Taken in turn, opened when first needed, and again where a server has ended one, as those with a limit per connection do. */
const createSessionPool = (address: string, count: number) => {
  const all: ClientHttp2Session[] = [];
  let turn = 0;
  return {
    open: (): ClientHttp2Session => {
      turn = (turn + 1) % count;
      const known = all[turn];
      if (known && !known.closed && !known.destroyed) return known;
      // Every request that waits for the connection listens for it. Its errors reach the requests themselves.
      const session = connect(`http://${address}`)
        .setMaxListeners(0)
        .on('error', () => {});
      all[turn] = session;
      return session;
    },
    close: (): void => {
      for (const session of all) session?.destroy();
    },
  };
};

/** Compares as the bytes come, and keeps none. */
const createBodyMatcher = (expected: Buffer) => {
  let length = 0;
  let same = true;
  return {
    take: (chunk: Buffer): void => {
      const end = length + chunk.length;
      same &&= end <= expected.length && expected.compare(chunk, 0, chunk.length, length, end) === 0;
      length = end;
    },
    complete: (): boolean => same && length === expected.length,
  };
};
