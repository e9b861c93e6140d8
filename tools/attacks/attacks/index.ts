/** All attacks except the random mutations, in the order of the report. */
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

/** Attacks that end soon; they run one after another. */
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

/** Attacks that wait for timeouts of the server. The attacks of a group run together, each on all protocols at once. */
export const SLOW: readonly (readonly Attack[])[] = [[idleConnections], [slowHeaders, slowBody]];

/** Slow attacks that run on one protocol after another, because each alone delays the other clients of its own protocol. */
export const SLOW_ALONE: readonly Attack[] = [slowReader];

/** The slow attacks that take 10 s; the others take 30 s. */
export const SLOW_QUICK: typeof SLOW = [[idleConnections, slowHeaders]];
