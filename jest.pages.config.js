/** `npm run pages`: the tests that open the pages in Chromium. */
const { testMatch: _testMatch, ...config } = require('./jest.config.js');
const { PAGES } = require('./tests/support/test-groups.js');

module.exports = {
  ...config,
  testRegex: PAGES.map((pattern) => `${pattern}.*\\.test\\.ts$`),
  testPathIgnorePatterns: ['/node_modules/'],
};
