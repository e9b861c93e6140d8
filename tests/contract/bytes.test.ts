/** What clients and servers make of values that are absent, of any context, and of the responses of other servers. */

import { describeAbsentValues } from './absent-values';
import { describeContextLaw } from './context-law';
import { describeForeignResponses } from './foreign-responses';

// One file runs all of these suites, because starting the servers costs more than each suite.
describe('absent values', describeAbsentValues);
describe('context', describeContextLaw);
describe('foreign responses', describeForeignResponses);
