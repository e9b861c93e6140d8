/** On a server the soap library parses the request and writes the envelope; here our client's parser and a template do. */
import { requestCodec, responseCodec } from '../../../adapters/common/codecs';
import {
  decodeRequestEnvelope,
  decodeResponseEnvelope,
  encodeRequestEnvelope,
  encodeResponseElement,
} from '../../../adapters/soap/envelope';
import { REQUESTS } from '../../../adapters/soap/requests';
import { RESPONSES } from '../../../adapters/soap/responses';
import { ENVELOPE_NAMESPACE } from '../../../adapters/soap/schema';
import type { Codec } from './codec';

export const soap: Codec<string> = {
  encodeRequest: (operation, input) =>
    encodeRequestEnvelope(operation, requestCodec(REQUESTS, operation).encode(input)),
  decodeRequest: (operation, xml) =>
    requestCodec(REQUESTS, operation).decode(decodeRequestEnvelope(xml).content),
  encodeAnswer: (operation, output) =>
    `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${ENVELOPE_NAMESPACE}"><soap:Body>` +
    `${encodeResponseElement(operation, responseCodec(RESPONSES, operation).encode(output))}</soap:Body></soap:Envelope>`,
  decodeAnswer: (operation, xml, input) =>
    responseCodec(RESPONSES, operation).decode(Object(decodeResponseEnvelope(operation, xml)).content, input),
};
