/** SOAP: XML escapes, empty and absent and nil, lists of items, envelopes and header blocks, faults. */
import { everywhereInWsdl } from '../documents';
import { type Mutant, mutant } from '../mutant';
import { at } from '../place';
import { badInput, contract, errorForms, soap, soapEnvelope, transport, wire } from '../tests';

const adapter = at('src/adapters/soap');
const xml = at('src/adapters/common/xml.ts');
const outline = at('src/adapters/common/xml-outline.ts');

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
    xml.in('PARSER').member('isArray').setValue('() => false'),
  ),
  mutant(
    'an envelope must be there',
    transport('gateway'),
    adapter.in('decodeEnvelope').optional('Body').dropOptionalChain(),
  ),
];

const REQUESTS: readonly Mutant[] = [
  mutant('null is not sent', wire('updateSkill'), adapter.in('encodeMember').condition('null').never()),
  mutant(
    'elements are sent in another order',
    wire('updateSkill'),
    adapter.in('REQUESTS', 'updateSkill').call('sequenceOf').replace("sequenceOf('patch', 'id', 'etag')"),
  ),
  mutant(
    'an empty list is read as null',
    contract('soap', 'updateSkill', 'tags'),
    adapter.in('decodeMember').condition('null').never(),
  ),
  mutant(
    'an element with xsi:type is not text',
    soap('xsi:type'),
    adapter.in('decodeText').operand('$value').remove(),
  ),
  mutant(
    'an integer may have an exponent',
    badInput('soap', 'exponent'),
    adapter.in('decodeInteger').guard('invalidArgument').never(),
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
    'the library trims spaces',
    contract('soap', 'createSkill', 'leading'),
    adapter.member('preserveWhitespace').setValue('false'),
  ),
  mutant(
    'nil is not null',
    contract('soap', 'updateSkill', 'level'),
    adapter.member('handleNilAsNull').setValue('false'),
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
    adapter.in('requireOperation').operand('NAMESPACE').remove(),
  ),
  mutant('elements have no depth limit', soapEnvelope('deep'), outline.guard('tooDeep').never()),
  mutant(
    'attributes have no limit',
    soapEnvelope('attributes'),
    outline.in('startTagAt').word('xmlAttributesMax').replace('tokenCharsMax'),
  ),
  mutant('any entity is accepted', soapEnvelope('entity'), outline.condition('UNKNOWN_REFERENCE').never()),
  mutant(
    'comments and CDATA cut a text',
    soap('text', 'spaces'),
    adapter.in('checkRequestEnvelope').call('mergeTextParts').toArgument(),
  ),
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
    adapter.in('wsdlFor').condition('host').never(),
  ),
];

const ERRORS: readonly Mutant[] = [
  mutant(
    'UNAVAILABLE is the fault of the client',
    errorForms('soap', 'UNAVAILABLE'),
    adapter.in('FAULTCODE').member('UNAVAILABLE').setValue("'Client'"),
  ),
  mutant(
    'HEADER_NOT_UNDERSTOOD has no faultcode of its own',
    soap('must'),
    adapter.in('FAULTCODE_OF_REASON').member('HEADER_NOT_UNDERSTOOD').remove(),
  ),
];

export const SOAP: readonly Mutant[] = [...RESPONSES, ...REQUESTS, ...ENVELOPES, ...ERRORS];
