/** The settings of a race, and its address: `/race/getSkill?input={"id":"git"}&rtt=10&bandwidth=100&seconds=10`. */
import type { ExplorerInfo, OperationInfo, RaceRequest } from '../../api';
import { exampleOf, operationInfo, questionIn, raceAddress } from '../shared/question';

export type Setting = Omit<RaceRequest, 'sweep'>;

export const RTTS = [0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200];
/** The last value means unlimited. */
export const BANDWIDTHS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, Number.POSITIVE_INFINITY];
export const PAGE_SIZES = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200];
export const SECONDS = [1, 5, 10, 20, 60];

const SECONDS_DEFAULT = 10;
const OPERATION_DEFAULT = 'getSkill';

/** Writes, and operations that need a token, cannot be raced. */
export const canBeRaced = ({ kind, requiredIdentity }: OperationInfo): boolean =>
  kind === 'read' && requiredIdentity === 'anonymous';

export const settingOf = (url: string, operation: string | undefined, info: ExplorerInfo): Setting => {
  const query = new URL(url, location.origin).searchParams;
  const askQuery = { operation: operation ?? OPERATION_DEFAULT, input: query.get('input') ?? '' };
  const question =
    questionIn(`/?${new URLSearchParams(askQuery)}`, info) ??
    exampleOf(operationInfo(info, OPERATION_DEFAULT));
  const bandwidthMbit = numberIn(query, 'bandwidth', 1, 1000);
  return {
    operation: question.operation,
    input: question.input,
    rttMs: numberIn(query, 'rtt', 0, 200) ?? 0,
    ...(bandwidthMbit !== undefined && { bandwidthMbit }),
    seconds: numberIn(query, 'seconds', 1, 60) ?? SECONDS_DEFAULT,
  };
};

const numberIn = (query: URLSearchParams, name: string, least: number, most: number): number | undefined => {
  const value = Number.parseFloat(query.get(name) ?? '');
  return Number.isNaN(value) ? undefined : Math.min(most, Math.max(least, value));
};

export const addressOf = (setting: Setting): string => {
  const { rttMs, bandwidthMbit, seconds } = setting;
  const query = new URLSearchParams({
    ...(rttMs > 0 && { rtt: String(rttMs) }),
    ...(bandwidthMbit !== undefined && { bandwidth: String(bandwidthMbit) }),
    ...(seconds !== SECONDS_DEFAULT && { seconds: String(seconds) }),
  });
  return `${raceAddress(setting)}${query.size > 0 ? `&${query}` : ''}`;
};

/** In the order of the contract; empty if an operation does not support field selection. */
export const fieldNames = ({ schema }: OperationInfo): readonly string[] =>
  schema.properties?.fields?.items?.enum ?? [];

export const hasPages = ({ schema }: OperationInfo): boolean => schema.properties?.pageSize !== undefined;

export const fieldCount = ({ input }: Setting, names: readonly string[]): number =>
  Array.isArray(input.fields) && input.fields.length > 0 ? input.fields.length : names.length;

/** Selects the first `count` fields; all fields are selected by omitting `fields`. */
export const withFields = (setting: Setting, names: readonly string[], count: number): Setting => {
  const { fields: _, ...input } = setting.input;
  return { ...setting, input: count < names.length ? { ...input, fields: names.slice(0, count) } : input };
};

const PAGE_SIZE_DEFAULT = 20;

export const pageSizeOf = ({ input: { pageSize } }: Setting): number =>
  typeof pageSize === 'number' && pageSize > 0 ? pageSize : PAGE_SIZE_DEFAULT;

export const withBandwidth = ({ bandwidthMbit: _, ...setting }: Setting, mbit: number): Setting =>
  Number.isFinite(mbit) ? { ...setting, bandwidthMbit: mbit } : setting;
