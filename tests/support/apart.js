/** Which test files are not run in one process with others; patterns of paths. */

/** Those that measure, kill, or hash passwords at full strength need the machine for themselves: jest.instrument.config.js. */
const BY_THEMSELVES = [
  '/tests/(instrument|faults|abuse)/',
  '/tests/store/processes',
  '/tests/explorer/(race|cost)',
  '/tests/identity/(sign-in|pages-browser)',
];

/** Each has a browser of its own, and takes as long as all the others of its folder. */
const IN_BROWSER = ['/tests/explorer/explorer(-too)?'];

module.exports = { BY_THEMSELVES, IN_BROWSER };
