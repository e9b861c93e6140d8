/** Envelopes with exactly one defect, so that nothing else can cause the rejection. */
import { envelope, soap, soapPost } from '../../support/raw/requests';
import { serveForTests, testNothingLogged } from '../../support/raw/table';

const GIT = envelope('<GetSkill><id>git</id></GetSkill>').replace(/^<\?xml.*?\?>/, '');
const DTD = '<!DOCTYPE lol [<!ENTITY a "lol">]>';

export const describeSingleDefects = (): void => {
  const served = serveForTests(['soap']);

  test.each([
    ['at the beginning', DTD],
    ['without entities', '<!DOCTYPE lol>'],
    ['behind an XML declaration', `<?xml version="1.0"?>\n${DTD}`],
    ['behind a byte order mark', `\uFEFF${DTD}`],
    ['behind comments', `<!-- <a> <b/> --><!-- - -->${DTD}`],
    ['behind a processing instruction', `<?play <!-- ?>${DTD}`],
  ])('an unused document type %s is rejected', async (_kind, prolog) => {
    expect((await soapPost(GIT)(served())).code).toBe('OK');
    const { status, code, reason } = await soapPost(prolog + GIT)(served());
    expect([status, code, reason]).toStrictEqual([500, 'INVALID_ARGUMENT', 'MALFORMED_REQUEST']);
  });

  test.each([
    ['text', '<tags>a</tags>', 'skill.tags'],
    ['an unknown element among its items', '<tags><item>a</item><tag>b</tag></tags>', 'skill.tags'],
    ['only an unknown element', '<tags><tag>a</tag></tags>', 'skill.tags'],
  ])('an optional list that contains %s is rejected', async (_kind, tags, field) => {
    const skill = '<id>listed</id><name>Listed</name><categoryIds><item>tools</item></categoryIds>';
    const { code, violations } = await soap(`<CreateSkill><skill>${skill}${tags}</skill></CreateSkill>`)(
      served(),
    );
    expect([code, Object.keys(violations)]).toStrictEqual(['INVALID_ARGUMENT', [field]]);
  });

  testNothingLogged(served);
};
