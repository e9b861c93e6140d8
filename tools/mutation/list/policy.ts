/** Authentication, authorization, rate limiting, deadlines, hidden errors, tokens, and the configuration. */
import { type Mutant, mutant } from '../mutant';
import { at } from '../place';
import { callers, config, policy, rateLimit, tokens } from '../tests';

const policies = at('src/policy');
const guarded = policies.in('guardService');

export const POLICY: readonly Mutant[] = [
  mutant('no call has a deadline', policy('getSkill'), guarded.item('enforceDeadline').remove()),
  mutant(
    'a write goes on after its deadline',
    policy('updateSkill'),
    policies.in('enforceDeadline').item('abort').replace('() => undefined'),
  ),
  mutant('internal errors are sent', policy('INTERNAL'), guarded.item('hideInternalErrors').remove()),
  mutant('no call is rate limited', rateLimit('getSkill'), guarded.item('limitRate').remove()),
  mutant(
    'all callers share a bucket',
    rateLimit('bucket'),
    policies.in('payerOf').member('subject').setValue("'learner'"),
  ),
  mutant(
    'an invalid token costs nothing',
    rateLimit('token', 'address'),
    policies.in('authenticate').statement('onRejectedToken').remove(),
  ),
  mutant(
    'an empty bucket goes on giving',
    rateLimit('getSkill'),
    at('src/rate-limit').in('openBucketInMemory').comparison('pointsMax').replace('true'),
  ),
  mutant('a context may name its caller', policy(), policies.in('authenticate').condition('context').never()),
  mutant(
    'a write needs no token',
    callers('createSkill', 'without a token'),
    policies.guard('TOKEN_REQUIRED').never(),
  ),
  mutant('a write needs no scope', callers('createSkill', 'scope'), policies.guard('SCOPE_REQUIRED').never()),
  mutant(
    'a service has progress',
    callers('setProgress', 'service'),
    policies.guard('LEARNER_REQUIRED').never(),
  ),
  mutant(
    'tokens for another audience are accepted',
    tokens(),
    at('src/identity/tokens.ts').in('verifier').item('options').replace('...options, audience: undefined'),
  ),
  mutant(
    'tokens of any type are accepted',
    tokens(),
    at('src/identity').in('localKeysVerifier').member('typ').remove(),
  ),
  mutant(
    'plain text may leave the machine',
    config('plain text'),
    at('src/runtime').in('isLoopback').call('test').replace('true'),
  ),
  mutant(
    'a number in the configuration has no maximum',
    config(),
    at('src/app/variable-types.ts').in('isWholeNumber').comparison('max').replace('true'),
  ),
];
