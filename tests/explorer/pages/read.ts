import { axeViolations, inChromium, LOOKS, visit } from '../harness';

inChromium('read', () => {
  test.each(LOOKS)('has no violations, %j', async (look) => {
    const page = await visit('/read', look);
    expect(await axeViolations(page)).toEqual([]);
  });
});
