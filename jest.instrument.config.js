/** `npm run instrument`: the tests that need the whole machine, one file after the other. */
const { testMatch: _testMatch, globalSetup: _globalSetup, ...config } = require('./jest.config.js');
const { INSTRUMENT } = require('./tests/support/test-groups.js');

module.exports = {
  ...config,
  testRegex: INSTRUMENT.map((pattern) => `${pattern}.*\\.test\\.ts$`),
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
};
