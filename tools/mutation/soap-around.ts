/** SOAP, around the codec: HTTP, envelopes of any toolkit, and faults. */
import { adapter, badInput, change, facts, forms, type Mutant, wire, wires } from './mutant';
import { SOAP_CONTEXT } from './soap-context';

const server = change('src/adapters/soap/server.ts');
const schema = change('src/adapters/soap/schema.ts');
const SERVER: readonly Mutant[] = [
  server(
    'the content type is not looked at',
    '!/^text\\/xml\\b/i.test(type) || ',
    '',
    badInput('a wrong content type: soap'),
  ),
  server(
    'any character set is let through',
    ' || /charset\\s*=(?!\\s*"?utf-8\\b)/i.test(type)',
    '',
    badInput('a character set that is not Unicode: soap'),
  ),
  server(
    'a GET is a call',
    "if (request.method !== 'POST') {",
    "if (request.method === 'PUT') {",
    badInput('a wrong HTTP method: soap'),
  ),
  server(
    'spaces are trimmed by the library',
    'preserveWhitespace: true',
    'preserveWhitespace: false',
    facts('soap: createSkill keeps " leading"'),
  ),
  server(
    'nil is not null',
    'handleNilAsNull: true',
    'handleNilAsNull: false',
    facts('soap: updateSkill changes to no level'),
  ),
  server(
    'a number may have letters behind it',
    'customDeserializer: { int: (text: string) => text },',
    '',
    badInput('a number with letters behind it: soap'),
  ),
  server(
    'an empty level is nil',
    '.replace(/(?<=type=")tns:(SkillLevel|SkillOrder|ProgressStatus)(?=")/g, \'xs:string\')',
    '',
    adapter('soap.test', 'a patch of the level: an empty one'),
  ),
  server(
    'the request id does not come back',
    ', ...answerHeaders(request) }',
    ' }',
    adapter('soap.test', 'headers: X-Request-Id goes back'),
  ),
  server(
    'too large a body is 500',
    'const status = STATUS_OF_REFUSAL[error.reason] ?? 500;',
    'const status: number = 500;',
    badInput('a body over 1 MiB: soap'),
  ),
  server(
    'a token that can not be read is 401 without a challenge',
    'if (status === 401) ',
    'if (status === 402) ',
    adapter('soap.test', "a token: that is none, in HTTP's header"),
  ),
  server(
    'what is broken as HTTP gets the status of a fault',
    'STATUS_OF_REFUSAL[error.reason] ?? 400',
    '500',
    adapter('soap.test', 'what is broken as HTTP'),
  ),
  server(
    'a failure is not observed',
    'arrivalOf(request).observed?.failed(error.code);',
    '',
    adapter('soap.test', 'an observer is told'),
  ),
  schema('the address moves at both ends', "'/soap'", "'/xml'", wire('getSkill')),
  schema(
    'the namespace is another at both ends',
    'urn:api-rosetta:skills:v1',
    'urn:api-rosetta:skills:v2',
    wire('getSkill'),
    {
      file: 'wsdl/skills.wsdl',
      find: 'urn:api-rosetta:skills:v1',
      replace: 'urn:api-rosetta:skills:v2',
      everywhere: true,
    },
  ),
  schema(
    'the WSDL has an address that nobody used',
    '`$' + '{scheme}://$' + '{host}$' + '{PATH}`',
    '`$' + '{scheme}://localhost$' + '{PATH}`',
    adapter('soap.test', 'the WSDL: has the address'),
  ),
];

const errors = change('src/adapters/soap/errors.ts');
const ERRORS: readonly Mutant[] = [
  errors(
    'a header not understood is the fault of the client',
    "HEADER_NOT_UNDERSTOOD: 'MustUnderstand'",
    "HEADER_NOT_UNDERSTOOD: 'Client'",
    adapter('soap.test', 'headers: one that must'),
  ),
  errors(
    'another version is the fault of the client',
    "VERSION_MISMATCH: 'VersionMismatch'",
    "VERSION_MISMATCH: 'Client'",
    adapter('soap/envelope', 'an envelope of another version'),
  ),
  errors(
    'too large headers are the fault of the server',
    "HEADERS_TOO_LARGE: 'Client'",
    "HEADERS_TOO_LARGE: 'Server'",
    adapter('soap.test', 'what is broken as HTTP'),
  ),
  errors(
    'too large a body is the fault of the server',
    "BODY_TOO_LARGE: 'Client'",
    "BODY_TOO_LARGE: 'Server'",
    badInput('a body over 1 MiB: soap'),
  ),
  errors(
    'the violations are not sent',
    '      violations,\n      ({ field',
    '      undefined as typeof violations,\n      ({ field',
    wire('createSkill-invalid'),
  ),
  errors(
    'the resource is not sent',
    '(resource ? `',
    "(resource && reason === '' ? `",
    wire('getSkill-not-found'),
  ),
  errors(
    'the scope is not sent',
    "element('scope', scope)",
    "element('scope', undefined)",
    adapter('soap.test', 'requests, answers and faults'),
  ),
  errors(
    'the scope is not read',
    '...(scope !== undefined && {',
    '...(false && {',
    adapter('soap.test', 'requests, answers and faults'),
  ),
  errors('the reason is not sent', "    element('reason', reason) +\n", '', wire('getSkill-not-found')),
  errors(
    'the retry delay is in milliseconds at both ends',
    'retryDelayMs / 1000',
    'retryDelayMs',
    forms('soap: a SkillsFault'),
    {
      file: 'src/adapters/soap/errors.ts',
      find: 'Number(retryAfter) * 1000',
      replace: 'Number(retryAfter)',
    },
  ),
  errors(
    'the retry delay is not read',
    '...(retryAfter !== undefined && {',
    '...(false && {',
    wires('soap carries UNAVAILABLE with every kind'),
  ),
  errors(
    'the violations are not read',
    '...(violations !== undefined && {',
    '...(false && {',
    wires("soap carries a violation of 'pageSize'"),
  ),
  errors(
    'the message is the reason',
    'SkillsError(code, reason, fault.faultstring',
    'SkillsError(code, reason, reason',
    wires('soap carries NOT_FOUND of every'),
  ),
  errors(
    'the namespace of the detail is lost',
    '<SkillsFault xmlns="$' + '{NAMESPACE}">',
    '<SkillsFault>',
    wire('getSkill-not-found'),
  ),
];

export const SOAP_AROUND: readonly Mutant[] = [...SERVER, ...SOAP_CONTEXT, ...ERRORS];
