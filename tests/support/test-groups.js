/** Which test files run in one process together, and which are not part of `npm test`. */
const { mkdirSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const TESTS = path.join(__dirname, '..');

/** Test files that measure time, kill servers or hash passwords at full strength: jest.instrument.config.js runs them. */
const INSTRUMENT = [
  '/tests/(instrument|faults|abuse)/',
  '/tests/store/processes',
  '/tests/explorer/(race|cost)',
  '/tests/identity/sign-in',
];

/** Test files that need a browser: jest.pages.config.js runs them. */
const PAGES = ['/tests/explorer/explorer', '/tests/identity/pages-browser', '/tests/compare/html-report'];

/** Folders of small test files, by group. */
const GROUPS = {
  adapters: ['adapters'],
  compare: ['compare'],
  explorer: ['explorer'],
  inside: ['domain', 'identity', 'policy', 'rate-limit', 'store'],
  telemetry: ['telemetry'],
};

/** The clean-up of these applies to a whole group, so a group loads them outside its `describe` blocks. */
const SHARED = ['cli/run', 'support/temp'];

/** What jest ignores when it runs groups: the files of the groups, on their own. */
const GROUPED = `/tests/(${Object.values(GROUPS).flat().join('|')})/`;

const isGrouped = (file) => ![...INSTRUMENT, ...PAGES].some((pattern) => new RegExp(pattern).test(file));

const groupSource = (folders) => {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(TESTS, folder), { recursive: true })
      .filter((name) => name.endsWith('.test.ts'))
      .sort()
      .map((name) => path.join(TESTS, folder, name)),
  );
  return [
    ...SHARED.map((name) => `require(${JSON.stringify(path.join(TESTS, name))});`),
    ...files
      .filter(isGrouped)
      .map((file) => [path.relative(TESTS, file), file].map((text) => JSON.stringify(text)))
      .map(([name, file]) => `describe(${name}, () => { require(${file}); });`),
  ].join('\n');
};

/** Writes one test file per group into `folder`. The libraries that all servers load are then loaded once per group. */
const writeGroups = (folder) => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [group, folders] of Object.entries(GROUPS)) {
    writeFileSync(path.join(folder, `${group}.test.js`), `${groupSource(folders)}\n`);
  }
};

module.exports = { INSTRUMENT, PAGES, GROUPED, writeGroups };
