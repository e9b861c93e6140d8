/** One after the other, with nothing beside them: the tests that measure, those that kill servers, those that attack them. */
const {
  testMatch: _every,
  testPathIgnorePatterns: _ignored,
  globalSetup: _inMemory,
  ...config
} = require('./jest.config.js');
const { BY_THEMSELVES } = require('./tests/support/apart.js');

module.exports = {
  ...config,
  testRegex: BY_THEMSELVES.map((pattern) => `${pattern}.*\\.test\\.ts$`),
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
};
