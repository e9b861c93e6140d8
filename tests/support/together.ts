/** The test files of some folders in one process: what all of them load, the servers above all, is loaded once. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
// What these two clean up at the end, they clean up for all.
import '../cli/run';
import './temp';

const TESTS = path.join(__dirname, '..');
const { TOGETHER, BY_THEMSELVES, IN_BROWSER } = require('./apart.js') as {
  TOGETHER: Record<string, string[]>;
  BY_THEMSELVES: string[];
  IN_BROWSER: string;
};
const APART = [...BY_THEMSELVES, `/tests/${IN_BROWSER}`].map((pattern) => new RegExp(pattern));

/** Each file's tests stand under its path. */
export const together = (group: string): void => {
  const files = TOGETHER[group]!.flatMap((folder) =>
    readdirSync(path.join(TESTS, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .sort()
      .map((name) => path.join(TESTS, folder, name)),
  );
  for (const file of files.filter((name) => !APART.some((pattern) => pattern.test(name)))) {
    describe(path.relative(TESTS, file), () => {
      require(file);
    });
  }
};
