/** A request is a path and a query, which Express parses with node:querystring; finding the route is the library's part. */
import { parse } from 'node:querystring';
import { requestCodec, responseCodec } from '../../../adapters/common/codecs';
import { urlOf } from '../../../adapters/rest/client';
import { REQUESTS, type ReceivedRequest } from '../../../adapters/rest/requests';
import { RESPONSES } from '../../../adapters/rest/responses';
import type { Codec } from './codec';

/** As the server receives it; the only path parameter of a read is the id, behind `/api` and the collection. */
const received = (url: string): ReceivedRequest => {
  const [path = '', search = ''] = url.split('?');
  const [, , , id = ''] = path.split('/');
  const query = { ...parse(search) };
  return { path: { id }, query, headers: {}, body: undefined, format: 'json', url, linkTo: (to) => to };
};

const NO_REQUEST = received('');

export const rest: Codec<string> = {
  encodeRequest: (operation, input) => urlOf(operation, requestCodec(REQUESTS, operation).encode(input)),
  decodeRequest: (operation, url) => requestCodec(REQUESTS, operation).decode(received(url)),
  encodeAnswer: (operation, output) =>
    responseCodec(RESPONSES, operation).encode(output, NO_REQUEST).json ?? '',
  decodeAnswer: (operation, json, input) =>
    responseCodec(RESPONSES, operation).decode(JSON.parse(json), input),
};
