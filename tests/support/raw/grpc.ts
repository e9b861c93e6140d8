/** gRPC calls on an HTTP/2 client, without a gRPC library (specification "gRPC over HTTP/2"). */
import {
  type ClientHttp2Session,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import path from 'node:path';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';

const PROTOS = loadSync(
  ['skills/v1/skills.proto', 'google/rpc/status.proto', 'google/rpc/error_details.proto'],
  { includeDirs: [path.join(__dirname, '../../../protos')], enums: String, longs: Number },
);

// biome-ignore lint/suspicious/noExplicitAny: the .proto file defines the members of a message.
export type Message = any;

interface Codec {
  serialize(message: object): Buffer;
  deserialize(bytes: Buffer): Message;
}

/** The codec of a message, by its full name or by its name in the package `skills.v1`. */
export const proto = (name: string): Codec => {
  const { serialize, deserialize } = (PROTOS[name] ?? PROTOS[`skills.v1.${name}`]) as MessageTypeDefinition<
    object,
    Message
  > as unknown as Codec;
  return { serialize, deserialize };
};

/** A length-prefixed message: a compression flag of one byte, a length of four bytes, the message. */
export const frame = (message: Buffer, compressed = false): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(compressed ? 1 : 0);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

export interface GrpcResponse {
  readonly httpStatus: number;
  /** grpc-status; undefined if the response is not a gRPC response. */
  readonly status?: number;
  readonly message: string;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The HTTP/2 error code that the stream ended with. */
  readonly rstCode: number;
}

export interface GrpcSendOptions {
  /** Leaves the stream open after the body, as if more data followed. */
  readonly leaveOpen?: boolean;
}

/** Sends one POST of these bytes to a path such as `/skills.v1.SkillsService/GetSkill`. */
export const sendGrpc = async (
  address: string,
  pathname: string,
  body: Buffer,
  headers: OutgoingHttpHeaders = {},
  sending: GrpcSendOptions = {},
): Promise<GrpcResponse> => {
  const session = connect(`http://${address}`);
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject);
      sendOnSession(session, pathname, body, headers, sending).then(resolve, reject);
    });
  } finally {
    session.close();
  }
};

/** Sends one POST on an existing connection. */
export const sendOnSession = (
  session: ClientHttp2Session,
  pathname: string,
  body: Buffer,
  headers: OutgoingHttpHeaders = {},
  { leaveOpen = false }: GrpcSendOptions = {},
): Promise<GrpcResponse> =>
  new Promise((resolve) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': pathname,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const chunks: Buffer[] = [];
    let head: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    stream
      .on('response', (answer) => {
        head = answer;
      })
      .on('trailers', (answer) => {
        trailers = answer;
      })
      .on('data', (chunk) => chunks.push(chunk))
      .on('error', () => {})
      .on('close', () => {
        // A call that fails before its first message has its status in the headers ("Trailers-Only").
        const last = { ...head, ...trailers };
        const status = last['grpc-status'];
        resolve({
          httpStatus: Number(head[constants.HTTP2_HEADER_STATUS]),
          ...(status !== undefined && { status: Number(status) }),
          message: decodePercent(String(last['grpc-message'] ?? '')),
          headers: head,
          trailers: last,
          body: Buffer.concat(chunks),
          rstCode: stream.rstCode ?? 0,
        });
      });
    if (leaveOpen) stream.write(body);
    else stream.end(body);
  });

/** Returns the text unchanged if it is not valid percent-encoding, as the specification requires. */
const decodePercent = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The `google.rpc` details of a status, by the short names of the messages. */
export const detailsOf = ({ trailers }: GrpcResponse): Record<string, Message> => {
  const text = trailers['grpc-status-details-bin'];
  if (typeof text !== 'string') return {};
  const { details = [] } = proto('google.rpc.Status').deserialize(Buffer.from(text, 'base64'));
  return Object.fromEntries(
    details.map(({ type_url, value }: Message) => {
      const name = String(type_url).replace('type.googleapis.com/', '');
      return [name.replace('google.rpc.', ''), proto(name).deserialize(value)];
    }),
  );
};

export interface HealthWatch {
  /** Resolves to the next status, such as `SERVING` or `NOT_SERVING`. Rejects when the stream has ended. */
  next(): Promise<string>;
  close(): void;
}

/** grpc.health.v1.HealthCheckResponse.ServingStatus */
const SERVING_STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** Calls `/grpc.health.v1.Health/Watch` for the whole server and yields each status that arrives. */
export const watchHealth = (address: string): HealthWatch => {
  const session = connect(`http://${address}`).on('error', () => undefined);
  const stream = session.request({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Watch',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.end(frame(Buffer.alloc(0)));
  const statuses = servingStatuses(stream);
  return {
    next: async () => {
      const { value, done } = await statuses.next();
      if (done) throw new Error('the health stream has ended');
      return value;
    },
    close: () => session.destroy(),
  };
};

async function* servingStatuses(stream: AsyncIterable<Buffer>): AsyncGenerator<string, undefined> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of stream) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32BE(1)) {
      const message = bytes.subarray(5, 5 + bytes.readUInt32BE(1));
      bytes = bytes.subarray(5 + message.length);
      // HealthCheckResponse has one field: a tag byte and a small number. The value zero is not sent.
      yield SERVING_STATUSES[message[1] ?? 0] ?? `status ${message[1]}`;
    }
  }
}
