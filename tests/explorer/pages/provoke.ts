import { axeViolations, inChromium, LOOKS, visit } from '../harness';

inChromium('provoke', () => {
  test.each(LOOKS)('has no violations, %j', async (look) => {
    const page = await visit('/provoke', look);
    expect(await axeViolations(page)).toEqual([]);
  });
});
