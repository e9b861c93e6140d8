/** Contract documents: the OpenAPI document, the SDL, the .proto files and the WSDL. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The path of a contract document, for code in src/ and in dist/. */
export const contractPath = (...steps: string[]): string => join(__dirname, '../../..', ...steps);

export const readContract = (...steps: string[]): string => readFileSync(contractPath(...steps), 'utf8');
