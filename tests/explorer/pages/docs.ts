/** Docs: whole contracts, contracts by operation, Swagger UI and GraphiQL. */
import { axeViolations, inChromium, isOverflowing, looksToTest, takePicture, visit } from '../harness';

inChromium('docs', () => {
  test.each(looksToTest())(
    'an operation shows its contract in four protocols and a live sample, %j',
    async (look) => {
      const isNarrow = look.width < 600;
      const page = await visit('/docs', look);
      await page.getByRole('link', { name: 'getSkill', exact: true }).click();
      await page.getByRole('heading', { name: 'getSkill', level: 1 }).waitFor();
      const files = [
        'openapi/skills.json',
        'graphql/skills.graphql',
        'protos/skills/v1/skills.proto',
        'wsdl/skills.wsdl',
      ];
      if (isNarrow) {
        for (const [at, title] of ['REST', 'GraphQL', 'gRPC', 'SOAP'].entries()) {
          await page.getByRole('tab', { name: title }).first().click();
          await page.getByRole('link', { name: files[at] }).waitFor();
        }
      } else for (const file of files) await page.getByRole('link', { name: file }).waitFor();
      await page.getByRole('button', { name: 'Call all four' }).click();
      await page.getByText('The same answer').first().waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(await isOverflowing(page)).toBe(false);
      await takePicture(page, `docs-getSkill-${look.theme}-${look.width}`);
    },
  );

  test.each([
    ['proto', 'GetSkillRequest', 'skills.proto'],
    ['wsdl', 'GetSkillResponse', 'skills.wsdl'],
  ])('the operations of the %s link to their types', async (language, type, file) => {
    const page = await visit(`/docs/${language}`, { theme: 'dark', width: 390 });
    const operations = page.getByRole('region', { name: 'Operations' });
    await operations.getByRole('link', { name: type, exact: true }).click();
    const table = page.getByRole('region', { name: new RegExp(`Members of the .* ${type}`) });
    expect(await table.textContent()).toMatch(/id|skill/);
    await page.getByRole('link', { name: new RegExp(file) }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(await isOverflowing(page)).toBe(false);
    await takePicture(page, `docs-${language}`);
  });

  test('an unknown page is reported', async () => {
    const page = await visit('/docs/dropAll');
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  });

  test.each(['light', 'dark'] as const)('Swagger UI calls the REST server, %s', async (theme) => {
    const page = await visit('/docs', { theme });
    await page.getByRole('link', { name: 'OpenAPI' }).click();
    await page.locator('#operations-Skills-getSkill').getByRole('button').first().click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByPlaceholder('id', { exact: true }).fill('git');
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table').getByText('"name": "Git"').waitFor();
    await takePicture(page, `docs-swagger-${theme}`);
  });

  test.each(['light', 'dark'] as const)('GraphiQL calls the GraphQL server, %s', async (theme) => {
    const page = await visit('/docs', { theme });
    await page.getByRole('link', { name: 'GraphiQL' }).click();
    await page.locator('.graphiql-editor .monaco-editor').first().waitFor();
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.locator('.result-window').getByText('"GraphQL"').waitFor();
    await takePicture(page, `docs-graphiql-${theme}`);
  });
});
