/** `tsx tools/bench/domain.ts`: the cost of the catalogue and its store at a national size, for docs/performance.md. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openService } from '../../src/app/service';
import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import { createRandom } from '../../src/compare/scenarios/support/random';
import { WRITE_SCOPE } from '../../src/contract/authorization';
import type { Skill } from '../../src/contract/model';
import type { ListSkills } from '../../src/contract/skills-api';
import type { Catalogue } from '../../src/domain/catalogue';
import { applyChange, createCatalogue } from '../../src/domain/change';
import { parseSeed, type SkillMap } from '../../src/domain/seed';
import { wordsOf } from '../../src/domain/words';
import { openSqliteStore } from '../../src/store/sqlite';
import { escoMap } from './esco';
import { miniSearchLists } from './minisearch-lists';

const SKILLS = 14_000;
const QUERIES = 3000;
const WRITES = 300;

const MINISEARCH_QUERIES = 600;

const table: string[][] = [['', 'median', 'p99', '']];

const figure = (value: number): string => (value < 100 ? value.toPrecision(2) : value.toFixed(0));

const report = (name: string, samplesUs: readonly number[], unit: 'us' | 'ms' = 'us'): void => {
  const sorted = samplesUs.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * sorted.length)] ?? 0) / (unit === 'ms' ? 1000 : 1);
  table.push([name, figure(at(0.5)), figure(at(0.99)), unit]);
};

type Clock = () => number;

const wallUs: Clock = () => Number(process.hrtime.bigint()) / 1000;

/** CPU time of this process, with its garbage collection. Other processes do not lengthen it. */
const cpuUs: Clock = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Runs each item once, so that no result can come from a cache. The first tenth warms the compiler and is left out. */
const measureEach = async <T>(
  items: readonly T[],
  work: (item: T) => unknown,
  clock = cpuUs,
): Promise<number[]> => {
  const samples: number[] = [];
  for (const item of items) {
    const start = clock();
    await work(item);
    samples.push(clock() - start);
  }
  return samples.slice(Math.floor(items.length / 10));
};

/** Queries for one to three prefixes of words of a skill, in a category of this skill. */
const queriesOf = (skills: readonly Skill[], random: () => number): ListSkills[] => {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  return Array.from({ length: QUERIES }, () => {
    const { name, summary, categoryIds } = pick(skills);
    const words = [...wordsOf(`${name} ${summary}`)];
    const text = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
      const word = pick(words);
      return word.slice(0, 2 + Math.floor(random() * word.length));
    }).join(' ');
    return { category: pick(categoryIds), text };
  });
};

const measureLists = async (catalogue: Catalogue, queries: readonly ListSkills[]): Promise<void> => {
  const list = (query: ListSkills) => catalogue.list(query, undefined, 20);
  const letters = Array.from({ length: 260 }, (_, at) => ({ text: String.fromCharCode(97 + (at % 26)) }));
  report('20 by category and text', await measureEach(queries, list));
  for (const [method, slowList] of Object.entries(miniSearchLists(catalogue))) {
    const fewer = queries.slice(0, MINISEARCH_QUERIES);
    report(`  the same through ${method}`, await measureEach(fewer, (query) => slowList(query, 20)));
  }
  report('20 by text', await measureEach(queries.map(({ text }) => ({ text })) as ListSkills[], list));
  report('20 by one letter', await measureEach(letters, list));
};

const measureChanges = async (first: Catalogue, skills: readonly Skill[]): Promise<void> => {
  let newest = first;
  const put = (skill: Skill) => {
    newest = applyChange(newest, { revision: newest.revision + 1, puts: [skill], deletes: [] });
  };
  const edited = skills.map((skill) => ({ ...skill, summary: `${skill.summary} changed` }));
  report('apply: one summary changed', await measureEach(edited, put));
  const copies = skills.map((skill) => ({ ...skill, id: `${skill.id}-copy`, name: `${skill.name} copy` }));
  report('apply: one skill created', await measureEach(copies, put));
};

const FIVE_TIMES = [1, 2, 3, 4, 5];

const measure = async (name: string, map: SkillMap): Promise<void> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rosetta-bench-'));
  try {
    table.push([`${name}: ${map.skills.length} skills, ${map.categories.length} categories`, '', '', '']);
    const initialData = () => parseSeed(map);
    const start = async () => (await openSqliteStore({ folder, initialData })).close();
    report('first start: check the map, make the file', await measureEach([0], start, wallUs), 'ms');

    const store = await openSqliteStore({ folder, initialData });
    report('later starts: read the rows', await measureEach(FIVE_TIMES, () => store.load()), 'ms');
    const { categories, skills } = await store.load();
    await store.close();
    const build = () => createCatalogue(categories, skills, 0);
    report('  and make the catalogue of them', await measureEach(FIVE_TIMES, build), 'ms');

    const random = createRandom(7);
    const queries = queriesOf(skills, random);
    await measureLists(build(), queries);
    await measureChanges(build(), skills.slice(0, WRITES));

    const { api, identity, close } = await openService({ dataFolder: folder });
    const token = await identity.issue({ subject: 'bench', scopes: [WRITE_SCOPE] });
    report('API: getSkill', await measureEach(skills.slice(0, QUERIES), ({ id }) => api.getSkill({ id })));
    const listed = await measureEach(queriesOf(skills, random), (query) => api.listSkills(query));
    report('API: 20 by category and text', listed);
    const rename = ({ id }: Skill) =>
      api.updateSkill({ id, etag: '*', patch: { summary: `now ${random()}` } }, { token });
    report(
      'API: updateSkill, durable (wall clock)',
      await measureEach(skills.slice(0, WRITES), rename, wallUs),
    );
    await close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const print = (): void => {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table) {
    const cells = row.map((cell, at) =>
      at === 0 || at === 3 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!),
    );
    console.log(cells.join('  ').trimEnd());
  }
};

const main = async (): Promise<void> => {
  await measure('generated', generateSkillMap(SKILLS));
  const esco = process.env.ROSETTA_ESCO;
  if (esco) await measure('ESCO', escoMap(esco));
  console.log(`Node ${process.version}, one process, each query asked once; CPU time unless noted.`);
  print();
};

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
