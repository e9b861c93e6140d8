import { axeViolations, inChromium, LOOKS, visit } from '../harness';

inChromium('map', () => {
  test.each(LOOKS)('has no violations, %j', async (look) => {
    const page = await visit('/map', look);
    expect(await axeViolations(page)).toEqual([]);
  });
});
