/** The question is a path and a query, which Express has node:querystring parse; finding the route is the library's part. */
import { parse } from 'node:querystring';
import { search } from '../../../adapters/rest/client';
import * as wire from '../../../adapters/rest/wire';
import type { Codec, ReadOperation } from './codec';

const write = (path: string, query: wire.Query): string => path + search(query);

const queryOf = (url: string): wire.Query => ({ ...parse(url.split('?')[1] ?? '') });
const idOf = (url: string): string => url.split('?')[0]?.split('/')[2] ?? '';

export const rest = {
  listCategories: {
    encodeRequest: (input) => write('/categories', wire.encodeFields(input)),
    decodeRequest: (url) => wire.decodeFields(queryOf(url)),
    encodeAnswer: wire.encodeCategories,
    decodeAnswer: (json) => wire.decodeCategories(wire.decode(json)),
  },
  getCategory: {
    encodeRequest: (input) => write(`/categories/${input.id}`, wire.encodeFields(input)),
    decodeRequest: (url) => wire.decodeById(idOf(url), queryOf(url)),
    encodeAnswer: wire.encodeCategory,
    decodeAnswer: wire.decode,
  },
  getSkill: {
    encodeRequest: (input) => write(`/skills/${input.id}`, wire.encodeFields(input)),
    decodeRequest: (url) => wire.decodeById(idOf(url), queryOf(url)),
    encodeAnswer: wire.encodeSkill,
    decodeAnswer: wire.decode,
  },
  listSkills: {
    encodeRequest: (input) => write('/skills', wire.encodeListSkills(input)),
    decodeRequest: (url) => wire.decodeListSkills(queryOf(url)),
    encodeAnswer: wire.encodePage,
    decodeAnswer: wire.decode,
  },
  batchGetSkills: {
    encodeRequest: (input) => write('/skills:batchGet', wire.encodeBatchGetSkills(input)),
    decodeRequest: (url) => wire.decodeBatchGetSkills(queryOf(url)),
    encodeAnswer: wire.encodeBatch,
    decodeAnswer: wire.decode,
  },
  getLearningPath: {
    encodeRequest: (input) => write(`/skills/${input.id}/learning-path`, wire.encodeFields(input)),
    decodeRequest: (url) => wire.decodeById(idOf(url), queryOf(url)),
    encodeAnswer: wire.encodeLearningPath,
    decodeAnswer: wire.decode,
  },
  listProgress: {
    encodeRequest: () => '/progress',
    decodeRequest: (url) => wire.decodeListProgress(queryOf(url)),
    encodeAnswer: wire.encodeProgressList,
    decodeAnswer: (json) => wire.decodeProgressList(wire.decode(json)),
  },
} as const satisfies { readonly [O in ReadOperation]: Codec<O, string> };
