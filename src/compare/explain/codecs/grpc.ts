/** Two steps each way: our codecs make messages of domain objects, and protobufjs makes bytes of messages. */
import { METHODS, type Message } from '../../../adapters/grpc/schema';
import * as wire from '../../../adapters/grpc/wire';
import type { Codec, ReadOperation } from './codec';

const write = (operation: ReadOperation, message: Message): Buffer =>
  METHODS[operation].requestSerialize(message);
const read = (operation: ReadOperation, bytes: Buffer): Message =>
  METHODS[operation].requestDeserialize(bytes);
const answer = (operation: ReadOperation, bytes: Buffer): Message =>
  METHODS[operation].responseDeserialize(bytes);

export const grpc = {
  listCategories: {
    encodeRequest: (input) => write('listCategories', wire.encodeFields(input)),
    decodeRequest: (bytes) => wire.decodeListCategories(read('listCategories', bytes)),
    encodeAnswer: wire.encodeCategories,
    decodeAnswer: (bytes, input) => wire.decodeCategories(answer('listCategories', bytes), input),
  },
  getCategory: {
    encodeRequest: (input) => write('getCategory', wire.encodeById(input)),
    decodeRequest: (bytes) => wire.decodeById(read('getCategory', bytes)),
    encodeAnswer: wire.encodeCategory,
    decodeAnswer: (bytes, input) => wire.decodeCategory(answer('getCategory', bytes).category, input),
  },
  getSkill: {
    encodeRequest: (input) => write('getSkill', wire.encodeById(input)),
    decodeRequest: (bytes) => wire.decodeById(read('getSkill', bytes)),
    encodeAnswer: wire.encodeSkill,
    decodeAnswer: (bytes, input) => wire.decodeSkill(answer('getSkill', bytes).skill, input),
  },
  listSkills: {
    encodeRequest: (input) => write('listSkills', wire.encodeListSkills(input)),
    decodeRequest: (bytes) => wire.decodeListSkills(read('listSkills', bytes)),
    encodeAnswer: wire.encodePage,
    decodeAnswer: (bytes, input) => wire.decodePage(answer('listSkills', bytes), input),
  },
  batchGetSkills: {
    encodeRequest: (input) => write('batchGetSkills', wire.encodeBatchGetSkills(input)),
    decodeRequest: (bytes) => wire.decodeBatchGetSkills(read('batchGetSkills', bytes)),
    encodeAnswer: wire.encodeBatch,
    decodeAnswer: (bytes, input) => wire.decodeBatch(answer('batchGetSkills', bytes), input),
  },
  getLearningPath: {
    encodeRequest: (input) => write('getLearningPath', wire.encodeById(input)),
    decodeRequest: (bytes) => wire.decodeById(read('getLearningPath', bytes)),
    encodeAnswer: wire.encodeLearningPath,
    decodeAnswer: (bytes, input) => wire.decodeLearningPath(answer('getLearningPath', bytes), input),
  },
  listProgress: {
    encodeRequest: () => write('listProgress', {}),
    decodeRequest: () => wire.decodeListProgress(),
    encodeAnswer: wire.encodeProgressList,
    decodeAnswer: (bytes) => wire.decodeProgressList(answer('listProgress', bytes)),
  },
} as const satisfies { readonly [O in ReadOperation]: Codec<O, Buffer> };
