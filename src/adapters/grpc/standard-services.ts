/** The services that gRPC itself defines: health checks, and reflection, which lists and describes all services. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation, protoPath as healthProto } from 'grpc-health-check';
import { Reader } from 'protobufjs/minimal';
import { contractPath } from '../common/contract-file';
import { SERVICE_NAME } from './schema';

/** Returns a function that sets the health of the server and of its service. */
export const addStandardServices = (server: Server): ((isReady: boolean) => void) => {
  const health = new HealthImplementation({ '': 'SERVING', [SERVICE_NAME]: 'SERVING' });
  health.addToServer(server);
  const skills = { fileDescriptorProtos: readDescriptors() };
  new ReflectionService({ ...loadSync(STANDARD_PROTOS), skills } as never).addToServer(server);
  return (isReady) => {
    for (const service of ['', SERVICE_NAME]) health.setStatus(service, isReady ? 'SERVING' : 'NOT_SERVING');
  };
};

export const isHealth = (path = ''): boolean => path.startsWith('/grpc.health.v1.Health/');

/** Whether a call of this path stays open for as long as its client likes. */
export const isStream = (path = ''): boolean => STREAMS.test(path);
const STREAMS =
  /^\/grpc\.(health\.v1\.Health\/Watch|reflection\.v1(alpha)?\.ServerReflection\/ServerReflectionInfo)$/;

const PROTO_FOLDER = path.join(path.dirname(require.resolve('@grpc/reflection')), '../proto');
const STANDARD_PROTOS = [
  healthProto,
  path.join(PROTO_FOLDER, 'grpc/reflection/v1/reflection.proto'),
  path.join(PROTO_FOLDER, 'grpc/reflection/v1alpha/reflection.proto'),
];

/** The files of the service as buf compiles them, because proto-loader drops names and imports. */
const readDescriptors = (): Uint8Array[] => {
  const reader = Reader.create(readFileSync(contractPath('protos', 'descriptors.binpb')));
  const files: Uint8Array[] = [];
  // Field 1 of a FileDescriptorSet is the list of files.
  for (; reader.pos < reader.len; files.push(reader.bytes())) reader.uint32();
  return files;
};
