/** Envelopes are read strictly: well-formed XML, namespaces, limits, and no constructs of SOAP's encoding. */
import { LIMITS } from '../../../src/contract/limits';
import { sendHttp } from '../../support/raw/http';
import { envelope, soapPost } from '../../support/raw/requests';
import { expectStillServing, serveForTests, testNothingLogged } from '../../support/raw/table';

const served = serveForTests(['soap']);

const GET = '<GetSkill><id>git</id></GetSkill>';
const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const SKILLS = 'urn:api-rosetta:skills:v1';
const responseTo = async (xml: string) => {
  const { status, code, reason } = await soapPost(xml)(served());
  return [status, code, reason];
};
const OK = [200, 'OK', ''];
const MALFORMED = [500, 'INVALID_ARGUMENT', 'MALFORMED_REQUEST'];
const NOT_WELL_FORMED = [400, 'INVALID_ARGUMENT', 'MALFORMED_XML'];
const INVALID = [500, 'INVALID_ARGUMENT', 'INVALID_INPUT'];
const TOO_DEEP = [500, 'INVALID_ARGUMENT', 'XML_TOO_DEEP'];
const NO_OPERATION = [500, 'UNIMPLEMENTED', 'OPERATION_NOT_FOUND'];

afterEach(() => expectStillServing(served(), 'soap'));

describe('an envelope of another version (SOAP 1.1, section 4.4.1):', () => {
  test.each([
    ['SOAP 1.2', 'http://www.w3.org/2003/05/soap-envelope'],
    ['an unknown one', 'urn:envelope'],
    ['an empty one', ''],
  ])('%s gets VersionMismatch', async (_version, namespace) => {
    const { status, text } = await sendHttp(served().address.soap, '/soap', {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: `<Envelope xmlns="${namespace}"><Body>${GET.replace('>', ` xmlns="${SKILLS}">`)}</Body></Envelope>`,
    });
    expect(status).toBe(500);
    expect(text).toContain('<faultcode>soap:VersionMismatch</faultcode>');
    expect(text).toContain('<code>UNIMPLEMENTED</code><reason>VERSION_MISMATCH</reason>');
  });
});

test.each([
  ['of another namespace', '<x:GetSkill xmlns:x="urn:x"><id>git</id></x:GetSkill>'],
  ['of another default namespace', '<GetSkill xmlns="urn:x"><id>git</id></GetSkill>'],
  ['without a namespace', '<GetSkill xmlns=""><id>git</id></GetSkill>'],
  ['that is a fault', '<e:Fault><faultcode>e:Client</faultcode><faultstring>a</faultstring></e:Fault>'],
  ['that is a response', '<GetSkillResponse/>'],
])('an element %s is not an operation', async (_kind, body) => {
  expect(await responseTo(envelope(body))).toStrictEqual(NO_OPERATION);
});

