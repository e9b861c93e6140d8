/** All attacks but the random ones, in the order of the report. */
import type { Attack } from '../attack';
import { brokenHttp } from './broken-http';
import { forgedTokens, staleTokens } from './credentials';
import { entityBomb, graphqlAliases, graphqlCost, graphqlDepth } from './documents';
import { frameFloods, rapidReset } from './http2';
import { INJECTIONS } from './injection';
import { pathTraversal } from './paths';
import { prototypePollution } from './pollution';
import { deepJson, deepProtobuf, deepXml, oversized, zipBomb } from './size';
import { idleConnections, slowBody, slowHeaders } from './slow';
import { slowReader } from './slow-reader';

/** One after the other, as each of them is over at once. */
export const FAST: readonly Attack[] = [
  zipBomb,
  entityBomb,
  graphqlAliases,
  graphqlDepth,
  graphqlCost,
  deepJson,
  deepXml,
  deepProtobuf,
  oversized,
  brokenHttp,
  rapidReset,
  frameFloods,
  forgedTokens,
  staleTokens,
  ...INJECTIONS,
  pathTraversal,
  prototypePollution,
];

/** They wait until the server has had enough of them: those of a group together, and each on all protocols at once. */
export const SLOW: readonly (readonly Attack[])[] = [
  [idleConnections],
  [slowHeaders, slowBody],
  [slowReader],
];

/** Those of 10 s; the others take 30. */
export const SLOW_QUICK: typeof SLOW = [[idleConnections, slowHeaders]];
