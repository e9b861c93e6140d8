/** Writes the texts that the page shows as JSON files: `/data/...`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileName } from '../../src/explorer/page/read/file-name';
import type { DecisionTitle, FileIndex } from '../../src/explorer/page/read/slices';
import { readableProto, readableWsdl } from './contracts-readable';
import { readDecisions } from './decisions';
import { allSlices } from './slices';
import { shownFiles, sourceFile } from './sources';

export const writeData = (folder: string): void => {
  const write = (name: string, value: object): void => {
    const file = path.join(folder, `${name}.json`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(value));
  };
  for (const slices of allSlices()) write(`slices/${slices.operation}`, slices);
  write('contracts/proto', readableProto());
  write('contracts/wsdl', readableWsdl());
  const { decisions, named } = readDecisions();
  const titles = decisions.map(({ name, number, title }): DecisionTitle => ({ name, number, title }));
  write('decisions/index', titles);
  for (const decision of decisions) write(`decisions/${decision.name}`, decision);
  const files: FileIndex = shownFiles(named);
  write('files/index', files);
  for (const file of files) write(fileName(file), sourceFile(file));
};
