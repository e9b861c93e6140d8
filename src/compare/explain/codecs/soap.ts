/** On a server the soap library parses the request and writes the envelope; here our client's parser and a template do. */
import { ENVELOPE_NAMESPACE } from '../../../adapters/soap/schema';
import * as wire from '../../../adapters/soap/wire';
import type { Input } from '../../../contract/skills-api';
import type { Codec, ReadOperation } from './codec';

const request = <O extends ReadOperation>(operation: O) => ({
  encodeRequest: (input: Input<O>): string => wire.encodeRequest(operation, input),
  decodeRequest: (xml: string): Input<O> => wire.decodeRequest(wire.decodeEnvelope(xml).response),
});

const envelope = (operation: ReadOperation, content: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${ENVELOPE_NAMESPACE}">` +
  `<soap:Body>${wire.encodeResponse(operation, content)}</soap:Body></soap:Envelope>`;

const answer = (xml: string) => wire.decodeEnvelope(xml).response;

export const soap = {
  listCategories: {
    ...request('listCategories'),
    encodeAnswer: (categories) => envelope('listCategories', wire.encodeCategories(categories)),
    decodeAnswer: (xml) => wire.decodeCategories(answer(xml)),
  },
  getCategory: {
    ...request('getCategory'),
    encodeAnswer: (category) => envelope('getCategory', wire.encodeOneCategory(category)),
    decodeAnswer: (xml) => wire.decodeCategory(answer(xml).category),
  },
  getSkill: {
    ...request('getSkill'),
    encodeAnswer: (skill) => envelope('getSkill', wire.encodeOneSkill(skill)),
    decodeAnswer: (xml) => wire.decodeSkill(answer(xml).skill),
  },
  listSkills: {
    ...request('listSkills'),
    encodeAnswer: (page) => envelope('listSkills', wire.encodePage(page)),
    decodeAnswer: (xml) => wire.decodePage(answer(xml)),
  },
  batchGetSkills: {
    ...request('batchGetSkills'),
    encodeAnswer: (batch) => envelope('batchGetSkills', wire.encodeBatch(batch)),
    decodeAnswer: (xml) => wire.decodeBatch(answer(xml)),
  },
  getLearningPath: {
    ...request('getLearningPath'),
    encodeAnswer: (path) => envelope('getLearningPath', wire.encodeLearningPath(path)),
    decodeAnswer: (xml) => wire.decodeLearningPath(answer(xml)),
  },
  listProgress: {
    ...request('listProgress'),
    encodeAnswer: (list) => envelope('listProgress', wire.encodeProgressList(list)),
    decodeAnswer: (xml) => wire.decodeProgressList(answer(xml)),
  },
} as const satisfies { readonly [O in ReadOperation]: Codec<O, string> };
