/** Progress, authorization and idempotency keys on all five implementations. */

import { describeAuthorization } from './authorization';
import { describeIdempotencyKeys } from './idempotency-keys';
import { describeProgress } from './progress';

// One file runs all of these suites, because starting the servers costs more than each suite.
describe('progress', describeProgress);
describe('authorization', describeAuthorization);
describe('idempotency keys', describeIdempotencyKeys);
