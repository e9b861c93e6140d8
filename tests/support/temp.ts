/** Real folders and real databases. A hook closes and removes them after the suite. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openService, type SkillsServiceHandle } from '../../src/app/service';
import type { SkillMap } from '../../src/domain/seed';
import { asAda } from './caller';

const folders: string[] = [];
const services: SkillsServiceHandle[] = [];

export const tempFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rosetta-test-'));
  folders.push(folder);
  return folder;
};

/** A clock that advances by one second with each reading. */
export const steppingClock = (start = '2026-03-01T00:00:00.000Z'): (() => Date) => {
  let time = Date.parse(start);
  return () => {
    time += 1000;
    return new Date(time);
  };
};

export const tempService = async (
  seed?: SkillMap,
  dataFolder = tempFolder(),
  clock = steppingClock(),
): Promise<SkillsServiceHandle> => {
  const service = await openService({ dataFolder, clock, ...(seed && { seed }) });
  services.push(service);
  return asAda(service);
};

afterAll(async () => {
  await Promise.all(services.map((service) => service.close()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
