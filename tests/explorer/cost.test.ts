/** The bytes and the layout shift of opening each page; `npm run page-figures` prints the times. */
import { measurePage } from '../../tools/explorer/figures';
import { browserOf, closeExplorer, inChromium, openExplorer, originOf } from './harness';

const KILOBYTES_MAX = 300;

beforeAll(openExplorer, 60_000);
afterAll(closeExplorer);

inChromium('opening a page stays within its budget', () => {
  test.each(['/', '/provoke', '/read', '/race', '/map', '/docs'])('%s', async (path) => {
    const { kilobytes, shift } = await measurePage(browserOf(), originOf() + path, 1);
    expect(kilobytes).toBeGreaterThan(10);
    expect(kilobytes).toBeLessThan(KILOBYTES_MAX);
    expect(shift).toBeLessThan(0.01);
  });
});
