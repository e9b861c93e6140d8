/** The result of a comparison, as `--json` writes it. The schema is the documentation; a breaking change raises its version. */
import { z } from 'zod';
import { PROTOCOL_NAMES } from '../../contract/protocol';

export const RESULT_VERSION = 1;

const protocol = z.enum(PROTOCOL_NAMES);
const perProtocol = <T extends z.ZodType>(value: T) => z.partialRecord(protocol, value);
const whole = z.int().min(0);

const estimate = z
  .strictObject({ value: z.number(), interval: z.tuple([z.number(), z.number()]) })
  .describe('An estimate and its 95% bootstrap interval.');

const latency = z
  .strictObject({ median: estimate, p90: estimate, p95: estimate, p99: estimate, max: z.number() })
  .describe('Milliseconds from the call of the client to its decoded answer. A maximum has no interval.');

const kinds = z
  .strictObject({
    headers: z
      .number()
      .describe(
        'HTTP/1.1 start lines and headers; the payload of the HTTP/2 HEADERS frames that open a message.',
      ),
    framing: z
      .number()
      .describe(
        'HTTP/2 preface, frame headers, SETTINGS, WINDOW_UPDATE, PING; gRPC message prefixes; HTTP/1.1 chunk sizes.',
      ),
    body: z.number(),
    trailers: z.number(),
    total: z.number().describe('As counted on the socket: the sum of the kinds.'),
  })
  .describe('Bytes per answer.');
const directions = z.strictObject({ up: kinds, down: kinds });
const connection = z.strictObject({
  first: directions.describe('The first answer on a new connection, with all bytes to open it.'),
  steady: directions.describe('The mean of later answers on the same connection.'),
});

const row = z.strictObject({
  protocol,
  calls: whole.describe('Timed calls.'),
  errors: whole.describe('Timed calls that did not succeed. Above zero, the row is void.'),
  sampled: whole.describe('Timed answers that were compared with those of the other protocols.'),
  void: z.string().optional().describe('The reason why the figures of this row are not valid.'),
  warmupCalls: whole,
  warmupStable: z.boolean().describe('False if the medians had not stabilised by the end of warm-up.'),
  latencyMs: latency,
  toBase: estimate
    .optional()
    .describe('The ratio of medians to the base protocol; absent for the base itself.'),
  verdict: z.enum(['faster', 'slower', 'no difference']).optional(),
  toFastest: estimate
    .optional()
    .describe(
      'The ratio of medians to the lowest of them: statistically tied with it if the interval contains 1.',
    ),
  histogram: z
    .array(z.tuple([z.number(), whole]))
    .describe(
      'Pairs of the upper edge of a bin in milliseconds, and the number of calls in it; edges grow by 2%.',
    ),
  clientCpuUs: z.number().describe('CPU time of the client process per call, microseconds.'),
  serverCpuUs: z
    .number()
    .optional()
    .describe("CPU time of the server process per call; absent for another implementation's server."),
  requests: z.number().optional().describe('HTTP requests per answer, counted on the socket.'),
  roundTrips: z.number().optional().describe('Waves of requests per answer: those sent together count once.'),
  bytes: z
    .strictObject({ identity: connection, gzip: connection })
    .optional()
    .describe('Everything on the socket. gzip: the responses compressed by the same gateway.'),
  rawMs: z
    .array(z.array(z.array(z.number())))
    .optional()
    .describe('With --raw: every latency, by repeat and round.'),
});

const openLoop = z.strictObject({
  protocol,
  share: z.number().optional().describe('The share of the capacity of the slowest protocol.'),
  ratePerSecond: z.number().describe('Requests due per second.'),
  achievedPerSecond: z.number(),
  calls: whole,
  errors: whole,
  latencyMs: z
    .strictObject({ median: z.number(), p90: z.number(), p99: z.number(), p999: z.number(), max: z.number() })
    .describe('From the due time of the request, so that waiting for a stalled server counts.'),
  fromSendMs: z
    .strictObject({ median: z.number(), p99: z.number() })
    .describe('From the sending of the request, as a load generator that waits for responses would report.'),
  lateP99Ms: z
    .number()
    .describe('The delay of the load generator itself, which is not a fault of the server.'),
  void: z.string().optional(),
});

const capacityStep = z.strictObject({
  concurrency: whole,
  perSecond: z.number(),
  calls: whole,
  errors: whole,
  latencyMs: z.strictObject({ mean: z.number(), median: z.number(), p99: z.number(), max: z.number() }),
  littlesLaw: z
    .number()
    .describe('throughput x mean latency / concurrency: 1 where every request was accounted for.'),
  generatorBusy: z.number().describe('Share of the time in which the load generator was busy, 0 to 1.'),
});

const load = z.strictObject({
  capacity: z.array(
    z.strictObject({
      protocol,
      perSecond: z.number().describe('The largest throughput of all steps.'),
      limitedBy: z.enum(['server', 'generator']),
      steps: z.array(capacityStep),
      void: z.string().optional(),
    }),
  ),
  open: z.array(openLoop),
});

