/** Reads the ESCO classification from the publisher's CSV files as a skill map, to measure with a real catalogue. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LIMITS } from '../../src/contract/limits';
import type { Category, NewSkill } from '../../src/contract/model';
import type { SkillMap } from '../../src/domain/seed';

type Row = Readonly<Record<string, string>>;

/** RFC 4180: quoted fields hold commas, line ends and doubled quotes. */
const rowsOf = (folder: string, file: string): Row[] => {
  const text = gunzipSync(readFileSync(path.join(folder, `${file}.csv.gz`))).toString();
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') rows.push([]);
  }
  const [names = [], ...data] = rows.filter((row) => row.length > 1);
  return data.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? ''])));
};

/** The files have a few control characters, which the protocols cannot encode. */
const clean = (text: string | undefined, charsMax: number): string =>
  (text ?? '')
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\t\n])\p{Cc}/gu, '')
    .slice(0, charsMax);

const lines = (text: string | undefined): string[] =>
  [...new Set((text ?? '').split('\n').map((line) => clean(line.trim(), LIMITS.nameCharsMax)))]
    .filter((line) => line !== '')
    .slice(0, LIMITS.listItemsMax);

/** Several concepts share a label, so an id ends in a part of the URI, which is unique. */
const idOf = (uri: string, label: string): string => {
  const slug = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
  return `${slug(label).slice(0, 60)}-${slug(uri).slice(-36)}`.replace(/-+/g, '-').replace(/^-/, '');
};

export const escoMap = (folder: string): SkillMap => {
  const groups = rowsOf(folder, 'skillGroups_en');
  const skillRows = rowsOf(folder, 'skills_en');
  const ids = new Map<string, string>();
  for (const row of [...groups, ...skillRows])
    ids.set(row.conceptUri!, idOf(row.conceptUri!, row.preferredLabel!));
  const broader = new Map<string, string[]>();
  for (const { conceptUri, broaderUri } of rowsOf(folder, 'broaderRelationsSkillPillar')) {
    broader.set(conceptUri!, [...(broader.get(conceptUri!) ?? []), broaderUri!]);
  }
  const isGroup = new Set(groups.map((row) => row.conceptUri!));

  const categories: Category[] = groups.map((row, position) => {
    const parent = broader.get(row.conceptUri!)?.find((uri) => isGroup.has(uri));
    return {
      id: ids.get(row.conceptUri!)!,
      name: clean(row.preferredLabel, LIMITS.nameCharsMax),
      summary: clean(row.description, LIMITS.summaryCharsMax),
      ...(parent !== undefined && { parentId: ids.get(parent)! }),
      position,
    };
  });
  /** The nearest groups above a skill, through any skills in between. */
  const groupsOf = (uri: string, seen = new Set<string>()): string[] =>
    (broader.get(uri) ?? []).flatMap((above) => {
      if (isGroup.has(above)) return [above];
      if (seen.has(above)) return [];
      return groupsOf(above, seen.add(above));
    });
  const related = new Map<string, string[]>();
  for (const { originalSkillUri: from, relatedSkillUri: to } of rowsOf(folder, 'skillSkillRelations')) {
    if (from !== to && ids.has(to!)) related.set(from!, [...(related.get(from!) ?? []), ids.get(to!)!]);
  }
  const skills: NewSkill[] = skillRows.map((row) => ({
    id: ids.get(row.conceptUri!)!,
    name: clean(row.preferredLabel, LIMITS.nameCharsMax),
    summary: clean(row.description, LIMITS.summaryCharsMax),
    categoryIds: [...new Set(groupsOf(row.conceptUri!))].map((uri) => ids.get(uri) ?? '').filter(Boolean),
    tags: [row.skillType, row.reuseLevel].filter((tag) => tag !== undefined && tag !== '') as string[],
    related: [...new Set(related.get(row.conceptUri!))].slice(0, LIMITS.listItemsMax),
    aliases: lines(row.altLabels),
  }));
  return {
    createTime: '2022-09-01T00:00:00.000Z',
    categories,
    skills: skills.filter((skill) => skill.categoryIds!.length > 0),
  };
};
