/** What `npm test` runs: all that jest.config.js has, with the small files of a folder in one process (tests/together). */
const config = require('./jest.config.js');
const { TOGETHER, BY_THEMSELVES, IN_BROWSER } = require('./tests/support/apart.js');

module.exports = {
  ...config,
  testPathIgnorePatterns: [
    '/node_modules/',
    `/tests/(?!${IN_BROWSER})(${Object.values(TOGETHER).flat().join('|')})/`,
    ...BY_THEMSELVES,
  ],
  testSequencer: '<rootDir>/tests/support/longest-first.js',
};
