/** What the catalogue and its store cost at a national size: `tsx tools/bench-domain.ts`; figures in docs/. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Skill } from '../src/contract/model';
import type { ListSkills } from '../src/contract/skills-api';
import { apply, createCatalogue } from '../src/domain/change';
import { type SkillMap, seedOf } from '../src/domain/seed';
import { wordsOf } from '../src/domain/words';
import { openService } from '../src/main';
import { openSqliteStore } from '../src/store/sqlite';
import { generatedMap, randomFrom } from '../tests/support/generated-map';
import { escoMap } from './esco';
import { miniSearchLists } from './minisearch-lists';

const SKILLS = 14_000;
const QUERIES = 3000;
const WRITES = 300;

const table: string[][] = [['', 'median', 'p99', 'unit']];

const report = (what: string, samplesUs: readonly number[], perUnit = 1, unit = 'us'): void => {
  const sorted = samplesUs.toSorted((a, b) => a - b);
  const at = (share: number) => ((sorted[Math.floor(share * sorted.length)] ?? 0) / perUnit).toPrecision(3);
  table.push([what, at(0.5), at(0.99), unit]);
};

const timed = async (work: () => unknown): Promise<number> => {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1000;
};

/** Each runs once, so that nothing can be remembered from it; the first tenth only warms the compiler. */
const each = async <T>(items: readonly T[], work: (item: T) => unknown): Promise<number[]> => {
  const samples: number[] = [];
  for (const item of items) samples.push(await timed(() => work(item)));
  return samples.slice(Math.ceil(items.length / 10));
};

/** One to three beginnings of words that some skill has, in a category that has this skill. */
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

const measure = async (name: string, map: SkillMap): Promise<void> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rosetta-bench-'));
  try {
    table.push([`${name}: ${map.skills.length} skills, ${map.categories.length} categories`, '', '', '']);
    const beginning = () => seedOf(map);
    report(
      'first start: check, migrate, fill',
      [await timed(async () => (await openSqliteStore({ folder, beginning })).close())],
      1000,
      'ms',
    );

    const store = await openSqliteStore({ folder, beginning });
    const loads = await each([1, 2, 3, 4, 5, 6], () => store.load());
    report('load rows from the file', loads, 1000, 'ms');
    const { categories, skills } = await store.load();
    await store.close();
    const builds = await each([1, 2, 3, 4, 5, 6], () => createCatalogue(categories, skills, 0));
    report('build the catalogue from them', builds, 1000, 'ms');

    const random = randomFrom(7);
    const catalogue = createCatalogue(categories, skills, 0);
    const queries = queriesOf(skills, random);
    report(
      'page of 20 by category and text',
      await each(queries, (query) => catalogue.list(query, undefined, 20)),
    );
    report(
      'page of 20 by text alone',
      await each(
        queries.map(({ text }) => ({ text })),
        (query: ListSkills) => catalogue.list(query, undefined, 20),
      ),
    );
    report(
      'page of 20 by one letter',
      await each(
        Array.from({ length: 260 }, (_, at) => ({ text: String.fromCharCode(97 + (at % 26)) })),
        (query: ListSkills) => catalogue.list(query, undefined, 20),
      ),
    );
    for (const [how, list] of Object.entries(miniSearchLists(catalogue))) {
      report(`  by category and text, ${how}`, await each(queries, (query) => list(query, 20)));
    }

    let newest = catalogue;
    let revision = 0;
    const edited = skills.slice(0, WRITES);
    report(
      'apply: one summary changed',
      await each(edited, (skill) => {
        const puts = [{ ...skill, summary: `${skill.summary} changed` }];
        newest = apply(newest, { revision: ++revision, puts, deletes: [] });
      }),
    );
    report(
      'apply: one skill created',
      await each(edited, (skill) => {
        const puts = [{ ...skill, id: `${skill.id}-copy`, name: `${skill.name} copy` }];
        newest = apply(newest, { revision: ++revision, puts, deletes: [] });
      }),
    );

    const service = await openService({ dataFolder: folder });
    report('api: getSkill', await each(skills.slice(0, QUERIES), ({ id }) => service.api.getSkill({ id })));
    report(
      'api: page of 20 by category and text',
      await each(queriesOf(skills, random), (query) => service.api.listSkills(query)),
    );
    report(
      'api: durable write (updateSkill)',
      await each(edited, ({ id }) =>
        service.api.updateSkill({ id, etag: '*', patch: { summary: `now ${random()}` } }),
      ),
    );
    await service.close();
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
  await measure('generated', generatedMap(SKILLS));
  const esco = process.env.ROSETTA_ESCO;
  if (esco) await measure('ESCO', escoMap(esco));
  console.log(`Node ${process.version}, one process, no result cached; each query asked once.`);
  print();
};

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
