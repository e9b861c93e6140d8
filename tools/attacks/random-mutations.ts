/** Fuzzing: random mutations of a valid request of every operation. */
import type { ProtocolName } from '../../src/contract/protocol';
import { OPERATION_NAMES, OPERATIONS } from '../../src/contract/skills-api';
import type { GrpcResponse } from '../../tests/support/raw/grpc';
import type { RawResponse } from '../../tests/support/raw/http';
import { type Finding, Findings, inParallel, type Target } from './attack';
import { GrpcSession } from './grpc-session';
import { encodeRequest, HttpConnection, NoResponse, type WireRequest } from './http1';
import { FLAG, grpcHeaders, h2Frame, openConnection, PREFACE, TYPE } from './http2-frames';
import { mutateBytes, pick, type Random, randomOf } from './mutators';
import { originOf } from './open-socket';
import { requestOf, SAMPLES } from './requests';
import { checkResponse, summaryOf } from './response-forms';

export interface Mutations {
  readonly count: number;
  readonly seed: number;
}

/** A request of every operation, and one with an idempotency key of every write. */
const validRequests = (protocol: ProtocolName, token: string): WireRequest[] =>
  OPERATION_NAMES.flatMap((operation) => {
    const requestInput = { operation, input: SAMPLES[operation], token };
    const plain = requestOf(protocol, requestInput);
    if (OPERATIONS[operation] === 'read') return [plain];
    return [plain, requestOf(protocol, { ...requestInput, key: `mutant-${operation}` })];
  });

/** The share of mutations that change the whole request. Each needs a new connection, because its length is unknown. */
const WHOLE_SHARE = 0.25;
const AT_ONCE = 24;

interface Sender {
  /** Resolves to a summary of the response. Throws NoResponse, or an Error that describes a wrong response. */
  send(request: WireRequest, random: Random, all: readonly WireRequest[]): Promise<string>;
  close(): void;
}

const NOTHING = Buffer.alloc(0);
const bodies = (all: readonly WireRequest[]): Buffer[] => all.map(({ body = NOTHING }) => body);

const escaped = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .replace(/[^!-~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** Mutates the query inside valid JSON, so that the mutation reaches the GraphQL parser. */
const mutatedQuery = (body: Buffer, random: Random, others: readonly Buffer[]): Buffer => {
  const { query, ...rest } = JSON.parse(body.toString());
  return Buffer.from(
    JSON.stringify({ ...rest, query: mutateBytes(Buffer.from(query), random, others).toString() }),
  );
};

const httpSender = (protocol: ProtocolName, origin: string): Sender => {
  const shared = new HttpConnection(origin);
  const separate = new HttpConnection(origin);
  const withMutatedPart = (request: WireRequest, random: Random, all: readonly WireRequest[]): Buffer => {
    const { path, body } = request;
    if (!body || random() < 0.1) {
      const paths = all.map((one) => Buffer.from(one.path));
      return encodeRequest({
        ...request,
        path: `/${escaped(mutateBytes(Buffer.from(path.slice(1)), random, paths))}`,
      });
    }
    const change = protocol === 'graphql' && random() < 0.5 ? mutatedQuery : mutateBytes;
    return encodeRequest({ ...request, body: change(body, random, bodies(all)) });
  };
  const summarise = (response: RawResponse): string => summaryOf(checkResponse(protocol, response));
  return {
    send: async (request, random, all) => {
      if (random() >= WHOLE_SHARE) return summarise(await shared.send(withMutatedPart(request, random, all)));
      const whole = mutateBytes(encodeRequest(request), random, all.map(encodeRequest));
      try {
        return summarise(await separate.send(whole, true));
      } catch (error) {
        // An incomplete or empty request gets no response.
        if (error instanceof NoResponse && !error.isLate) return 'connection closed';
        throw error;
      } finally {
        separate.close();
      }
    },
    close: () => shared.close(),
  };
};

const hello = Buffer.concat([PREFACE, h2Frame(TYPE.settings, FLAG.none, 0)]);
const method = ({ path }: WireRequest): string => path.slice(path.lastIndexOf('/') + 1);
const connectionOf = (request: WireRequest): Buffer =>
  Buffer.concat([
    hello,
    h2Frame(TYPE.headers, FLAG.endHeaders, 1, grpcHeaders(method(request), request.headers)),
    h2Frame(TYPE.data, FLAG.endStream, 1, request.body),
  ]);

const PATIENCE_MS = 10_000;

const grpcSender = (origin: string): Sender => {
  const session = new GrpcSession(origin);
  const withMutatedPart = (
    request: WireRequest,
    random: Random,
    all: readonly WireRequest[],
  ): WireRequest => {
    const { path, body = NOTHING } = request;
    const share = random();
    if (share < 0.1) {
      const paths = all.map((one) => Buffer.from(one.path));
      return { ...request, path: `/${escaped(mutateBytes(Buffer.from(path.slice(1)), random, paths))}` };
    }
    if (share < 0.25) return { ...request, body: mutateBytes(body, random, bodies(all)) };
    const messages = bodies(all).map((one) => one.subarray(5));
    const message = mutateBytes(body.subarray(5), random, messages);
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    return { ...request, body: Buffer.concat([prefix, message]) };
  };
  const summarise = (response: GrpcResponse): string => summaryOf(checkResponse('grpc', response));
  return {
    send: async (request, random, all) => {
      if (random() >= WHOLE_SHARE)
        return summarise(await session.send(withMutatedPart(request, random, all)));
      const { socket, ended } = openConnection(origin);
      socket.end(mutateBytes(connectionOf(request), random, all.map(connectionOf)));
      const { how } = await ended(PATIENCE_MS);
      if (how === 'kept open') throw new Error('the connection stayed open after the client half-closed it');
      return `separate connection: ${how}`;
    },
    close: () => session.close(),
  };
};

/** Sends the mutations. Each has its own random sequence, so that its number reproduces it. */
export const sendMutations = async (
  protocol: ProtocolName,
  target: Target,
  { count, seed }: Mutations,
): Promise<Finding> => {
  const findings = new Findings();
  const all = validRequests(protocol, await target.tokenOf(`mutant-${protocol}`));
  const numbers = Array.from({ length: count }, (_, number) => number)[Symbol.iterator]();
  await inParallel(Array.from({ length: AT_ONCE }), AT_ONCE, async () => {
    const origin = originOf(target, protocol);
    const sender = protocol === 'grpc' ? grpcSender(origin) : httpSender(protocol, origin);
    for (const number of numbers) {
      const random = randomOf(seed, protocol, String(number));
      const request = pick(random, all);
      try {
        findings.record(await sender.send(request, random, all));
      } catch (error) {
        findings.fail(`mutation ${number} of ${request.method} ${request.path}: ${(error as Error).message}`);
      }
    }
    sender.close();
  });
  return findings.finding();
};
