/** Admission of the streams of an HTTP/2 server, in front of the handler of the protocol's library. */
import { constants, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { ArrivalKind } from '../contract/admission';
import type { Charge } from '../contract/context';
import { type SkillsError, toSkillsError } from '../contract/errors';
import type { ConnectionLimits } from '../contract/limits';
import type { ServeOptions } from '../contract/protocol';
import { admitArrival } from './admit-arrival';
import { peerAddress } from './client-address';
import type { FrameBudget } from './frame-budget';
import { isOverloaded, overloaded } from './overload';
import type { RequestInfo } from './request-info';
import type { UnreadResponses } from './unread-responses';
import { COUNTED_BYTES_MIN, countUnsent } from './unsent-bytes';

export interface AdmittedHttp2 {
  readonly http2: Http2Server;
  /** The kind of a request, by its `:path`. The response of a `stream` may stay silent for as long as it likes. */
  readonly kindOf: (path: string | undefined) => ArrivalKind;
  /** Health is neither charged nor rejected. */
  readonly isHealth: (path: string | undefined) => boolean;
  /** Responds with an error. Of the streams whose response has begun, it is called for long-lived ones; others are reset. */
  readonly sendError: (stream: ServerHttp2Stream, error: SkillsError) => void;
}

const INFO = Symbol('request info');
const STOP_COUNTING = Symbol('stop counting unsent bytes');
const UNREAD = Symbol('unread responses of the connection');
const BUDGET = Symbol('budget of frames of the connection');
type AdmittedStream = ServerHttp2Stream & {
  [INFO]?: RequestInfo;
  [STOP_COUNTING]?: () => void;
  [UNREAD]?: UnreadResponses;
  [BUDGET]?: FrameBudget;
};

const NO_INFO: RequestInfo = {};

/** The client's address, and the charge of an admitted request. */
export const streamInfoOf = (stream: object): RequestInfo => (stream as AdmittedStream)[INFO] ?? NO_INFO;

type StreamHandler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number) => void;
export type AdmitStream = (
  from: {
    readonly remoteAddress: string | undefined;
    readonly budget: FrameBudget;
    readonly unread: UnreadResponses;
  },
  ...request: Parameters<StreamHandler>
) => void;

/** Takes the place of the handler with which the protocol's library reads a request, and calls it after admission. */
export const admitStreams = (
  { http2, kindOf, isHealth, sendError }: AdmittedHttp2,
  { admit, trustedProxies }: ServeOptions,
  { loopDelayMsMax }: ConnectionLimits,
): AdmitStream => {
  const peerOf = peerAddress(trustedProxies);
  const [handle] = http2.listeners('stream') as StreamHandler[];
  http2.removeAllListeners('stream');
  return ({ remoteAddress, budget, unread }, stream: AdmittedStream, headers, flags) => {
    // A stream that waits for its turn or its token has no handler of the library, for example when it is reset.
    stream.on('error', ignoreError);
    const path = headers[':path'];
    const peer = peerOf({ headers: headers as Record<string, string>, socket: { remoteAddress } });
    const proceed = (charge: Charge | undefined) => unread.start(() => handleStream(charge));
    const handleStream = (charge: Charge | undefined) => {
      if (stream.destroyed) return;
      stream[INFO] = { peer, charge };
      const hasEnded = stream.readableEnded;
      handle?.(stream, headers, flags);
      // A request without a body has ended while it waited, before the library could listen.
      if (hasEnded) stream.emit('end');
      // The library reads the request, unless it has rejected it. Another reader would lose data for it.
      if (stream.listenerCount('data') > 0) {
        stream[BUDGET] = budget;
        stream.on('data', addFrame);
      }
      countUnsentOf(stream, unread);
    };
    const reject = (thrown: unknown) => {
      if (!stream.destroyed) sendError(stream, toSkillsError(thrown));
    };
    if (isHealth(path)) return handleStream(undefined);
    if (isOverloaded(loopDelayMsMax)) return reject(overloaded());
    admitArrival(admit, { kind: kindOf(path), peer, authorization: headers.authorization }, proceed, reject);
  };
};

const ignoreError = (): void => undefined;

// The following functions are shared by all streams: a function per stream would survive minor garbage collections.

function addFrame(this: AdmittedStream, chunk: Buffer): void {
  this[BUDGET]?.addFrame(chunk.length);
}

/** Counts what the client has not read yet of large messages. */
const countUnsentOf = (stream: AdmittedStream, unread: UnreadResponses): void => {
  stream[UNREAD] = unread;
  stream.write = writeCounted;
};

function writeCounted(this: AdmittedStream, ...args: unknown[]): boolean {
  const hasRoom = Object.getPrototypeOf(this).write.apply(this, args);
  if (this.writableLength < COUNTED_BYTES_MIN) return hasRoom;
  if (!this[STOP_COUNTING]) this.on('drain', stopCounting).once('close', stopCounting);
  this[STOP_COUNTING]?.();
  const cancel = () => {
    this[UNREAD]?.pause();
    // With CANCEL, Node would keep the unread data until the client has read it.
    this.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  };
  const stops = [
    countUnsent(this[INFO]?.peer ?? '', this.writableLength, cancel),
    this[UNREAD]?.add(this.writableLength),
  ];
  this[STOP_COUNTING] = () => {
    for (const stop of stops) stop?.();
  };
  return hasRoom;
}

function stopCounting(this: AdmittedStream): void {
  this[STOP_COUNTING]?.();
}
