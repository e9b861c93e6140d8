/** grpc-js: a handler per method. It passes bytes through: our encoders return bytes, and a broken request gets our error. */
import type { Http2Server, ServerHttp2Stream } from 'node:http2';
import {
  type handleUnaryCall,
  logVerbosity,
  Server,
  ServerCredentials,
  type sendUnaryData,
  setLogVerbosity,
} from '@grpc/grpc-js';
import { type SkillsError, toSkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import type { RunningServer, ServeOptions } from '../../contract/protocol';
import { OPERATION_NAMES, type Operation, type SkillsApi } from '../../contract/skills-api';
import { inPhase, type ObservedCall, type Telemetry } from '../../contract/telemetry';
import { type Http2App, serveHttp2 } from '../../runtime/http2-connections';
import { type Call, requestCodec, responseCodec } from '../common/codecs';
import { checkCalls } from './call-grammar';
import { decodeContext, requestInfoReader, responseMetadata } from './context';
import { encodeError, libraryCode } from './errors';
import { REQUESTS } from './requests';
import { RESPONSES } from './responses';
import { METHODS, type Message } from './schema';
import { addStandardServices, isHealth, isStream } from './standard-services';
import { asIs, DESERIALIZE_REQUEST } from './strict-protobuf';

export const serve = async (api: SkillsApi, options: ServeOptions): Promise<RunningServer> => {
  // grpc-js would log metadata that it cannot read, and a token with it.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server({
    'grpc.max_receive_message_length': LIMITS.bodyBytesMax,
    'grpc.max_concurrent_streams': LIMITS.streamsMax,
    'grpc.max_connection_idle_ms': options.limits?.http2IdleMsMax ?? LIMITS.http2IdleMsMax,
  });
  const infoOf = requestInfoReader(options);
  server.addService(
    Object.fromEntries(OPERATION_NAMES.map((operation) => [operation, passBytes(operation)])),
    Object.fromEntries(OPERATION_NAMES.map((operation) => [operation, handle(api, operation, infoOf)])),
  );
  const setReady = addStandardServices(server);

  const { injectConnection: accept } = server.createConnectionInjector(ServerCredentials.createInsecure());
  const { telemetry } = options;
  const app: Http2App = {
    // The HTTP/2 server that grpc-js has made for the injector.
    http2: [...(server as unknown as { http2Servers: Map<Http2Server, unknown> }).http2Servers.keys()][0]!,
    accept,
    kindOf: (path) => (isStream(path) ? 'stream' : 'call'),
    isHealth,
    sendError: transportError,
    onClose: telemetry && ((stream, peer) => observeLibraryError(stream, telemetry, peer)),
    onReadiness: setReady,
    onStop: () => server.tryShutdown(() => undefined),
  };
  checkCalls(app.http2, transportError);
  return serveHttp2(app, options);
};

const passBytes = (operation: Operation) => ({
  ...METHODS[operation],
  requestDeserialize: asIs,
  responseSerialize: asIs,
});

const handle = <O extends Operation>(
  api: SkillsApi,
  operation: O,
  infoOf: ReturnType<typeof requestInfoReader>,
): handleUnaryCall<Buffer, Buffer> => {
  const { decode } = requestCodec(REQUESTS, operation);
  const { encode } = responseCodec(RESPONSES, operation);
  const invoke = api[operation] as Call<O>;
  return async (call, callback) => {
    const info = infoOf(call);
    const { observed } = info;
    let message: Message;
    let response: Buffer = Buffer.alloc(0);
    try {
      const metadata = responseMetadata(info);
      if (metadata) call.sendMetadata(metadata);
      const [input, context] = inPhase(observed, 'decode', () => {
        message = DESERIALIZE_REQUEST[operation](call.request);
        return [decode(message), decodeContext(call, info, message)] as const;
      });
      const output = await invoke(input, context);
      response = inPhase(observed, 'encode', () => encode(output));
      callback(null, response);
    } catch (thrown) {
      sendError(callback, toSkillsError(thrown), message, observed);
    }
    // grpc-js emits "cancelled" for every call that is over.
    call.removeAllListeners('cancelled');
    observed?.end({ request: call.request.length, response: response.length });
  };
};

/** Errors of grpc-js itself, for example an unknown method or a message over the limit, reach no handler. */
const observeLibraryError = (stream: ServerHttp2Stream, telemetry: Telemetry, peer?: string): void => {
  const code = libraryCode({ ...stream.sentHeaders, ...stream.sentTrailers });
  if (code === undefined) return;
  const observed = telemetry.begin({ protocol: 'grpc', peer });
  observed.recordError(code);
  observed.end({ request: 0, response: 0 });
};

const sendError = (
  callback: sendUnaryData<Buffer>,
  error: SkillsError,
  request: Message,
  observed?: ObservedCall,
): void => {
  observed?.recordError(error.code);
  callback(encodeError(error, request));
};

/** Sends an error as trailers; without a body ("Trailers-Only") if the response has not begun. */
const transportError = (stream: ServerHttp2Stream, error: SkillsError): void => {
  const { code, details, metadata } = encodeError(error);
  const trailers = { 'grpc-status': code, 'grpc-message': encodeURI(details), ...metadata?.toHttp2Headers() };
  if (stream.headersSent) {
    stream.once('wantTrailers', () => stream.sendTrailers(trailers)).end();
    return;
  }
  const headers = { ':status': 200, 'content-type': 'application/grpc+proto', ...trailers };
  stream.respond(headers, { endStream: true });
  stream.close();
};
