/** What the explorer's races use of the comparison: equal answers, server processes, bytes, latency and crossovers. */
export { asking, succeeded } from './equivalence/equal-answers';
export { timeLatency } from './latency/latency';
export { estimate, type Rounds } from './latency/statistics';
export { measureBytes } from './network/bytes';
export { crossovers, OVER, pointOf } from './network/sweep';
export { TITLES } from './report/format';
export { type Processes, startProcesses } from './run/server-processes';
export { asOperation, type Scenario } from './scenarios/support/scenario';
