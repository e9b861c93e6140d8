/** SOAP, around the operation: what XML may hold, namespaces, and header blocks. */
import { adapter, change, type Mutant, wires } from './mutant';

const context = change('src/adapters/soap/context.ts');
export const SOAP_CONTEXT: readonly Mutant[] = [
  context(
    'a DTD is let through',
    '[^<?]*\\?>)?/;',
    '[^<?]*\\?>)?(?:<!DOCTYPE[^>]*>)?/;',
    adapter('soap.test', 'a document type that nothing refers to, without entities'),
  ),
  context(
    'comments and CDATA cut a text',
    'const xml = inOnePiece(sent);',
    'const xml = sent;',
    adapter('soap.test', 'text: keeps its spaces'),
  ),
  context(
    'an envelope of any version is read',
    "if (!is(envelope, ENVELOPE_NAMESPACE, 'Envelope'))",
    "if (envelope.local === '')",
    adapter('soap/envelope', 'an envelope of another version'),
  ),
  context(
    'an operation of any namespace is ours',
    ' || !is(asked, NAMESPACE, asked.local)',
    '',
    adapter('soap/envelope', 'an operation of another namespace'),
  ),
  context(
    'a prefix means what any element says',
    'return declared ?? namespaceOf(element.parent, prefix);',
    "return declared ?? (prefix === 'x' ? NAMESPACE : namespaceOf(element.parent, prefix));",
    adapter('soap/envelope', 'an operation of a prefix that is not declared'),
  ),
  context(
    'header blocks go on to the library',
    'xml: xml.slice(0, from) + xml.slice(from + content.length)',
    'xml',
    adapter('soap.test', 'a token: is enough for a write'),
  ),
  context(
    'nothing is too deep',
    'if (depth === LIMITS.xmlDepthMax)',
    'if (depth === -1)',
    adapter('soap/envelope', 'deeper in the Header'),
  ),
  context(
    'an end in an attribute ends its element',
    '"([^"<]*)"|',
    '"([^"</]*)"|',
    adapter('soap/envelope', 'deeper behind attributes'),
  ),
  context(
    'the library follows href to id',
    'if (!inHeader) refuseEncoding(tag);',
    '',
    adapter('soap/envelope', 'references'),
  ),
  context(
    'any entity is let through',
    'if (STRANGE_REFERENCE.test(xml)) throw',
    'if (STRANGE_REFERENCE.test(names[0] ?? names.join())) throw',
    adapter('soap/envelope', 'an entity that XML does not have'),
  ),
  context(
    "a header's mustUnderstand is not looked at",
    'if (demands && ',
    'if (demands && blocks.length === 0 && ',
    adapter('soap.test', 'headers: one that must'),
  ),
  context(
    'a block for another actor is ours',
    "(ofEnvelope(one, 'actor') || NEXT_ACTOR) === NEXT_ACTOR",
    'one !== undefined',
    adapter('soap.test', 'one for another actor is ignored'),
  ),
  context(
    'a Security with more than a token is understood',
    '!(isSecurity && block.children.every(isToken))',
    '!isSecurity',
    adapter('soap.test', 'a Security with more than a token'),
  ),
  context(
    'one of two tokens is taken',
    'if (otherTokens.length > 0)',
    'if (otherTokens.length > 9)',
    adapter('soap.test', 'a token: in both places, but not the same'),
  ),
  context(
    'a token of any type is taken',
    "(attributeOf(attributes, 'ValueType') ?? JWT) !== JWT",
    "attributeOf(attributes, 'ValueType') === ''",
    adapter('soap.test', 'a token: of another type'),
  ),
  context(
    'one of two keys is taken',
    'if (otherKeys.length > 0)',
    'if (otherKeys.length > 9)',
    adapter('soap.test', 'an idempotency key: twice, but not the same'),
  ),
  context(
    'the timeout and the request id are not read',
    'const context = decodeHttpContext(request, response);',
    'const context: CallContext = {};',
    wires('soap what travels beside the input reaches'),
  ),
];
