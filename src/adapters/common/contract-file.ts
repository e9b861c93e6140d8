import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a contract document stands, from src/ as from dist/. */
export const contractPath = (...steps: string[]): string => join(__dirname, '../../..', ...steps);

export const readContract = (...steps: string[]): string => readFileSync(contractPath(...steps), 'utf8');
