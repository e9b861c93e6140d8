/** The parts of the comparison that the explorer's races use: equal answers, server processes, bytes, latency, crossovers. */
export { createCaller, isExpectedAnswer } from './equivalence/equal-answers';
export { timeLatency } from './latency/latency';
export { estimateLatencies, type Rounds } from './latency/statistics';
export { measureBytes } from './network/bytes';
export { findCrossovers, SWEEP_AXES, summarizePoint } from './network/sweep';
export { TITLES } from './report/format';
export { type Processes, startProcesses } from './run/server-processes';
export { callOperation, type Scenario } from './scenarios/support/scenario';
