import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import {
  axeViolations,
  inChromium,
  isOverflowing,
  looksToTest,
  originOf,
  takePicture,
  visit,
} from '../harness';

interface Seed {
  readonly skills: readonly { id: string; name: string; requires?: readonly string[] }[];
}

const { skills } = JSON.parse(
  readFileSync(path.join(__dirname, '../../../data/skill-map.json'), 'utf8'),
) as Seed;

const graph = (page: Page) => page.getByRole('region', { name: 'Graph' });
const addressOf = (page: Page): string => page.url().slice(originOf().length);

/** Accessible names of the drawn skills, in drawing order. */
const drawn = (page: Page): Promise<string[]> => graph(page).locator('a > title').allTextContents();

const arrows = (page: Page): Promise<(string | null)[]> =>
  graph(page)
    .locator('path[marker-end]')
    .evaluateAll((lines) =>
      (lines as { getAttribute(name: string): string | null }[]).map((line) => line.getAttribute('d')),
    );

const waitForGraph = async (page: Page): Promise<void> => {
  await graph(page).getByRole('link').first().waitFor();
};

const fetchedThrough = (page: Page, title: string): Promise<void> =>
  page.getByText(`categories, through ${title}.`).waitFor();

/** The cost shown on a protocol's card. */
const costOf = async (page: Page, title: string): Promise<string> =>
  (await page.locator('fieldset label', { hasText: title }).innerText()).replace(/\s+/g, ' ');

const isWiderInside = (box: { scrollWidth: number; clientWidth: number }): boolean =>
  box.scrollWidth > box.clientWidth;

