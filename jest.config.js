/** Real servers and real files in every suite, so each one gets time to start and stop them. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json' }] },
  testTimeout: 30_000,
  // Jest would leave one core idle, which on two is half of them.
  maxWorkers: '100%',
};
