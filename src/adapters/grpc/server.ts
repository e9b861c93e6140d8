/** grpc-js: a handler per method. Codecs give finished bytes, so responses are not serialized a second time. */
import {
  type handleUnaryCall,
  logVerbosity,
  Server,
  ServerCredentials,
  setLogVerbosity,
} from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { asSkillsError, malformed, SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import type { RunningServer, ServeOptions } from '../../contract/protocol';
import type { Input, Operation, Output, SkillsApi } from '../../contract/skills-api';
import { answerMetadata, decodeContext } from './context';
import { encodeError } from './errors';
import { METHODS, type Message, REFLECTED, SERVICE_NAME } from './schema';
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
};

export const serve = async (api: SkillsApi, { host, port }: ServeOptions): Promise<RunningServer> => {
  const server = new Server({ 'grpc.max_receive_message_length': LIMITS.bodyBytesMax });
  const operations = Object.keys(HANDLERS) as Operation[];
  server.addService(
    Object.fromEntries(operations.map((operation) => [operation, bytesOf(operation)])),
    Object.fromEntries(operations.map((operation) => [operation, handle(api, operation)])),
  );
  new HealthImplementation({ '': 'SERVING', [SERVICE_NAME]: 'SERVING' }).addToServer(server);
  new ReflectionService(REFLECTED, { services: [SERVICE_NAME] }).addToServer(server);
  const boundPort = await bind(server, host, port);
  return {
    address: `${bracketed(host)}:${boundPort}`,
    stop: async () => server.forceShutdown(),
  };
};

const handle =
  <O extends Operation>(api: SkillsApi, operation: O): handleUnaryCall<Message, Buffer> =>
  async (call, answer) => {
    const { decode, encode } = HANDLERS[operation] as Handler<O>;
    const invoke = api[operation] as (input: Input<O>, context: object) => Promise<Output<O>>;
    try {
      const metadata = answerMetadata(call);
      if (metadata) call.sendMetadata(metadata);
      if (call.request instanceof SkillsError) throw call.request;
      answer(null, encode(await invoke(decode(call.request), decodeContext(call))));
    } catch (thrown) {
      answer(encodeError(asSkillsError(thrown)));
    }
  };

/** A message that cannot be read is handed on as the error to answer; the library would call it INTERNAL. */
const bytesOf = (operation: Operation) => ({
  ...METHODS[operation],
  requestDeserialize: (bytes: Buffer): Message => {
    try {
      return METHODS[operation].requestDeserialize(bytes);
    } catch (cause) {
      return malformed(`The message is not a ${operation} request in protobuf: ${(cause as Error).message}.`);
    }
  },
  responseSerialize: (bytes: Buffer): Buffer => bytes,
});

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const bind = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    // The library would print what it also hands to us.
    setLogVerbosity(logVerbosity.NONE);
    server.bindAsync(`${bracketed(host)}:${port}`, ServerCredentials.createInsecure(), (error, boundPort) => {
      // The library folds the system's error into its message; callers look for its code.
      if (error) reject(Object.assign(error, { code: /\b(E[A-Z]{3,})\b/.exec(error.message)?.[1] }));
      else resolve(boundPort);
    });
  });
