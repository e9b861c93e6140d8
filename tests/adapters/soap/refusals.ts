/** What is refused for itself, in an envelope that is fine but for it: nothing else in it could be the reason. */
import { envelope, soap, soapPost } from '../../support/raw/ask';
import { nothingLogged, servedHere } from '../../support/raw/table';

const served = servedHere(['soap']);

const GIT = envelope('<GetSkill><id>git</id></GetSkill>').replace(/^<\?xml.*?\?>/, '');
const DTD = '<!DOCTYPE lol [<!ENTITY a "lol">]>';

test.each([
  ['alone', DTD],
  ['without entities', '<!DOCTYPE lol>'],
  ['behind an XML declaration', `<?xml version="1.0"?>\n${DTD}`],
  ['behind a byte order mark', `\uFEFF${DTD}`],
  ['behind comments', `<!-- <a> <b/> --><!-- - -- -->${DTD}`],
  ['behind a processing instruction', `<?play <!-- ?>${DTD}`],
])('a document type that nothing refers to, %s', async (_kind, prolog) => {
  expect((await soapPost(GIT)(served())).code).toBe('OK');
  const { status, code, reason } = await soapPost(prolog + GIT)(served());
  expect([status, code, reason]).toStrictEqual([500, 'INVALID_ARGUMENT', 'MALFORMED_REQUEST']);
});

test.each([
  ['text', '<tags>a</tags>', 'skill.tags'],
  ['a stranger beside its items', '<tags><item>a</item><tag>b</tag></tags>', 'skill.tags'],
  ['a stranger alone', '<tags><tag>a</tag></tags>', 'skill.tags'],
])('a list that may be left out, with %s in it', async (_kind, tags, field) => {
  const skill = '<id>listed</id><name>Listed</name><categoryIds><item>tools</item></categoryIds>';
  const { code, violations } = await soap(`<CreateSkill><skill>${skill}${tags}</skill></CreateSkill>`)(
    served(),
  );
  expect([code, Object.keys(violations)]).toStrictEqual(['INVALID_ARGUMENT', [field]]);
});

nothingLogged(served);
