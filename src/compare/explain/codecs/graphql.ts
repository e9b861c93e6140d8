/** Walking the selection is the library's part, so what the server has at hand is the result of that, as `data`. */
import * as wire from '../../../adapters/graphql/wire';
import type { Codec, ReadOperation } from './codec';

/** The fields asked for stand in the document, not in the variables: the request is read back without them. */
const read = (json: string) => JSON.parse(json).variables;

const byId =
  (operation: 'getCategory' | 'getSkill' | 'getLearningPath') =>
  (input: { readonly id: string } & wire.Reads): string =>
    JSON.stringify({ query: wire.DOCUMENTS[operation](input), variables: { id: input.id } });

const encodeAnswer = (data: object): string => JSON.stringify({ data });

export const graphql = {
  listCategories: {
    encodeRequest: (input) => JSON.stringify({ query: wire.DOCUMENTS.listCategories(input) }),
    decodeRequest: (json) => ({ ...read(json) }),
    encodeAnswer,
    decodeAnswer: (json) => wire.decode(json).data.categories.map(wire.decodeCategory),
  },
  getCategory: {
    encodeRequest: byId('getCategory'),
    decodeRequest: read,
    encodeAnswer,
    decodeAnswer: (json) => wire.decodeCategory(wire.decode(json).data.category),
  },
  getSkill: {
    encodeRequest: byId('getSkill'),
    decodeRequest: read,
    encodeAnswer,
    decodeAnswer: (json) => wire.decodeSkill(wire.decode(json).data.skill),
  },
  listSkills: {
    encodeRequest: (input) =>
      JSON.stringify({ query: wire.DOCUMENTS.listSkills(input), variables: wire.encodeListSkills(input) }),
    decodeRequest: (json) => wire.decodeListSkills(read(json)),
    encodeAnswer,
    decodeAnswer: (json) => wire.decodePage(wire.decode(json).data.skills),
  },
  batchGetSkills: {
    encodeRequest: (input) =>
      JSON.stringify({ query: wire.DOCUMENTS.batchGetSkills(input), variables: { ids: input.ids } }),
    decodeRequest: read,
    encodeAnswer,
    decodeAnswer: (json) => wire.decodeBatch(wire.decode(json).data.skillsById),
  },
  getLearningPath: {
    encodeRequest: byId('getLearningPath'),
    decodeRequest: read,
    encodeAnswer,
    decodeAnswer: (json) => wire.decodeLearningPath(wire.decode(json).data.skill.learningPath),
  },
  listProgress: {
    encodeRequest: () => JSON.stringify({ query: wire.DOCUMENTS.listProgress() }),
    decodeRequest: (json) => ({ ...read(json) }),
    encodeAnswer,
    decodeAnswer: (json) => wire.decode(json).data.progress.map(wire.decodeProgress),
  },
} as const satisfies { readonly [O in ReadOperation]: Codec<O, string, object> };
