/** The guards: who may, how much, how long, and again. */
import { change, type Mutant, type Tests } from './mutant';

const guard = (named: string): Tests => ({ path: 'tests/policy/guard', named });
const guards = (named: string): Tests => ({ path: 'tests/contract/guards', named });
const rateLimit = (named: string): Tests => ({ path: 'tests/policy/rate-limit', named });
const config = (named: string): Tests => ({ path: 'tests/config', named });

const sql = change('src/store/sql-store.ts');
const live = change('src/app/live-catalogue.ts');

const CALLERS: readonly Mutant[] = [
  change('src/policy/guard.ts')(
    'everybody may everything',
    '    validate,\n    authorize,',
    '    validate,',
    guards('createSkill refuses a call without a token'),
  ),
  change('src/policy/guard.ts')(
    'nobody is limited',
    '    ...(take ? [rateLimit(take)] : []),\n',
    '',
    rateLimit('getSkill costs'),
  ),
  change('src/policy/authenticate.ts')(
    'a caller may say who they are',
    'context.caller ? { ...context, caller: undefined } : context',
    'context',
    guard('who calls is said by the token'),
  ),
  change('src/policy/authenticate.ts')(
    'tokens may be guessed at',
    'await refused(context);',
    '',
    rateLimit('a refused token costs'),
  ),
  change('src/policy/authorize.ts')(
    'any scope will do',
    '!caller.scopes.includes(WRITE_SCOPE)',
    'caller.scopes.length === 0',
    guards('createSkill refuses a token without the scope'),
  ),
  change('src/policy/authorize.ts')(
    'a service has progress',
    '!caller.learner',
    '!caller.subject',
    guards("setProgress refuses a service's token"),
  ),
  change('src/policy/rate-limit.ts')(
    'all share a bucket',
    'caller.subject}` : peer',
    "'all'}` : peer",
    rateLimit('each subject has a bucket'),
  ),
  change('src/policy/rate-limit.ts')(
    'each IPv6 address has a bucket',
    'network(peer)}',
    'peer}',
    rateLimit('the addresses of one IPv6 household'),
  ),
  change('src/rate-limit/limiter.ts')(
    'an empty bucket goes on giving',
    'return reason.msBeforeNext;',
    'return undefined;',
    rateLimit('a refusal says when'),
  ),
  change('src/policy/deadline.ts')(
    'a write is not told that its time is over',
    'inside?.abort(reason);',
    '',
    guard('updateSkill that takes longer'),
  ),
  change('src/app/config.ts')(
    'plain text may leave the machine',
    'LOOPBACK.test(host)',
    "host !== ''",
    config('plain text is refused on 0.0.0.0'),
  ),
  change('src/app/config.ts')(
    'any key will do for a certificate',
    'if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return',
    'if (createPrivateKey(key) && new X509Certificate(cert)) return',
    config('half a certificate'),
  ),
];

const keyed = change('src/store/keyed.ts');
const KEYS: readonly Mutant[] = [
  keyed(
    'a key is kept for less than a day',
    "'time', '<', earlier(time)",
    "'time', '<=', earlier(time)",
    guards('direct: a key is kept for 24 hours'),
  ),
  keyed(
    'a key is kept for more than a day',
    'new Date(Date.parse(time) - KEPT_MS)',
    'new Date(Date.parse(time) - KEPT_MS - 1)',
    guards('direct: a key is kept for 24 hours'),
  ),
  keyed(
    'a key is the same for all callers',
    "    .where('caller', '=', caller)\n",
    '',
    guards("direct: another caller's same key"),
  ),
  keyed(
    'a key is good for any input',
    'row.fingerprint !== fingerprint',
    "row.fingerprint === ''",
    guards('with one key, first rest, then soap: another input'),
  ),
  sql(
    'an answer is not kept',
    '  if (keyed) await keepAnswer(transaction, keyed, answer);\n',
    '',
    guards('with one key, first grpc, then graphql: createSkill makes one skill'),
  ),
  sql(
    'a write that was given up is stored',
    '  signal?.throwIfAborted();\n  return decision;',
    '  return decision;',
    { path: 'tests/store/changes', named: 'a write that was aborted' },
  ),
  change('src/domain/writes.ts')(
    'other words are another input',
    '    .sort(([one], [other]) => (one < other ? -1 : 1))\n',
    '',
    guards('direct: the same input in other words'),
  ),
  change('src/domain/service.ts')(
    'what is left out is another input than what is empty',
    'const whole = { skill: complete(skill) };',
    'const whole = { skill };',
    guards('direct: the same input in other words'),
  ),
  live(
    'an answer of before comes without what it was about',
    'if (made === undefined) catchUp(await store.changesSince(current.revision));',
    'if (made === undefined) Object(catchUp);',
    guards('have all that the key answers for'),
  ),
  live(
    'a store that is closed is written to',
    '        if (closed) throw stopped();\n        let made',
    '        let made',
    { path: 'tests/domain/service', named: 'after the store is closed' },
  ),
];

export const GUARDS: readonly Mutant[] = [...CALLERS, ...KEYS];
