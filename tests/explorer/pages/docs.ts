import { axeViolations, inChromium, LOOKS, visit } from '../harness';

inChromium('docs', () => {
  test.each(LOOKS)('has no violations, %j', async (look) => {
    const page = await visit('/docs', look);
    expect(await axeViolations(page)).toEqual([]);
  });
});
