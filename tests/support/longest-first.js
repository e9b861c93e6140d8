/** Starts the longest test files first. Jest does so only after a first run, and a clean clone has had none. */
const { default: Sequencer } = require('@jest/test-sequencer');

const LONGEST = [/cli\/query/, /contract\/facts/, /\.test-groups\/compare/, /tests\/examples/];

const rank = ({ path }) => {
  const index = LONGEST.findIndex((pattern) => pattern.test(path));
  return index === -1 ? LONGEST.length : index;
};

module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
};
