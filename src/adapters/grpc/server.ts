/** grpc-js: a handler per method. Codecs read and give finished bytes, so that only ours read or write a message. */
import { constants, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import {
  type AddressInfo,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import {
  type handleUnaryCall,
  logVerbosity,
  Server,
  ServerCredentials,
  setLogVerbosity,
  status,
} from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import type { CallContext } from '../../contract/context';
import { malformedRequest, SkillsError, toSkillsError } from '../../contract/errors';
import { type ConnectionLimits, LIMITS } from '../../contract/limits';
import type { RunningServer, ServeOptions } from '../../contract/protocol';
import type { Input, Operation, Output, SkillsApi } from '../../contract/skills-api';
import { inPhase, type Telemetry } from '../../contract/telemetry';
import { answerMetadata, arrivals, decodeContext } from './context';
import { codeOfLibrary, encodeError } from './errors';
import { METHODS, type Message, readDescriptors, SERVICE_NAME } from './schema';
import * as wire from './wire';

interface Handler<O extends Operation> {
  readonly decode: (request: Message) => Input<O>;
  readonly encode: (output: Output<O>) => Buffer;
}

const HANDLERS: { readonly [O in Operation]: Handler<O> } = {
  listCategories: { decode: wire.decodeListCategories, encode: wire.encodeCategories },
  getCategory: { decode: wire.decodeById, encode: wire.encodeCategory },
  getSkill: { decode: wire.decodeById, encode: wire.encodeSkill },
  listSkills: { decode: wire.decodeListSkills, encode: wire.encodePage },
  batchGetSkills: { decode: wire.decodeBatchGetSkills, encode: wire.encodeBatch },
  getLearningPath: { decode: wire.decodeById, encode: wire.encodeLearningPath },
  createSkill: { decode: wire.decodeCreateSkill, encode: wire.encodeSkill },
  updateSkill: { decode: wire.decodeUpdateSkill, encode: wire.encodeSkill },
  deleteSkill: { decode: wire.decodeDeleteSkill, encode: wire.encodeNothing },
  setProgress: { decode: wire.decodeSetProgress, encode: wire.encodeProgress },
  listProgress: { decode: wire.decodeListProgress, encode: wire.encodeProgressList },
};

export const serve = async (api: SkillsApi, options: ServeOptions): Promise<RunningServer> => {
  // It would write down metadata that it can not read, and a token with them.
  setLogVerbosity(logVerbosity.NONE);
  const limits = { ...LIMITS, ...options.limits };
  const server = new Server({
    'grpc.max_receive_message_length': LIMITS.bodyBytesMax,
    'grpc.max_concurrent_streams': LIMITS.streamsMax,
    'grpc.max_connection_idle_ms': limits.http2IdleMsMax,
  });
  const operations = Object.keys(HANDLERS) as Operation[];
  const arrive = arrivals(options);
  server.addService(
    Object.fromEntries(operations.map((operation) => [operation, bytesOf(operation)])),
    Object.fromEntries(operations.map((operation) => [operation, handle(api, operation, arrive)])),
  );
  const health = new HealthImplementation({ '': 'SERVING', [SERVICE_NAME]: 'SERVING' });
  health.addToServer(server);
  const reflected = { skills: { fileDescriptorProtos: readDescriptors() } } as never;
  new ReflectionService(reflected, { services: [SERVICE_NAME] }).addToServer(server);

  const { injectConnection } = server.createConnectionInjector(ServerCredentials.createInsecure());
  const watches = impatient(server, limits, options.telemetry);
  const { sockets, listener } = await listen(options, limits, injectConnection);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const { port } = listener.address() as AddressInfo;
  return {
    address: `${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    stop: async ({ graceMs = 0 } = {}) => {
      for (const service of ['', SERVICE_NAME]) health.setStatus(service, 'NOT_SERVING');
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      // Sends GOAWAY: what is under way on a connection ends, nothing new begins.
      server.tryShutdown(() => undefined);
      for (const watch of watches) watch.close();
      if (graceMs === 0) cut();
      const timer = setTimeout(cut, graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
};

const handle =
  <O extends Operation>(
    api: SkillsApi,
    operation: O,
    arrive: ReturnType<typeof arrivals>,
  ): handleUnaryCall<Buffer, Buffer> =>
  async (call, answer) => {
    const { decode, encode } = HANDLERS[operation] as Handler<O>;
    const invoke = api[operation] as (input: Input<O>, context: CallContext) => Promise<Output<O>>;
    const arrival = arrive(call);
    const { observed } = arrival;
    let response: Buffer = NOTHING;
    try {
      const metadata = answerMetadata(arrival);
      if (metadata) call.sendMetadata(metadata);
      const [input, context] = inPhase(observed, 'decode', () => {
        const message = read(operation, call.request);
        return [decode(message), decodeContext(call, arrival, message)];
      });
      const output = await invoke(input, context);
      response = inPhase(observed, 'encode', () => encode(output));
      answer(null, response);
    } catch (thrown) {
      const error = toSkillsError(thrown);
      observed?.recordError(error.code);
      answer(encodeError(error));
    }
    // The library calls a call cancelled when it is over, however it ended.
    call.removeAllListeners('cancelled');
    observed?.end({ request: call.request.length, response: response.length });
  };

const NOTHING = Buffer.alloc(0);

/** Left to the library, a message that can not be read would be INTERNAL. */
const read = (operation: Operation, bytes: Buffer): Message => {
  try {
    return METHODS[operation].requestDeserialize(bytes);
  } catch (cause) {
    throw malformedRequest(
      `The message is not a ${operation} request in protobuf: ${(cause as Error).message}.`,
    );
  }
};

const asItIs = (bytes: Buffer): Buffer => bytes;
const bytesOf = (operation: Operation) => ({
  ...METHODS[operation],
  requestDeserialize: asItIs,
  responseSerialize: asItIs,
});

interface Listening {
  readonly listener: NetServer;
  /** Of every connection, whether it speaks HTTP/2 yet or not. */
  readonly sockets: ReadonlySet<Socket>;
}

/** A listener of our own, as the library's can neither count its connections nor give up those that stay silent. */
const listen = async (
  { host, port, tls }: ServeOptions,
  { connectionsMax, headersMsMax, idleMsMax }: ConnectionLimits,
  accept: (socket: Socket) => void,
): Promise<Listening> => {
  const listener = tls
    ? createTlsServer({ ...tls, ALPNProtocols: ['h2'], handshakeTimeout: headersMsMax })
    : createNetServer({ noDelay: true });
  const sockets = new Set<Socket>();
  listener.maxConnections = connectionsMax;
  listener.on('connection', (socket: Socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
  });
  listener.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  listener.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    if (!listener.listening) socket.destroy();
    else accept(socket);
    // One that we ended would stay for as long as its other end likes.
    socket.once('finish', () => setTimeout(() => socket.destroy(), idleMsMax).unref());
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject).listen(port, host, resolve);
  });
  return { listener, sockets };
};

const WATCH = '/grpc.health.v1.Health/Watch';

/**
 * Ends connections and calls on which nothing moves, which the library would keep for ever; its HTTP/2 server is where
 * that can be seen. Gives the streams of those who watch the server's health, who may be as quiet as they like.
 */
const impatient = (
  server: Server,
  { headersMsMax, requestMsMax, idleMsMax, stalledMsMax }: ConnectionLimits,
  telemetry: Telemetry | undefined,
): ReadonlySet<ServerHttp2Stream> => {
  const { http2Servers } = server as unknown as { http2Servers: Map<Http2Server, unknown> };
  const [http2] = http2Servers.keys() as Iterable<Http2Server>;
  const watches = new Set<ServerHttp2Stream>();
  http2?.on('session', (session) => {
    // Once, as Node makes much of each look at a session's socket.
    const peer = session.socket.remoteAddress;
    const silent = setTimeout(() => session.destroy(), headersMsMax);
    const clear = () => clearTimeout(silent);
    session.once('remoteSettings', clear).once('close', clear);
    expectPongs(session, idleMsMax, headersMsMax);
    session.on('stream', (stream, { ':path': path }) => {
      const giveUp = () => refuseLate(stream);
      let timer = setTimeout(giveUp, requestMsMax);
      stream.once('end', () => {
        clearTimeout(timer);
        // Not Node's own timeout of a stream, which starts anew when another stream of the connection moves.
        if (path !== WATCH) timer = setTimeout(giveUp, stalledMsMax);
      });
      stream.once('close', () => {
        clearTimeout(timer);
        if (telemetry) noteRefusal(stream, telemetry, peer);
      });
      if (path === WATCH) watches.add(stream.once('close', () => watches.delete(stream)));
    });
  });
  return watches;
};

/**
 * Whenever a connection was quiet, asks whether somebody is there. Once HTTP/2 itself was broken on one, Node reads it no
 * further, and so would keep it when its caller is long gone; a caller that is there answers (RFC 9113, section 6.7).
 */
const expectPongs = (session: ServerHttp2Session, quietMs: number, pongMsMax: number): void => {
  let late: NodeJS.Timeout | undefined;
  const clear = () => {
    clearTimeout(late);
    late = undefined;
  };
  session.setTimeout(quietMs);
  session.once('close', clear).on('timeout', () => {
    session.setTimeout(quietMs);
    if (late || session.destroyed) return;
    late = setTimeout(() => session.destroy(), pongMsMax);
    session.ping(clear);
  });
};

/** What the library refuses, as it does a message over the limit or a method that is not there, reaches no handler. */
const noteRefusal = (
  { sentHeaders, sentTrailers }: ServerHttp2Stream,
  telemetry: Telemetry,
  peer: string | undefined,
): void => {
  if (sentTrailers?.['grpc-status'] === status.OK) return;
  const code = codeOfLibrary({ ...sentHeaders, ...sentTrailers });
  if (code === undefined) return;
  const observed = telemetry.begin({ protocol: 'grpc', peer });
  observed.recordError(code);
  observed.end({ request: 0, response: 0 });
};

/** As trailers without a body; an answer that has begun breaks off. */
const refuseLate = (stream: ServerHttp2Stream): void => {
  if (stream.closed || stream.destroyed) return;
  if (stream.headersSent) {
    stream.close(constants.NGHTTP2_CANCEL);
    return;
  }
  const { code, details, metadata } = encodeError(
    new SkillsError('DEADLINE_EXCEEDED', 'REQUEST_TIMEOUT', 'The request took too long to arrive.'),
  );
  const trailers = { 'grpc-status': code, 'grpc-message': encodeURI(details), ...metadata?.toHttp2Headers() };
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc+proto', ...trailers },
    { endStream: true },
  );
  stream.close();
};