test('the error for an unknown operation repeats its name shortened and without invalid characters', async () => {
  const { body } = await soapPost(envelope(`<GetColours xmlns="\u00E9\u{1F600}${'a'.repeat(1000)}"/>`))(
    served(),
  );
  expect(body).toMatch(/<faultstring>There is no operation \{\?{3}a{70,80}\.<\/faultstring>/);
});

describe('an envelope with an optional Header and one Body with one operation:', () => {
  const around = (content: string) =>
    `<e:Envelope xmlns:e="${SOAP}" xmlns:x="urn:x" xmlns="${SKILLS}">${content}</e:Envelope>`;
  const body = `<e:Body>${GET}</e:Body>`;

  test('it is accepted', async () => {
    expect(
      await responseTo(around(`<e:Header><x:Body><DeleteSkill/></x:Body></e:Header>${body}`)),
    ).toStrictEqual(OK);
  });

  test.each([
    ['another root', `<x xmlns="urn:x">${around(body)}</x>`],
    ['an empty root', around('')],
    ['a Header without a Body', around('<e:Header/>')],
    ['a Body of another namespace', around(`<x:Body>${GET}</x:Body>`)],
    ['a Header of another namespace', around(`<x:Header/>${body}`)],
    ['an unknown element before the Body', around(`<x:a/>${body}`)],
    ['an unknown element after the Body', around(`${body}<x:Body><DeleteSkill/></x:Body>`)],
    ['a Header after the Body', around(`${body}<e:Header/>`)],
    ['two Headers', around(`<e:Header/><e:Header/>${body}`)],
    ['two Bodies', around(`${body}<e:Body><DeleteSkill><id>git</id></DeleteSkill></e:Body>`)],
    ['text beside the operation', around(`<e:Body>a${GET}</e:Body>`)],
  ])('%s is rejected', async (_kind, xml) => {
    expect(await responseTo(xml)).toStrictEqual(MALFORMED);
  });

  test.each([
    ['two envelopes', around(body) + around(body)],
    ['a header that is not XML', around(`<e:Header><x:a></x:b></e:Header>${body}`)],
    ['overlapping elements', around(`<e:Header><x:a></e:Header></x:a>${body}`)],
    ['an incomplete tag', around(`<e:Body>${GET}</e:Body`)],
    ['an element without an end tag', `<e:Envelope xmlns:e="${SOAP}"><e:Body>`],
    ['an end tag without a start tag', around(`${body}</e:Body>`)],
  ])('%s is not well-formed', async (_kind, xml) => {
    expect(await responseTo(xml)).toStrictEqual(NOT_WELL_FORMED);
  });

  test('two operations are rejected', async () => {
    const xml = around(`<e:Body>${GET}<DeleteSkill><id>git</id></DeleteSkill></e:Body>`);
    expect(await responseTo(xml)).toStrictEqual([500, 'INVALID_ARGUMENT', 'INVALID_INPUT']);
  });
});

const nested = (levels: number, tag = 'a', inside = ''): string =>
  `<${tag}>`.repeat(levels) + inside + `</${tag.split(' ')[0]}>`.repeat(levels);
const inHeader = (content: string) => envelope(GET, `<e:Header>${content}</e:Header>`);

describe(`the limit of ${LIMITS.xmlDepthMax} nesting levels`, () => {
  const most = LIMITS.xmlDepthMax - 2;

  test('permits that many levels', async () => {
    expect(await responseTo(inHeader(nested(most)))).toStrictEqual(OK);
    expect(await responseTo(inHeader(nested(most - 1, 'a', '<b/>')))).toStrictEqual(OK);
  });

  test.each([
    ['in the Header', inHeader(nested(most + 1))],
    ['in the Body', envelope(`<GetSkill>${nested(most)}</GetSkill>`)],
    ['with an empty element last', inHeader(nested(most, 'a', '<b/>'))],
    [
      'after attributes that contain end tags',
      inHeader(nested(most + 1, 'a b="/>" c=\'</a>\''.replace('</a>', '/a>'))),
    ],
    [
      'between comments',
      inHeader(nested(most + 1, 'a', '<!-- </a> -->').replaceAll('<a>', '<a><!-- </a> -->')),
    ],
    ['between CDATA', inHeader(nested(most + 1).replaceAll('<a>', '<a><![CDATA[</a>]]>'))],
    ['with a namespace at each', inHeader(nested(most + 1, 'a xmlns="urn:a"'))],
    ['a hundred thousand deep', inHeader(nested(100_000))],
    ['without end tags', `<e:Envelope xmlns:e="${SOAP}">${'<a>'.repeat(300_000)}`],
  ])('rejects deeper elements %s', async (_kind, xml) => {
    expect(await responseTo(xml)).toStrictEqual(TOO_DEEP);
  });

  test.each([
    ['in a comment', inHeader(`<!--${nested(100)}-->`)],
    ['in CDATA', inHeader(`<a><![CDATA[${nested(100)}]]></a>`)],
    ['in an attribute', inHeader(`<a b="${'&lt;a>'.repeat(100)}"/>`)],
    ['of sibling elements', inHeader('<a><b></b><b/></a>'.repeat(100))],
  ])('ignores tags %s', async (_kind, xml) => {
    expect(await responseTo(xml)).toStrictEqual(OK);
  });
});

describe('constructs that a lenient reader expands or misreads:', () => {
  const attributes = (count: number) =>
    inHeader(`<a ${Array.from({ length: count }, (_, index) => `b${index}=""`).join(' ')}/>`);

  test(`an element with more than ${LIMITS.xmlAttributesMax} attributes is rejected`, async () => {
    expect(await responseTo(attributes(LIMITS.xmlAttributesMax))).toStrictEqual(OK);
    expect(await responseTo(attributes(LIMITS.xmlAttributesMax + 1))).toStrictEqual(MALFORMED);
    expect(await responseTo(attributes(100_000))).toStrictEqual(MALFORMED);
  });

  test.each([
    ['references', '<GetSkill><id id="a">git</id><id href="#a"/></GetSkill>'],
    ['an id that is a member of every object', '<GetSkill><id id="__proto__">git</id></GetSkill>'],
    ['an id on the operation', '<GetSkill id="constructor"><id>git</id></GetSkill>'],
    ['a reference to a member of every object', '<GetSkill><id href="#toString"/></GetSkill>'],
  ])('%s is rejected', async (_kind, body) => {
    expect(await responseTo(envelope(body))).toStrictEqual(MALFORMED);
    expect(Object.keys(Object.prototype)).toStrictEqual([]);
  });

  test('an id on the Body is rejected', async () => {
    expect(await responseTo(envelope(GET).replace('<e:Body>', '<e:Body id="__proto__">'))).toStrictEqual(
      MALFORMED,
    );
  });

  test('an id with a prefix, as XML signatures need it, is accepted', async () => {
    const xml = envelope(GET).replace('<e:Body>', '<e:Body xmlns:u="urn:u" u:Id="body" u:id="a">');
    expect(await responseTo(xml)).toStrictEqual(OK);
  });

  test.each([
    ['of another namespace', '<GetSkill><q:id xmlns:q="urn:x">git</q:id></GetSkill>'],
    ['of another default namespace', '<GetSkill><id xmlns="urn:x">git</id></GetSkill>'],
    ['without a namespace', '<GetSkill><id xmlns="">git</id></GetSkill>'],
    ['beside text', '<GetSkill>a<id>git</id></GetSkill>'],
    ['that is nil and has content', '<GetSkill><id xsi:nil="true">git</id></GetSkill>'],
  ])('an element %s is rejected', async (_kind, body) => {
    expect(await responseTo(envelope(body))).toStrictEqual(MALFORMED);
  });

  test.each([
    ['of a prefix that is not declared', '<GetSkill><q:id>git</q:id></GetSkill>'],
    [
      'of a prefix that a sibling declares',
      `<GetSkill><q:id xmlns:q="${SKILLS}"/><q:id>git</q:id></GetSkill>`,
    ],
    ['with a prefix, below an operation without one', '<q:GetSkill><id>git</id></q:GetSkill>'],
    ['with the same attribute twice', '<GetSkill><id a="1" a="2">git</id></GetSkill>'],
    [
      'with the same attribute of one namespace twice',
      '<GetSkill><id xmlns:p="urn:p" xmlns:q="urn:p" p:a="1" q:a="2">git</id></GetSkill>',
    ],
    ['with an attribute of a prefix that is not declared', '<GetSkill><id q:a="1">git</id></GetSkill>'],
    ['with an attribute without a value', '<GetSkill><id a>git</id></GetSkill>'],
    ['after a comment with two hyphens', '<GetSkill><!-- a -- b --><id>git</id></GetSkill>'],
    ['with a character that XML excludes', '<GetSkill><id>git</id><fields>\uFFFF</fields></GetSkill>'],
    ['with a reference to such a character', '<GetSkill><id>git&#1;</id></GetSkill>'],
  ])('an element %s is not well-formed', async (_kind, body) => {
    expect(await responseTo(envelope(body))).toStrictEqual(NOT_WELL_FORMED);
  });

  test.each([
    ['nil', '<id xsi:nil="true"/>'],
    ['an empty element', '<id/>'],
    ['an empty element with a type', '<id xsi:type="xs:string"/>'],
    ['an unknown element', '<id>git</id><attributes/>'],
    ['an unknown element of a name that every object has', '<id>git</id><__proto__/>'],
    ['a nil list', '<id>git</id><fields xsi:nil="1"/>'],
    ['a list with a nil item', '<id>git</id><fields><item xsi:nil="true"/></fields>'],
  ])('%s is no valid input', async (_kind, content) => {
    expect(await responseTo(envelope(`<GetSkill>${content}</GetSkill>`))).toStrictEqual(INVALID);
  });

  test(`more than ${LIMITS.xmlElementsMax} elements are rejected`, async () => {
    const around = (count: number) => inHeader('<a/>'.repeat(count - 5));
    expect(await responseTo(around(LIMITS.xmlElementsMax))).toStrictEqual(OK);
    expect(await responseTo(around(LIMITS.xmlElementsMax + 1))).toStrictEqual(MALFORMED);
  });

  test.each(['&nbsp;', '&constructor;', '&lol;', '&;', '& ', '&#;', '&#12345678;', '&LT;'])(
    'the undefined entity %s is rejected',
    async (reference) => {
      expect(await responseTo(envelope(`<GetSkill><id>${reference}</id></GetSkill>`))).toStrictEqual(
        NOT_WELL_FORMED,
      );
    },
  );

  test('a processing instruction is rejected, because SOAP forbids it', async () => {
    const xml = envelope(GET);
    expect(await responseTo(xml.replace('?>', '?><?a b?>'))).toStrictEqual(MALFORMED);
    expect(await responseTo(xml.replace('<id>', '<?a?><id>'))).toStrictEqual(MALFORMED);
  });

  const PIECES = ['<', '<a ', '<a b="', '<!--', '<![CDATA[', '</a>', '&#', '<a/>', 'a ', ' a=""', '\n'];
  test.each(PIECES)('a megabyte of %j is rejected within five seconds', async (piece) => {
    const xml = envelope('').replace('<e:Body>', `<e:Body>${piece.repeat(1_000_000 / piece.length)}`);
    const start = performance.now();
    const [, code] = await responseTo(xml);
    expect(code).not.toBe('OK');
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

testNothingLogged(served);
