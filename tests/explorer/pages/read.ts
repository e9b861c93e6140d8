import { readFileSync } from 'node:fs';
import { axeViolations, inChromium, isOverflowing, looksToTest, takePicture, visit } from '../harness';

inChromium('read', () => {
  test.each(looksToTest())('one operation is shown in four protocols, file beside file, %j', async (look) => {
    const isWide = look.width > 960;
    const name = (state: string) => `read-${state}-${look.theme}-${look.width}`;
    const page = await visit('/read/deleteSkill', look);
    const listing = (file: string) => page.getByRole('region', { name: file });
    await listing('openapi/skills.json').getByText('"operationId": "deleteSkill"').waitFor();
    await page.locator('.tok-string').first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await takePicture(page, name('contract'));

    await page.getByLabel('Operation').selectOption('createSkill');
    await listing('openapi/skills.json').getByText('"operationId": "createSkill"').waitFor();
    await page.getByRole('button', { name: 'contract' }).click();
    await page.getByRole('button', { name: 'server' }).click();
    await listing('rest/server.ts').getByText('const mount =').waitFor();
    if (isWide) {
      const tops = await page
        .getByRole('region', { name: /server\.ts/ })
        .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
      expect(tops).toHaveLength(4);
      expect(new Set(tops).size).toBe(1);
      await page.getByRole('checkbox', { name: 'GraphQL' }).uncheck();
      await page.getByRole('checkbox', { name: 'SOAP' }).uncheck();
      expect(await listing('soap/server.ts').count()).toBe(0);
    } else {
      await page.getByRole('tab', { name: 'gRPC' }).click();
      expect(await listing('rest/server.ts').count()).toBe(0);
    }
    await listing('grpc/server.ts').getByText('responseCodec(RESPONSES, operation)').waitFor();
    expect(await isOverflowing(page)).toBe(false);
    expect(await axeViolations(page)).toEqual([]);
    await takePicture(page, name('server'));

    const { pathname, search } = new URL(page.url());
    expect(pathname + search).toBe(`/read/createSkill?open=server&show=${isWide ? 'rest,grpc' : 'grpc'}`);
    await page.reload();
    await listing('grpc/server.ts').getByText('responseCodec(RESPONSES, operation)').waitFor();
  });

  test.each(looksToTest())(
    'a source has the linked lines marked, and a decision is a page, %j',
    async (look) => {
      const name = (state: string) => `read-${state}-${look.theme}-${look.width}`;
      const page = await visit('/source/src/adapters/soap/client.ts?line=17,21-22&of=getSkill', look);
      await page.locator('.marked .tok-name').first().waitFor();
      const lines = readFileSync('src/adapters/soap/client.ts', 'utf8').split('\n');
      expect(await page.locator('.marked').allInnerTexts()).toEqual([lines[16], lines[20], lines[21]]);
      const { y = 0 } = (await page.locator('.marked').first().boundingBox()) ?? {};
      expect(y > 0 && y < 800).toBe(true);
      expect(await isOverflowing(page)).toBe(false);
      expect(await axeViolations(page)).toEqual([]);
      await takePicture(page, name('source'));

      await page.getByRole('link', { name: 'Back to getSkill' }).click();
      await page.getByRole('link', { name: 'Decision 4: Transport errors have codes' }).first().click();
      await page.getByRole('cell', { name: 'soap:MustUnderstand' }).waitFor();
      expect(await isOverflowing(page)).toBe(false);
      expect(await axeViolations(page)).toEqual([]);
      await takePicture(page, name('decision'));
      await page.getByRole('link', { name: 'All decisions' }).click();
      await page
        .getByRole('link', {
          name: 'No expand parameter: skills with their categories take two calls, or one in GraphQL',
        })
        .waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await takePicture(page, name('decisions'));
    },
  );

  test('decisions link to sources, sources to their folders; unknown paths are reported', async () => {
    const page = await visit('/decisions/0006-unencodable-values');
    await page.getByRole('link', { name: 'adapters/common/reject-unencodable.ts' }).click();
    await page.getByText('rejectUnencodable').first().waitFor();
    await page.getByRole('link', { name: 'adapters', exact: true }).click();
    await page.getByRole('link', { name: 'rest/requests.ts' }).click();
    await page.getByText('export const REQUESTS').waitFor();
    const { origin } = new URL(page.url());
    await page.goto(`${origin}/source/.git/config`);
    await page.getByRole('alert').getByText('There is no such file here.').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.goto(`${origin}/decisions/0000-none`);
    await page.getByRole('heading', { name: 'There is no such decision' }).waitFor();
  });

  test('the keyboard opens a row and the whole file, and returns', async () => {
    const page = await visit('/read');
    const press = async (key: string, until: RegExp) => {
      for (let times = 0; times < 60; times += 1) {
        await page.keyboard.press(key);
        const at = await page.evaluate(
          "document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText",
        );
        if (until.test(String(at))) return;
      }
      throw new Error(`${key} did not reach ${until}.`);
    };
    await page.getByRole('region', { name: 'openapi/skills.json' }).waitFor();
    await press('Tab', /^context$/);
    await page.keyboard.press('Enter');
    const listing = page.getByRole('region', { name: 'rest/context.ts' });
    await listing.getByText('encodeEtag').first().waitFor();
    await press('Tab', /rest\/context\.ts$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'src / adapters / rest / context.ts' }).waitFor();
    await page.locator('.marked').first().waitFor();
    await press('Shift+Tab', /src/);
    await press('Shift+Tab', /^Back to getSkill/);
    await page.keyboard.press('Enter');
    await press('Tab', /^Open all$/);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'soap/index.ts' }).waitFor();
    expect(await isOverflowing(page)).toBe(false);
  });

  test('an unknown operation and a failed load of the sources are reported', async () => {
    const page = await visit('/read/getSkills', { expectProblems: true });
    await page.getByRole('alert').getByText('There is no operation getSkills.').waitFor();
    await page.route('**/data/slices/**', (route) => route.abort());
    await page.getByLabel('Operation').selectOption('getSkill');
    await page.getByRole('alert').getByText('The explorer server does not respond.').waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });
});
