/** Loads the scenarios: every other file in this folder is one. They run in the order of `FIRST`, then by name. */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { Scenario } from './support/scenario';

const FIRST = [
  'one-skill',
  'page-20',
  'page-200-nested',
  'two-fields',
  'screen-naive',
  'screen-well',
  'batch-25',
  'learning-path',
  'create-update-delete',
  'not-found',
];

const sortPosition = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

/** Throws an Error of one line if the file is not a scenario. */
export const loadScenario = (file: string): Scenario => {
  const { default: scenario } = require(file) as { default?: Partial<Scenario> };
  const missing = (['name', 'question', 'draw', 'ask'] as const).filter((member) => !scenario?.[member]);
  if (missing.length > 0)
    throw new Error(`${file} is not a scenario: its default export lacks ${missing.join(', ')}`);
  return scenario as Scenario;
};

export const SCENARIOS: readonly Scenario[] = readdirSync(__dirname)
  .filter((file) => /\.(js|ts)$/.test(file) && !/^index\.|\.d\.ts$/.test(file))
  .map((file) => basename(file).replace(/\.[jt]s$/, ''))
  .sort((one, other) => sortPosition(one) - sortPosition(other) || (one < other ? -1 : 1))
  .map((name) => loadScenario(`${__dirname}/${name}`));
