/** OpenAPI 3.1: published only. Unlike the other three contracts, no library runs on it. */
import type { SkillOrder } from '../../contract/model';
import type { Operation } from '../../contract/skills-api';
import type { PublicAddress } from '../../runtime/public-address';
import { readContract } from '../common/contract-file';
import { contractNames } from '../common/contract-names';

export const BASE = '/api';

const OPENAPI: string = readContract('openapi', 'skills.json');

/** The document with the address at which its reader finds the service. */
export const openapiFor = ({ origin, prefix }: PublicAddress): string =>
  OPENAPI.replace(`"url": "${BASE}"`, `"url": "${origin}${prefix}${BASE}"`);

/** Paths are below BASE; parameters stand in braces, as in the OpenAPI document. */
export const ROUTES = {
  listCategories: { method: 'GET', path: '/categories' },
  getCategory: { method: 'GET', path: '/categories/{id}' },
  getSkill: { method: 'GET', path: '/skills/{id}' },
  listSkills: { method: 'GET', path: '/skills' },
  batchGetSkills: { method: 'GET', path: '/skills:batchGet' },
  getLearningPath: { method: 'GET', path: '/skills/{id}/learning-path' },
  createSkill: { method: 'POST', path: '/skills' },
  updateSkill: { method: 'PATCH', path: '/skills/{id}' },
  deleteSkill: { method: 'DELETE', path: '/skills/{id}' },
  setProgress: { method: 'PUT', path: '/progress/{skillId}' },
  listProgress: { method: 'GET', path: '/progress' },
} as const satisfies Record<Operation, { method: string; path: string }>;

/** Levels and statuses have the domain's names; an order is a field and a direction (AIP-132). */
export const ORDERS = {
  NAME: 'name',
  NAME_DESC: 'name desc',
  UPDATE_TIME: 'updateTime',
  UPDATE_TIME_DESC: 'updateTime desc',
} as const satisfies Record<SkillOrder, string>;

/** The parameters that have another name than the input. The body has the names of the model. */
export const NAMES = contractNames(
  { text: 'q', etag: 'If-Match', idempotencyKey: 'Idempotency-Key' },
  { orderBy: ORDERS },
);
