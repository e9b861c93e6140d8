/** Error transport and call context, which only the implementations with a wire can get wrong. */

import { describeCallContext } from './call-context';
import { describeErrorTransport } from './error-transport';

// One file runs all of these suites, because starting the servers costs more than each suite.
describe('error transport', describeErrorTransport);
describe('call context', describeCallContext);
