import { axeViolations, inChromium, LOOKS, visit } from '../harness';

inChromium('race', () => {
  test.each(LOOKS)('has no violations, %j', async (look) => {
    const page = await visit('/race', look);
    expect(await axeViolations(page)).toEqual([]);
  });
});
