/** REST: who calls, how often the same, and who watches. */
import { adapter, change, type Mutant } from './mutant';

const headers = change('src/adapters/rest/context.ts');
const server = change('src/adapters/rest/server.ts');
const errors = change('src/adapters/rest/errors.ts');
const callers = (named: string) => adapter('rest.test', named);

export const REST_CALLERS: readonly Mutant[] = [
  headers(
    'a key keeps its quotes',
    '/^"(.*)"$/.exec(key)?.[1] ?? key',
    'key',
    callers('the same request twice'),
  ),
  change('src/adapters/rest/client.ts')(
    'our client keeps the key to itself',
    ', ...encodeContext(context) }',
    ' }',
    callers('our client sends the key'),
  ),
  server(
    'an answer forgets that it varies by origin',
    "vary === undefined ? 'Accept' : `$" + '{vary}, Accept`',
    "'Accept'",
    adapter('rest.test', 'CORS: is open'),
  ),
  server(
    'nobody hears of an error',
    '  arrivalOf(request).observed?.failed(error.code);\n',
    '',
    adapter('rest.test', 'of /nowhere'),
  ),
  server(
    'reading a request is no phase',
    "inPhase(observed, 'decode', () => read(request, response))",
    'read(request, response)',
    adapter('rest.test', 'of /api/skills/git'),
  ),
  errors(
    'an expired token is challenged as if there were none',
    "  TOKEN_EXPIRED: 'invalid_token',\n",
    '',
    callers('and one that was valid once'),
  ),
  errors(
    'a challenge does not name the scope',
    ', scope="$' + '{quotable(scope)}"',
    '',
    callers('a token without the scope'),
  ),
  errors(
    'a message can end a challenge',
    'error_description="$' + '{quotable(message)}"',
    'error_description="$' + '{message}"',
    callers('no message'),
  ),
  errors(
    'the scope is not sent',
    '    ...(details.scope !== undefined && { scope: details.scope }),\n',
    '',
    callers('a token without the scope'),
  ),
  errors(
    'the scope is not read',
    '    ...(scope !== undefined && { scope }),\n',
    '',
    callers('and our client'),
  ),
  errors(
    'a reused key is 400',
    'IDEMPOTENCY_KEY_REUSED: 422',
    'IDEMPOTENCY_KEY_REUSED: 400',
    callers('another request under the same key'),
  ),
  errors(
    "progress has its skill's id in the body",
    "  ['skillId', 'skillId'],\n",
    '',
    callers('a skill id in the path'),
  ),
];
