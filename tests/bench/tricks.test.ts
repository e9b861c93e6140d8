/** The benchmark's tricks still match the source that they edit. */
import path from 'node:path';
import { editedSources, transpile } from '../../tools/bench/source-edits';
import { GUARDS, TRICKS } from '../../tools/bench/tricks';

const ROOT = path.join(__dirname, '../..');

test.each([GUARDS, ...TRICKS])('the source without "$name" compiles', ({ removal }) => {
  const edited = [...editedSources(ROOT, removal(ROOT))];
  expect(edited).not.toHaveLength(0);
  for (const [file, text] of edited) expect(transpile(file, text)).toContain('exports.');
});
