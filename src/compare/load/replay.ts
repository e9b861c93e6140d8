/**
 * Sends recorded requests again without the project's clients. It encodes and decodes nothing and compares every response
 * byte for byte with the recorded one, so that a load generator on one core can outrun a server on another.
 */
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import { type Dispatcher, Pool } from 'undici';
import type { ProtocolName } from '../../contract/protocol';
import type { Exchange, Message } from '../../wire/capture';
import type { LoadTarget } from './target';

/** `connections` is a maximum. A connection carries one HTTP/1.1 request at a time, or many HTTP/2 requests. */
export const createReplayTarget = (
  protocol: ProtocolName,
  address: string,
  exchanges: readonly Exchange[],
  connections: number,
): LoadTarget =>
  protocol === 'grpc'
    ? createHttp2Target(address, exchanges, Math.min(HTTP2_CONNECTIONS_MAX, connections))
    : createHttp1Target(address, exchanges, connections);

/** As many as a client with many callers would open. A Node server handles all of them on one thread. */
const HTTP2_CONNECTIONS_MAX = 4;

/** Headers of the connection and not of the request: undici writes its own. */
const HOP_BY_HOP = /^(host|connection|keep-alive|content-length|transfer-encoding)$/i;

const createHttp1Target = (
  address: string,
  exchanges: readonly Exchange[],
  connections: number,
): LoadTarget => {
  // The loops limit the wait themselves.
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
        let receivedStatus = 0;
        pool.dispatch(options, {
          onRequestStart: () => onSend?.(),
          onResponseStart: (_, statusCode) => {
            receivedStatus = statusCode;
          },
          onResponseData: (_, chunk) => matching.take(chunk),
          onResponseEnd: () => resolve(matching.isComplete() && receivedStatus === status),
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

/** The status of a gRPC call: in the trailers, or in the headers of a response without a message. */
const GRPC_STATUS_HEADER = /^grpc-(status|message|status-details-bin)$/;

const createHttp2Target = (
  address: string,
  exchanges: readonly Exchange[],
  connections: number,
): LoadTarget => {
  const nextSession = createSessionPool(address, connections);
  const prepared = exchanges.map(({ request, response }) => ({
    headers: { ...Object.fromEntries(request.headers), ':authority': address },
    requestBody: request.body,
    status: response.startLine.split(' ')[1],
    body: response.body,
    grpcStatus: [...response.headers, ...response.trailers].filter(([name]) => GRPC_STATUS_HEADER.test(name)),
  }));
  return {
    send: (index, onSend) =>
      new Promise((resolve, reject) => {
        const { headers, requestBody, status, body, grpcStatus } = prepared[index % prepared.length]!;
        const matching = createBodyMatcher(body);
        const receivedHeaders: IncomingHttpHeaders = {};
        const stream = nextSession.open().request(headers, { endStream: requestBody.length === 0 });
        onSend?.();
        stream
          .on('response', (received) => Object.assign(receivedHeaders, received))
          .on('data', (chunk: Buffer) => matching.take(chunk))
          .on('trailers', (received) => Object.assign(receivedHeaders, received))
          .on('error', reject)
          .on('close', () => {
            const receivedStatus = receivedHeaders[':status'];
            if (receivedStatus === undefined) reject(new Error('The connection was closed.'));
            const isAsRecorded = grpcStatus.every(([name, value]) => receivedHeaders[name] === value);
            resolve(isAsRecorded && String(receivedStatus) === status && matching.isComplete());
          });
        if (requestBody.length > 0) stream.end(requestBody);
      }),
    close: async () => nextSession.close(),
  };
};

/** Sessions in turn. Each is opened at its first use, and again after the server has ended it, as servers with limits do. */
const createSessionPool = (address: string, count: number) => {
  const all: ClientHttp2Session[] = [];
  let turn = 0;
  return {
    open: (): ClientHttp2Session => {
      turn = (turn + 1) % count;
      const known = all[turn];
      if (known && !known.closed && !known.destroyed) return known;
      // Each request that waits for the connection adds a listener. The connection's errors reach the requests themselves.
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

/** Compares the bytes as they arrive and stores none. */
const createBodyMatcher = (expected: Buffer) => {
  let length = 0;
  let same = true;
  return {
    take: (chunk: Buffer): void => {
      const end = length + chunk.length;
      same &&= end <= expected.length && expected.compare(chunk, 0, chunk.length, length, end) === 0;
      length = end;
    },
    isComplete: (): boolean => same && length === expected.length,
  };
};
