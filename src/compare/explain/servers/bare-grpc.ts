/** grpc-js with messages by proto-loader, both with their defaults: it decodes the request and encodes one constant. */
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { contractPath } from '../../../adapters/common/contract-file';
import { SERVICE_NAME } from '../../../adapters/grpc/schema';
import type { RunningServer } from '../../../contract/protocol';
import { LOOPBACK } from '../loopback';

export const serve = async (constant: unknown): Promise<RunningServer> => {
  const definition = loadSync('skills/v1/skills.proto', { includeDirs: [contractPath('protos')] });
  const service = definition[SERVICE_NAME] as unknown as ServiceDefinition;
  const server = new Server();
  server.addService(
    service,
    Object.fromEntries(
      Object.keys(service).map((name) => [name, (_call: unknown, answer: Answer) => answer(null, constant)]),
    ),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${LOOPBACK.host}:0`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `${LOOPBACK.host}:${port}`, stop: async () => server.forceShutdown() };
};

type Answer = (error: null, message: unknown) => void;
