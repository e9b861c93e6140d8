/** What `npm test` runs: all that jest.config.js has, with the small files of a folder in one process (tests/together). */
const config = require('./jest.config.js');
const { BY_THEMSELVES } = require('./tests/support/apart.js');

module.exports = {
  ...config,
  testPathIgnorePatterns: [
    '/node_modules/',
    '/tests/(adapters|compare|domain|identity|policy|store|telemetry)/',
    '/tests/explorer/(?!explorer)',
    ...BY_THEMSELVES,
  ],
  testSequencer: '<rootDir>/tests/support/longest-first.js',
};
