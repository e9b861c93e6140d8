/** OpenAPI 3.1: the only one of the four contracts that our server publishes but does not run on. */
import { readContract } from '../common/contract-file';

export const BASE = '/api';

export const OPENAPI: string = readContract('openapi', 'skills.json');
