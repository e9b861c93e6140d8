/** Jest puts those first that took longest before; on a clean clone it knows of none, and would end with the browser's alone. */
const { default: Sequencer } = require('@jest/test-sequencer');

const LONGEST = [
  /explorer-read-race-map/,
  /explorer-ask-provoke-docs/,
  /cli\/query/,
  /contract\/facts/,
  /together\/compare/,
  /tests\/examples/,
];
const rank = ({ path }) => {
  const found = LONGEST.findIndex((name) => name.test(path));
  return found === -1 ? LONGEST.length : found;
};

module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
};
