/** The library walks the selection, so what the server has at hand is the result of that, as `data`. */
import { requestCodec, responseCodec } from '../../../adapters/common/codecs';
import { REQUESTS } from '../../../adapters/graphql/requests';
import { RESPONSES } from '../../../adapters/graphql/responses';
import type { Codec } from './codec';

export const graphql: Codec<string, object> = {
  encodeRequest: (operation, input) => JSON.stringify(requestCodec(REQUESTS, operation).encode(input)),
  // The selected fields are in the document and not in the variables, so this input has none.
  decodeRequest: (operation, json) =>
    requestCodec(REQUESTS, operation).decode(JSON.parse(json).variables ?? {}),
  encodeAnswer: (_operation, data) => JSON.stringify({ data }),
  decodeAnswer: (operation, json, input) =>
    responseCodec(RESPONSES, operation).decode(JSON.parse(json).data, input),
};
