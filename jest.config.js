const { BY_THEMSELVES } = require('./tests/support/apart.js');

/** Each test file by itself. Real servers and real files in every suite, so each one gets time to start and stop them. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/tests/together/', ...BY_THEMSELVES],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json' }] },
  globalSetup: '<rootDir>/tests/support/in-memory.js',
  testTimeout: 30_000,
  // Jest would leave one core idle, which on two is half of them.
  maxWorkers: '100%',
};