const sweep = z.strictObject({
  over: z.enum(['rtt', 'bandwidth']),
  unit: z.enum(['ms', 'Mbit/s']),
  points: z.array(
    z.strictObject({
      at: z.number(),
      medianMs: perProtocol(z.number()),
      alike: z
        .array(z.tuple([protocol, protocol]))
        .optional()
        .describe('Pairs of protocols whose 95% interval of the ratio contains 1 at this point.'),
    }),
  ),
  crossovers: z
    .array(z.strictObject({ at: z.number(), protocols: z.tuple([protocol, protocol]) }))
    .describe(
      'The positions between two points at which the first of the two becomes slower than the second.',
    ),
});

const ladder = z.strictObject({
  protocol,
  domainUs: z.number().describe('The service with its policies, called in its process.'),
  codecUs: z.number().describe('Encoding and decoding the request and the response, without a socket.'),
  bareUs: z.number().describe('The bare library serving the answer as a constant, over a socket.'),
  wholeUs: z.number().describe('The whole service, over a socket.'),
  floorUs: z.number().describe("The same bytes from Node's own http or http2 server, over a socket."),
});
const arm = z.strictObject({
  name: z.string(),
  against: z.string(),
  separates: z.string().describe('The meaning of the ratio of the two.'),
  medianUs: estimate,
  ratio: estimate,
  verdict: z.enum(['faster', 'slower', 'no difference']),
});
const explanation = z.strictObject({ ladders: z.array(ladder), arms: z.array(arm) });

const scenario = z.strictObject({
  name: z.string(),
  question: z.string(),
  base: protocol.optional().describe('The protocol of the ratios: REST where it takes part.'),
  differences: z
    .array(z.string())
    .describe(
      'Unified diffs between the answers. If there are any, nothing was timed, or the rows are void.',
    ),
  rows: z.array(row),
  load: load.optional(),
  noLoad: z.string().optional().describe('The reason why this scenario was not put under load.'),
  sweeps: z.array(sweep).optional(),
  explanation: explanation.optional(),
  noExplanation: z.string().optional(),
});

const effort = z.strictObject({
  protocol,
  adapterLines: whole.describe("Lines of the adapter's own folder that are not blank."),
  sharedLines: whole
    .optional()
    .describe(
      'Lines of src/adapters/common and src/runtime that the adapter reaches by its imports; several protocols share them. Absent in older results.',
    ),
  contractLines: whole,
  dependencies: whole.describe(
    'Packages that npm installs for the libraries of this protocol and their dependencies.',
  ),
  installBytes: whole,
});

export const resultSchema = z.strictObject({
  format: z.literal('api-rosetta/compare'),
  version: z.literal(RESULT_VERSION),
  startTime: z.iso.datetime(),
  commit: z.string().optional().describe('The commit of this repository, with + if files were changed.'),
  toolVersion: z.string(),
  machine: z.strictObject({
    processor: z.string(),
    cores: whole,
    memoryBytes: whole,
    platform: z.string(),
    node: z.string(),
  }),
  noise: z
    .strictObject({
      jitter: z
        .number()
        .describe('p95 over median of a fixed piece of work, before the run: 1 means a quiet machine.'),
      loadAverage: z.number(),
      stealShare: z
        .number()
        .optional()
        .describe('Share of CPU time that the hypervisor took during the run. Linux only.'),
    })
    .describe('Other load on the machine.'),
  libraries: z.record(z.string(), z.string()).describe('Versions of the libraries of servers and clients.'),
  store: z.string(),
  options: z.strictObject({
    mode: z.enum(['default', 'quick', 'thorough']),
    seed: whole,
    secondsPerScenario: z.number(),
    repeat: whole,
    skills: whole.optional(),
    rttMs: z.number(),
    bandwidthMbit: z.number().optional(),
    protocols: z.array(protocol),
    addresses: perProtocol(z.string()).describe('Addresses of servers that were not started for this run.'),
  }),
  ended: z.enum(['complete', 'interrupted', 'failed']),
  failure: z.string().optional(),
  processes: perProtocol(
    z.strictObject({
      startMs: z.number().describe('From the start of the process to its first answer, measured once.'),
      peakMemoryBytes: whole.describe('The largest resident set of the whole run.'),
    }),
  ),
  scenarios: z.array(scenario),
  effort: z.array(effort).optional().describe('Absent without the source tree.'),
});

export type ComparisonResult = z.infer<typeof resultSchema>;
export type ScenarioResult = z.infer<typeof scenario>;
export type Row = z.infer<typeof row>;
export type Estimate = z.infer<typeof estimate>;
export type Kinds = z.infer<typeof kinds>;
export type ConnectionBytes = z.infer<typeof connection>;
export type LoadResult = z.infer<typeof load>;
export type CapacityStep = z.infer<typeof capacityStep>;
export type OpenLoop = z.infer<typeof openLoop>;
export type Sweep = z.infer<typeof sweep>;
export type Explanation = z.infer<typeof explanation>;
export type Ladder = z.infer<typeof ladder>;
export type Arm = z.infer<typeof arm>;
export type Effort = z.infer<typeof effort>;

/** True if all answers were equal and no row is void. */
export const isValidResult = ({ scenarios }: ComparisonResult): boolean =>
  scenarios.every(
    ({ differences, rows }) => differences.length === 0 && rows.every((row) => row.void === undefined),
  );
