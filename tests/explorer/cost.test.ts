/** What opening each page costs in bytes, and that nothing on it moves meanwhile; times are told by `npm run page-figures`. */
import { measurePage } from '../../tools/explorer/figures';
import { browserOf, closeExplorer, inChromium, openExplorer, originOf } from './harness';

const KILOBYTES_MAX = 300;

beforeAll(openExplorer, 60_000);
afterAll(closeExplorer);

inChromium('the cost', () => {
  test.each(['/', '/provoke', '/read', '/race', '/map', '/docs'])('of opening %s', async (path) => {
    const { kilobytes, shift } = await measurePage(browserOf(), originOf() + path, 1);
    expect(kilobytes).toBeGreaterThan(10);
    expect(kilobytes).toBeLessThan(KILOBYTES_MAX);
    expect(shift).toBeLessThan(0.01);
  });
});
