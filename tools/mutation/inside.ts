/** What all four protocols stand on beside the rules: the policies, the store, and what servers and clients share. */
import { adapter, change, facts, type Mutant, type Tests, wires } from './mutant';

const guard = (named: string): Tests => ({ path: 'tests/policy/guard', named });
const guards = (named: string): Tests => ({ path: 'tests/contract/guards', named });
const sqlite = (named: string): Tests => ({ path: 'tests/store/sqlite', named });

const sql = change('src/store/sql-store.ts');
const live = change('src/app/live-catalogue.ts');
const inputs = change('src/contract/inputs.ts');
const POLICY: readonly Mutant[] = [
  change('src/policy/guard.ts')(
    'nothing is validated',
    '    validate,\n    authorize,',
    '    authorize,',
    guard('an input that breaks the contract'),
  ),
  change('src/policy/guard.ts')(
    'nothing has a deadline',
    '    deadline,\n    authenticate',
    '    authenticate',
    guard('getSkill that takes longer'),
  ),
  change('src/policy/guard.ts')(
    'faults are told as they are',
    '    conceal(log),\n',
    '',
    guard('a fault is logged'),
  ),
  inputs('unknown fields are let through', 'const newSkill = z.strictObject(', 'const newSkill = z.object(', {
    path: 'tests/adapters/bad-input.test',
    named: 'an unknown field: rest',
  }),
  inputs(
    'a list may repeat an item',
    '(items) => new Set(items).size === items.length',
    '() => true',
    facts('rest: updateSkill refuses a repeated tag'),
  ),
  inputs(
    'carriage returns are kept',
    "value.replace(/\\r\\n?/g, '\\n')",
    'value',
    facts('direct: createSkill keeps "carriage'),
  ),
  change('src/contract/carriable.ts')(
    'control characters are let through',
    '(?![\\t\\n\\r])\\p{Cc}|',
    '',
    facts('direct: createSkill refuses "\\u0000" in the name'),
  ),
  change('src/contract/limits.ts')(
    'a batch may have a thousand ids',
    'batchIdsMax: 100',
    'batchIdsMax: 1000',
    facts('direct: batchGetSkills refuses 101 ids'),
  ),
];

const rows = change('src/store/rows.ts');
const STORE: readonly Mutant[] = [
  sql(
    'a decision to do nothing leaves a revision',
    'if (puts.length + deletes.length > 0) {',
    'if (puts.length + deletes.length >= 0) {',
    sqlite('a decision that throws, or has nothing to do'),
  ),
  change('src/store/sqlite.ts')(
    'a refused write is not rolled back',
    '  override async beginTransaction',
    "  override async rollbackTransaction(): Promise<void> {\n    this.file.exec('COMMIT');\n  }\n\n  override async beginTransaction",
    sqlite('a reference to nothing is refused'),
  ),
  sql(
    'a write is not logged',
    "    await transaction\n      .insertInto('change')\n      .values({ revision, body: JSON.stringify({ puts, deletes }) })\n      .execute();\n",
    '',
    sqlite('commit shows what was missed'),
  ),
  sql('the log begins one too early', "'revision', '>', after", "'revision', '>=', after", {
    path: 'tests/store/changes',
    named: 'the log begins',
  }),
  rows(
    'a level is not stored',
    'level: skill.level ?? null',
    'level: null',
    sqlite('load gives back the seed'),
  ),
  rows('a changed name is not stored', "          name: ref('excluded.name'),\n", '', {
    path: 'tests/store/changes',
    named: 'a changed name',
  }),
  rows(
    'a learner sees what others have learned',
    "    .where('learner', '=', learner)\n",
    '',
    guards('a learner does not see'),
  ),
  rows(
    'progress stays what it was',
    "        status: ref('excluded.status'),\n",
    '',
    guards('setProgress replaces the status'),
  ),
  change('src/store/sqlite.ts')(
    'the file is for all to read',
    "    closeSync(openSync(name, 'a', 0o600));\n",
    '',
    { path: 'tests/store/changes', named: 'the file is for nobody else' },
  ),
  live(
    'what other processes wrote is not looked at',
    '          catchUp(missed);\n',
    '',
    wires('answers all it wrote'),
  ),
];

const CLIENTS: readonly Mutant[] = [
  change('src/adapters/common/reject-unencodable.ts')(
    'what no wire carries is sent',
    'if (!fits) parseInput',
    'if (!fits && !operation) parseInput',
    facts('soap: createSkill refuses "high'),
  ),
  change('src/adapters/common/http-client.ts')(
    'an HTTP call can not be aborted',
    '[context.signal, timer].filter',
    '[timer].filter',
    wires("rest, where the service does not answer getSkill rejects with the signal's reason"),
  ),
  change('src/adapters/common/http-client.ts')(
    'a dead address is INTERNAL',
    "SkillsError('UNAVAILABLE', 'CONNECTION_FAILED'",
    "SkillsError('INTERNAL', 'CONNECTION_FAILED'",
    wires('rest a dead address'),
  ),
  change('src/adapters/common/http-context.ts')(
    'a timeout is in milliseconds at both ends',
    'boundedMs(timeoutMs) / 1000',
    'boundedMs(timeoutMs)',
    adapter('names', 'a timeout travels'),
    {
      file: 'src/adapters/common/http-context.ts',
      find: 'Number(seconds) * 1000',
      replace: 'Number(seconds)',
    },
  ),
  change('src/adapters/common/http-context.ts')(
    'a timeout may be any text',
    "if (!SECONDS.test(seconds)) throw invalid('Request-Timeout', 'must be a number of seconds');",
    '',
    { path: 'tests/adapters/bad-input.test', named: 'a timeout that is none: rest' },
  ),
  change('src/runtime/http-server.ts')(
    'a body may have any size',
    'if (bytes > LIMITS.bodyBytesMax) giveUp',
    'if (bytes > 2 ** 40) giveUp',
    { path: 'tests/adapters/bad-input.test', named: 'a body over 1 MiB: soap' },
  ),
];

export const INSIDE: readonly Mutant[] = [...POLICY, ...STORE, ...CLIENTS];
