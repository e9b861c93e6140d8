/** gRPC as HTTP/2 frames (the gRPC over HTTP/2 specification), through no gRPC library. */
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

// biome-ignore lint/suspicious/noExplicitAny: what a message holds is in the .proto.
export type Message = any;

interface Codec {
  serialize(message: object): Buffer;
  deserialize(bytes: Buffer): Message;
}

/** By full name, or by the short one in `skills.v1`. */
export const proto = (name: string): Codec => {
  const { serialize, deserialize } = (PROTOS[name] ?? PROTOS[`skills.v1.${name}`]) as MessageTypeDefinition<
    object,
    Message
  > as unknown as Codec;
  return { serialize, deserialize };
};

/** A length-prefixed message: one byte that says whether it is compressed, four of length, the message. */
export const frame = (message: Buffer, compressed = false): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(compressed ? 1 : 0);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

export interface GrpcAnswer {
  readonly httpStatus: number;
  /** grpc-status; undefined where the answer was not gRPC's. */
  readonly status?: number;
  readonly message: string;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The stream ended with this HTTP/2 code. */
  readonly rstCode: number;
}

export interface Sending {
  /** The stream is left open after these bytes, as if more were to come. */
  readonly unended?: boolean;
}

/** Sends one POST of these bytes to a path such as `/skills.v1.SkillsService/GetSkill`. */
export const sendGrpc = async (
  address: string,
  pathname: string,
  body: Buffer,
  headers: OutgoingHttpHeaders = {},
  sending: Sending = {},
): Promise<GrpcAnswer> => {
  const session = connect(`http://${address}`);
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject);
      sendOn(session, pathname, body, headers, sending).then(resolve, reject);
    });
  } finally {
    session.close();
  }
};

/** The same on a connection that is there already. */
export const sendOn = (
  session: ClientHttp2Session,
  pathname: string,
  body: Buffer,
  headers: OutgoingHttpHeaders = {},
  { unended = false }: Sending = {},
): Promise<GrpcAnswer> =>
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
        // A call that fails at once has all of its status in the headers ("trailers only").
        const last = { ...head, ...trailers };
        const status = last['grpc-status'];
        resolve({
          httpStatus: Number(head[constants.HTTP2_HEADER_STATUS]),
          ...(status !== undefined && { status: Number(status) }),
          message: percentDecoded(String(last['grpc-message'] ?? '')),
          headers: head,
          trailers: last,
          body: Buffer.concat(chunks),
          rstCode: stream.rstCode ?? 0,
        });
      });
    if (unended) stream.write(body);
    else stream.end(body);
  });

/** What is not percent-encoded is left as it is, as the specification asks. */
const percentDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The messages of `google.rpc` beside a status, by their short name. */
export const detailsOf = ({ trailers }: GrpcAnswer): Record<string, Message> => {
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
  /** The next status that the server says: `SERVING`, `NOT_SERVING`. Rejects where it says no more. */
  next(): Promise<string>;
  close(): void;
}

/** grpc.health.v1.HealthCheckResponse.ServingStatus */
const SERVING_STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** Asks `/grpc.health.v1.Health/Watch` for the whole server, and hears statuses as they come. */
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
      if (done) throw new Error('the server says no more');
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
      // The only field of HealthCheckResponse, as a tag and a small number; a zero is not sent.
      yield SERVING_STATUSES[message[1] ?? 0] ?? `status ${message[1]}`;
    }
  }
}