inChromium('map', () => {
  test('the keyboard selects a category and a skill in its graph', async () => {
    const page = await visit('/map');
    await waitForGraph(page);
    expect(await graph(page).getByRole('link').count()).toBe(skills.length);
    await page.getByRole('treeitem', { name: 'All skills 42 skills' }).focus();
    await page.keyboard.press('d');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const inside = page.getByRole('treeitem', { name: 'Relational databases 3 skills' });
    expect(await inside.and(page.locator(':focus')).count()).toBe(1);
    expect(await inside.getAttribute('aria-level')).toBe('2');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Databases' }).waitFor();
    expect(addressOf(page)).toBe('/map?category=databases');
    expect((await drawn(page)).sort()).toEqual(['JSON', 'MongoDB', 'MySQL', 'Oracle Database', 'PostgreSQL']);
    expect(await arrows(page)).toHaveLength(1);
    // MongoDB requires a skill of another category.
    expect(await page.getByText('required from outside this category').isVisible()).toBe(true);

    expect(await axeViolations(page)).toEqual([]);
    await graph(page).getByRole('link', { name: 'MongoDB' }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/map/json?category=databases');
    await page.getByRole('heading', { name: 'JSON' }).waitFor();
    expect(await page.getByRole('list', { name: 'Required by' }).innerText()).toContain('MongoDB');
    await page.goBack();
    await page.getByRole('heading', { name: 'Databases' }).waitFor();
  });

  test('a skill is found by an alias, and its learning path ends with it', async () => {
    const page = await visit('/map');
    await waitForGraph(page);
    await page.getByRole('searchbox', { name: 'Find a skill' }).fill('microservice arch');
    await page.getByRole('list', { name: 'Found' }).getByRole('link', { name: 'Microservices' }).click();
    await page.getByRole('link', { name: 'Learning path' }).click();
    await page.waitForURL('**/map/microservices?view=path');
    const steps = page.getByRole('list', { name: 'Learning path' }).locator('li > :first-child');
    await steps.first().waitFor();
    const names = await steps.allInnerTexts();
    expect(names.at(-1)).toBe('Microservices');
    expect(names.length).toBeGreaterThan(5);
    const known = new Set<string>();
    for (const name of names) {
      const { id, requires = [] } = skills.find((skill) => skill.name === name)!;
      expect([...known]).toEqual(expect.arrayContaining([...requires]));
      known.add(id);
    }
    expect(await drawn(page)).toEqual(names.map((name, index) => `Step ${index + 1}: ${name}`));
  });

  test('every protocol gives the same map at a different cost', async () => {
    const page = await visit('/map/rest');
    await fetchedThrough(page, 'REST');
    await waitForGraph(page);
    const [nodes, lines] = [await drawn(page), await arrows(page)];
    expect(nodes).toEqual(expect.arrayContaining(['REST', 'JSON', 'Postman', 'SOAP']));
    await page.getByRole('radio', { name: 'REST' }).focus();
    const costs = [await costOf(page, 'REST')];
    for (const title of ['GraphQL', 'gRPC', 'SOAP']) {
      expect(await costOf(page, title)).toContain('not fetched yet');
      await page.keyboard.press('ArrowRight');
      await fetchedThrough(page, title);
      await page.getByText(`getSkill and getLearningPath through ${title}: 2 calls`).waitFor();
      expect(await drawn(page)).toEqual(nodes);
      expect(await arrows(page)).toEqual(lines);
      costs.push(await costOf(page, title));
    }
    expect(addressOf(page)).toBe('/map/rest?via=soap');
    for (const cost of costs) expect(cost).toMatch(/2 calls [\d,]+ B up, [\d,]+ B down$/);
    expect(new Set(costs.map((cost) => cost.replace(/^\w+/, ''))).size).toBe(4);
    // A reload restores the view from its address.
    await page.reload();
    await fetchedThrough(page, 'SOAP');
    expect(await drawn(page)).toEqual(nodes);
  });

  test('a skill links to its demonstrations and to its call in Ask', async () => {
    const page = await visit('/map/graphql?via=grpc');
    await page.getByRole('link', { name: 'src/adapters/graphql/schema.ts' }).click();
    await page.waitForURL('**/source/src/adapters/graphql/schema.ts');
    await page.goBack();
    await page.getByRole('link', { name: 'Call getSkill for it' }).click();
    await page.waitForURL('**/?operation=getSkill**');
    expect(new URL(page.url()).searchParams.get('input')).toBe('{"id":"graphql"}');
  });

  test('an unknown skill or category in the address is reported, with a link to the map', async () => {
    const page = await visit('/map/cobol');
    await page.getByText('There is no skill "cobol" (NOT_FOUND).').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await takePicture(page, 'map-unknown-light-1280');
    await page.getByRole('link', { name: 'The whole map' }).click();
    await waitForGraph(page);
    expect(addressOf(page)).toBe('/map');
    await page.goto(`${originOf()}/map?category=cobol`);
    await page.getByText('There is no category "cobol".').waitFor();
    await page.getByRole('searchbox').fill('cobol');
    await page.getByText('No skill matches.').waitFor();
  });

  test('a load that failed can be retried', async () => {
    const page = await visit('/map', { expectProblems: true });
    await waitForGraph(page);
    await page.context().setOffline(true);
    await page.getByRole('radio', { name: 'SOAP' }).check();
    await page.getByText('The explorer server does not respond.').waitFor();
    // The catalogue fetched before is still shown.
    expect(await graph(page).getByRole('link').count()).toBe(skills.length);
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await fetchedThrough(page, 'SOAP');
    await page.context().setOffline(true);
    await graph(page).getByRole('link').first().click();
    await page.getByText('The explorer server does not respond.').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'In this repository' }).waitFor();
  });

  test.each(looksToTest())(
    'the map fits the window and has no accessibility violations, %j',
    async (look) => {
      const name = (state: string) => `map-${state}-${look.theme}-${look.width}`;
      const seen = async (state: string): Promise<void> => {
        expect(await isOverflowing(page)).toBe(false);
        await takePicture(page, name(state));
      };
      const page = await visit('/map/microservices?via=grpc&view=path', look);
      await page.getByRole('list', { name: 'Learning path' }).waitFor();
      await waitForGraph(page);
      expect(await axeViolations(page)).toEqual([]);
      await seen('path');
      const drawing = graph(page).locator('svg');
      const widthOf = async (): Promise<number> => Number(await drawing.getAttribute('width'));
      const width = await widthOf();
      await page.getByRole('button', { name: 'Larger' }).click();
      expect(await widthOf()).toBeGreaterThan(width);
      await page.getByRole('button', { name: 'Fit the width' }).click();
      expect(await graph(page).evaluate(isWiderInside)).toBe(false);
      await page.getByRole('link', { name: 'Neighbours' }).click();
      await graph(page).getByRole('link', { name: 'RabbitMQ' }).waitFor();
      await seen('skill');
      await page.getByRole('link', { name: 'All skills' }).click();
      await page.getByRole('list', { name: 'Skills' }).waitFor();
      await seen('all');
    },
  );
});
