/** Which test files are run in one process with others, and which are not. */

/** Folders by the file of tests/together that runs them. */
const TOGETHER = {
  adapters: ['adapters'],
  compare: ['compare'],
  explorer: ['explorer'],
  inside: ['domain', 'identity', 'policy', 'rate-limit', 'store'],
  telemetry: ['telemetry'],
};

/** Those that measure, kill, or hash passwords at full strength need the machine for themselves: jest.instrument.config.js. */
const BY_THEMSELVES = [
  '/tests/(instrument|faults|abuse)/',
  '/tests/store/processes',
  '/tests/explorer/(race|cost)',
  '/tests/identity/(sign-in|pages-browser)',
];

/** Each has a browser of its own, and takes as long as all the others of its folder. */
const IN_BROWSER = 'explorer/explorer';

module.exports = { TOGETHER, BY_THEMSELVES, IN_BROWSER };
