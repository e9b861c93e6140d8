/** One after the other, with nothing beside them: the tests that measure, those that kill servers, those that attack them. */
const {
  testMatch: _every,
  testPathIgnorePatterns: _ignored,
  globalSetup: _inMemory,
  ...config
} = require('./jest.config.js');

module.exports = {
  ...config,
  testRegex: [
    '/tests/(instrument|faults|abuse)/.*\\.test\\.ts$',
    '/tests/store/processes\\.test\\.ts$',
    '/tests/identity/(sign-in|pages-browser)\\.test\\.ts$',
  ],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
};
