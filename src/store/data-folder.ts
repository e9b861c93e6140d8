/** The data folder: only its owner can read it, and Git ignores it, because it holds keys. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Creates the folder if it does not exist. An existing folder stays as it is. */
export const ensureDataFolder = (folder: string): void => {
  if (mkdirSync(folder, { recursive: true, mode: 0o700 }) === undefined) return;
  writeFileSync(path.join(folder, '.gitignore'), '*\n');
};
