/** Real servers and real files in every suite, so each one gets time to start and stop them. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  // They measure, and so run by themselves: jest.instrument.config.js.
  testPathIgnorePatterns: ['/node_modules/', '/tests/instrument/'],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json' }] },
  testTimeout: 30_000,
  // Jest would leave one core idle, which on two is half of them.
  maxWorkers: '100%',
};
