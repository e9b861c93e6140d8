import { axeViolations, inChromium, LOOKS, visit } from '../harness';

inChromium('ask', () => {
  test.each(LOOKS)('has no violations, %j', async (look) => {
    const page = await visit('/', look);
    expect(await axeViolations(page)).toEqual([]);
  });
});
