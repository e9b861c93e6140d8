/** The tests of the comparison that measure: one after the other, with nothing beside them. */
module.exports = {
  ...require('./jest.config.js'),
  roots: ['<rootDir>/tests/instrument'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
};
