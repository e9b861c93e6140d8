/** Puts the temporary files of the tests into memory: a database write to a disk waits until the disk has stored it. */
const { accessSync, constants, statfsSync } = require('node:fs');

const MEMORY = '/dev/shm';
const FREE_BYTES_MIN = 2 ** 30;

/** Sets TMPDIR, unless it is set. */
module.exports = () => {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize >= FREE_BYTES_MIN) process.env.TMPDIR ??= MEMORY;
  } catch {
    // Only Linux has /dev/shm.
  }
};
