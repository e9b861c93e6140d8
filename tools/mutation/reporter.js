/** A reporter of jest's: tells the process that started it of each test as it ends, so that nobody waits for the rest. */
module.exports = class {
  onTestCaseResult(_test, { status, fullName }) {
    if (status === 'passed' || status === 'failed') process.send({ status, name: fullName });
  }

  /** A file that fails outside its tests: as it loads, or as it cleans up. */
  onTestResult({ path, context }, { failureMessage, numFailingTests }) {
    if (!failureMessage || numFailingTests > 0) return;
    const file = path.slice(context.config.rootDir.length + 1);
    process.send({ status: 'failed', name: `${file}, outside its tests`, message: failureMessage });
  }
};
