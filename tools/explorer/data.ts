/** The texts that the page shows, as JSON files: `/data/...`. */
import { mkdirSync } from 'node:fs';

export const writeData = (folder: string): void => {
  mkdirSync(folder, { recursive: true });
};
