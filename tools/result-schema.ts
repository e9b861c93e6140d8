/** `npx tsx tools/result-schema.ts` writes docs/compare-result.schema.json from the types of `compare --json`. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { RESULT_VERSION, resultSchema } from '../src/compare/run/result';

const ROOT = join(__dirname, '..');
export const SCHEMA_FILE = join(ROOT, 'docs/compare-result.schema.json');

/** The schema as JSON, formatted by Biome so that the committed file passes the lint. */
export const resultSchemaText = (): string => {
  const { $schema, ...rest } = z.toJSONSchema(resultSchema, { target: 'draft-2020-12' });
  const schema = {
    $schema,
    title: `api-rosetta compare --json, version ${RESULT_VERSION}`,
    description:
      'One run of the comparison of REST, GraphQL, gRPC and SOAP. Times are milliseconds, microseconds or seconds, as the last word of a name or its suffix says.',
    ...rest,
  };
  return execFileSync(
    process.execPath,
    [require.resolve('@biomejs/biome/bin/biome'), 'format', `--stdin-file-path=${SCHEMA_FILE}`],
    { cwd: ROOT, input: JSON.stringify(schema, null, 2), encoding: 'utf8' },
  );
};

if (require.main === module) writeFileSync(SCHEMA_FILE, resultSchemaText());
