/** The composition root: store -> catalogue in memory -> service -> policies. servers.ts puts it on the wire. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SkillGraph } from './contract/graph';
import type { SkillsApi } from './contract/skills-api';
import { pageTokens } from './domain/page-token';
import { type SkillMap, seedOf } from './domain/seed';
import { skillGraph, skillsService } from './domain/service';
import { liveCatalogue } from './live-catalogue';
import { guardedService } from './policy/guard';
import { openSqliteStore } from './store/sqlite';

export interface ServiceOptions {
  /** Where the database lives; created where there is none. */
  readonly dataFolder: string;
  readonly clock?: () => Date;
  /** What a new database begins with: data/skill-map.json by default. */
  readonly seed?: SkillMap;
  /** Takes errors that callers must not see. Standard error by default. */
  readonly log?: (error: unknown) => void;
}

export interface SkillsServiceHandle {
  readonly api: SkillsApi;
  /** The catalogue as it stands at this moment. */
  readonly graph: () => SkillGraph;
  /** Waits for writes under way. Reads go on answering. */
  close(): Promise<void>;
}

const SHIPPED_MAP = path.join(__dirname, '..', 'data', 'skill-map.json');

/** Rejects with an Error of one line where the data folder can not be used. */
export const openService = async (options: ServiceOptions): Promise<SkillsServiceHandle> => {
  const { dataFolder, clock = () => new Date(), seed, log } = options;
  const beginning = () => seedOf(seed ?? JSON.parse(readFileSync(SHIPPED_MAP, 'utf8')));
  const store = await openSqliteStore({ folder: dataFolder, beginning });
  const contents = await store.load();
  const live = liveCatalogue(store, contents);
  const tokens = pageTokens(contents.pageTokenSecret);
  const service = skillsService({
    catalogue: live.current,
    transact: live.transact,
    pageTokens: tokens,
    clock,
  });
  return {
    api: guardedService(service, log),
    graph: () => skillGraph(live.current(), tokens),
    close: live.close,
  };
};
