/** SOAP: XML escapes, empty and absent and nil, lists of items, envelopes and header blocks, faults. */
import { everywhereInWsdl } from '../documents';
import { type Mutant, mutant } from '../mutant';
import { at } from '../place';
import { badInput, bytes, contract, errorForms, soap, soapEnvelope, wire } from '../tests';

const adapter = at('src/adapters/soap');
const xml = at('src/adapters/common/xml.ts');
const reader = at('src/adapters/common/xml-reader.ts');

const RESPONSES: readonly Mutant[] = [
  mutant('< is not escaped', wire('getSkill'), xml.in('ESCAPES').text('&lt;').replace('<')),
  mutant(
    '& alone is not escaped',
    contract('soap', 'createSkill', '&amp;'),
    xml.in('escapeText').condition('text').replace('/[<>]/.test(text)'),
  ),
  mutant(
    'an empty list is absent',
    wire('getSkill-absent-and-empty'),
    xml.in('list').condition('items').replace('!items?.length'),
  ),
  mutant(
    'empty text is absent',
    wire('getSkill-absent-and-empty'),
    xml.in('element').condition('text').replace('!text'),
  ),
  mutant(
    'a response has another namespace',
    wire('getSkill'),
    adapter.in('encodeResponseElement').text('xmlns').replace('xmlns:tns'),
  ),
  mutant(
    'a list of one is read as its item',
    contract('soap', 'getSkill', 'every field'),
    reader.in('contentOf').condition('item').never(),
  ),
  mutant(
    'an envelope must be there',
    bytes('client of soap', 'around the Body'),
    adapter.in('partsOf').operand('isEnvelope').remove(),
  ),
];

const REQUESTS: readonly Mutant[] = [
  mutant(
    'a message that is not XML gets a fault',
    soapEnvelope('not well-formed'),
    adapter.in('HTTP_STATUS').member('MALFORMED_XML').remove(),
  ),
  mutant('null is not sent', wire('updateSkill'), adapter.in('encodeMember').condition('null').never()),
  mutant(
    'elements are sent in another order',
    wire('updateSkill'),
    adapter.in('REQUESTS', 'updateSkill').call('sequenceOf').replace("sequenceOf('patch', 'id', 'etag')"),
  ),
  mutant(
    'an empty list is read as text',
    contract('soap', 'updateSkill', 'tags'),
    adapter.in('decodeMember').condition('isBlank').last().never(),
  ),
  mutant(
    'an integer may have an exponent',
    badInput('soap', 'exponent'),
    at('src/adapters/common').in('decodePageSize').guard('invalidArgument').never(),
  ),
  mutant(
    'the namespace changes at both ends',
    wire('getSkill'),
    adapter.in('NAMESPACE').text('v1').replace('v2'),
    everywhereInWsdl('urn:api-rosetta:skills:v1', 'urn:api-rosetta:skills:v2'),
  ),
  mutant(
    'the SOAPAction has no quotes',
    wire('getSkill'),
    adapter.in('connect').member('soapaction').setValue('NAMESPACE'),
  ),
  mutant(
    'the content type is ignored',
    badInput('soap', 'content type'),
    adapter.guard('unsupportedContentType').never(),
  ),
  mutant(
    'nil is not null',
    contract('soap', 'updateSkill', 'level'),
    reader.in('contentOf').condition('nil').never(),
  ),
];

const ENVELOPES: readonly Mutant[] = [
  mutant(
    'an envelope of another version is read',
    soapEnvelope('another version'),
    adapter.guard('VERSION_MISMATCH').never(),
  ),
  mutant(
    'an operation of another namespace is called',
    soapEnvelope('another namespace'),
    adapter.in('operationIn').operand('NAMESPACE').remove(),
  ),
  mutant('elements have no depth limit', soapEnvelope('deep'), reader.guard('tooDeep').never()),
  mutant(
    'attributes have no limit',
    soapEnvelope('attributes'),
    reader.condition('xmlAttributesMax').never(),
  ),
  mutant(
    'an error of the XML parser is ignored',
    soapEnvelope('entity'),
    reader.in('createReader').statement('quotable').remove(),
  ),
  mutant(
    'an element of another namespace is read',
    soapEnvelope('an element of another namespace'),
    reader.in('contentOf').condition('namespace').never(),
  ),
  mutant('CDATA is not text', soap('text', 'spaces'), reader.in('createReader').statement('cdata').remove()),
  mutant('mustUnderstand is ignored', soap('must'), adapter.guard('notUnderstood').never()),
  mutant(
    'a block for another actor is read',
    soap('another actor'),
    adapter.in('isForThisActor').comparison('NEXT_ACTOR').replace('true'),
  ),
  mutant(
    'one of two tokens is taken',
    soap('token', 'differs'),
    adapter.guard('malformedToken').with('otherTokens').never(),
  ),
  mutant(
    'the WSDL has a fixed address',
    soap('WSDL', 'address'),
    at('src/runtime/public-address.ts').in('publicAddressOf').condition('host').never(),
  ),
];

const ERRORS: readonly Mutant[] = [
  mutant(
    'UNAVAILABLE is the fault of the client',
    errorForms('soap', 'UNAVAILABLE'),
    adapter.in('FAULTCODE').member('UNAVAILABLE').setValue("'Client'"),
  ),
  mutant(
    'the header block of a key has the name of the input',
    errorForms('soap', 'header block'),
    adapter.in('NAMES').member('idempotencyKey').remove(),
  ),
  mutant(
    'HEADER_NOT_UNDERSTOOD has no faultcode of its own',
    soap('must'),
    adapter.in('FAULTCODE_OF_REASON').member('HEADER_NOT_UNDERSTOOD').remove(),
  ),
];

export const SOAP: readonly Mutant[] = [...RESPONSES, ...REQUESTS, ...ENVELOPES, ...ERRORS];
