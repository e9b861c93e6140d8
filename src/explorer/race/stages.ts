/** The stages of a race, measured in sequence: one for a single race, one per point of a sweep. */

import { SWEEP_AXES } from '../../compare';
import { INPUTS } from '../../contract/inputs';
import { CATEGORY_FIELDS, SKILL_FIELDS } from '../../contract/model';
import type { Operation } from '../../contract/skills-api';
import type { Distance } from '../../wire/distance';
import type { RaceRequest, SweptQuantity } from '../api';
import { ExplorerError } from '../requests';

export interface Stage {
  readonly at?: number;
  readonly distance: Distance;
  readonly input: RaceRequest['input'];
}

/** The fields of operations that can return a selection of them. */
const FIELDS: Readonly<Partial<Record<Operation, readonly string[]>>> = {
  listCategories: CATEGORY_FIELDS,
  getCategory: CATEGORY_FIELDS,
  getSkill: SKILL_FIELDS,
  listSkills: SKILL_FIELDS,
  batchGetSkills: SKILL_FIELDS,
  getLearningPath: SKILL_FIELDS,
};

const PAGE_SIZES = [1, 2, 5, 10, 20, 50, 100, 200];
const FIELD_COUNTS = [1, 2, 3, 5, 7, 9, 11];

interface Sweep {
  readonly positions: readonly number[];
  readonly stage: (base: Stage, at: number) => Partial<Stage>;
}

/** A page size above `totalSize` gives the same page, so the positions end there. */
const sweepOf = (over: SweptQuantity, operation: Operation, totalSize: number): Sweep => {
  if (over === 'rtt' || over === 'bandwidth') {
    const { at: positions, distance } = SWEEP_AXES[over];
    return { positions, stage: (base, at) => ({ distance: distance(base.distance, at) }) };
  }
  if (over === 'pageSize') {
    return {
      positions: upTo(Math.max(1, Math.min(totalSize, 200)), PAGE_SIZES),
      stage: ({ input }, pageSize) => ({ input: { ...input, pageSize } }),
    };
  }
  const names = FIELDS[operation] ?? [];
  return {
    positions: upTo(names.length, FIELD_COUNTS),
    // Fields in the order of the contract; all of them are selected by omitting `fields`.
    stage: ({ input: { fields: _, ...input } }, at) => ({
      input: at < names.length ? { ...input, fields: names.slice(0, at) } : input,
    }),
  };
};

const upTo = (most: number, positions: readonly number[]): number[] => [
  ...positions.filter((at) => at < most),
  most,
];

/** Throws if the operation does not have the swept quantity. */
export const checkSweep = ({ operation, sweep }: RaceRequest): void => {
  if (sweep === 'pageSize' && !Object.hasOwn(INPUTS[operation].shape, 'pageSize')) {
    throw new ExplorerError(400, `sweep: ${operation} has no pages`);
  }
  if (sweep === 'fields' && FIELDS[operation] === undefined) {
    throw new ExplorerError(400, `sweep: ${operation} has no fields to select`);
  }
};

export const stagesOf = (
  { operation, input, rttMs, bandwidthMbit, sweep }: RaceRequest,
  totalSize = 0,
): Stage[] => {
  const base = { distance: { rttMs, ...(bandwidthMbit !== undefined && { bandwidthMbit }) }, input };
  if (sweep === undefined) return [base];
  const { positions, stage } = sweepOf(sweep, operation, totalSize);
  return positions.map((at) => ({ ...base, ...stage(base, at), at }));
};
