const path = require('node:path');
const { INSTRUMENT, PAGES, GROUPED, writeGroups } = require('./tests/support/test-groups.js');

const config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.{ts,js}'],
  testPathIgnorePatterns: ['/node_modules/', ...INSTRUMENT, ...PAGES],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json' }] },
  globalSetup: '<rootDir>/tests/support/temp-files-in-memory.js',
  testSequencer: '<rootDir>/tests/support/longest-first.js',
  // Every suite starts and stops real servers.
  testTimeout: 30_000,
  // By default jest leaves one core idle.
  maxWorkers: '100%',
};

/**
 * A run of all tests (`npm test`) takes a quarter less time where small test files share a process, so it runs generated
 * files that require them. A run that names files (`npx jest tests/wire/wire`) runs those files.
 */
const runsAllTests = process.argv.slice(2).every((word) => word.startsWith('-'));
if (runsAllTests) {
  const folder = path.join(__dirname, '.test-groups');
  writeGroups(folder);
  config.roots.push(folder);
  config.testPathIgnorePatterns.push(GROUPED);
}

module.exports = config;
