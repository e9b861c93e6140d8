/** docs/guards.md as text: one section per kind of guard, one table row per trigger. */
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';

export interface GuardRow {
  /** The observed response of each protocol. */
  readonly cells: Partial<Record<ProtocolName, string>>;
  readonly note: string;
}

/** The triggers of each section, in the order of the document. */
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  Authentication: [
    'no token for a write',
    'no token for progress',
    'credentials that are not a bearer token',
    'a token with `alg: none`',
    'a token signed with our public key as a secret',
    'a token signed with another key',
    'a token that is not a JWT',
    'a token of another issuer',
    'a token for another service',
    'an expired token',
  ],
  Authorization: ['a token without the scope', 'a token of a service for progress'],
  'Rate limiting': ['too many calls'],
  Deadlines: ['a deadline that has passed'],
  Idempotency: [
    'a repeated idempotency key',
    'an idempotency key reused with another input',
    'an invalid idempotency key',
  ],
  'Query limits': [
    '1,000 nesting levels',
    '10,000 aliases',
    '100 aliases',
    '100 repetitions of a field',
    'a query whose result could be too large',
    'a query whose result is too large',
  ],
  'Size limits': ['a body or message over 1 MiB', 'a gzip bomb', 'headers over 16 KiB'],
  'Timeouts and connection limits': [
    'incomplete headers',
    'an incomplete body',
    'more connections than the limit',
    'more connections of one address than its share',
    'an overloaded server',
  ],
  TLS: ['an eavesdropper on the network'],
  'Internal errors': ['an internal error'],
  'The store': ['a store that fails'],
  'Security headers and CORS': ['security headers', 'a request from another origin (CORS)'],
  'Request ids': ['a request id'],
  'Graceful shutdown': ['a server that is stopping'],
};

/** Throws for a trigger that is in no section, and for a trigger of a section that was not observed. */
export const guardsDocument = (rows: ReadonlyMap<string, GuardRow>): string => {
  const listed = Object.values(SECTIONS).flat();
  const unlisted = [...rows.keys()].filter((trigger) => !listed.includes(trigger));
  if (unlisted.length > 0) throw new Error(`docs/guards.md has no section for ${unlisted.join(', ')}`);
  const sections = Object.entries(SECTIONS).map(
    ([title, triggers]) => `## ${title}

| trigger | REST | GraphQL | gRPC | SOAP | notes |
|---|---|---|---|---|---|
${triggers.map((trigger) => lineOf(trigger, rows.get(trigger))).join('\n')}
`,
  );
  return `${INTRODUCTION}\n${sections.join('\n')}`;
};

const lineOf = (trigger: string, row: GuardRow | undefined): string => {
  if (!row) throw new Error(`docs/guards.md has a row that no test observed: ${trigger}`);
  const cells = PROTOCOL_NAMES.map((protocol) => row.cells[protocol] ?? '');
  return `| ${[trigger, ...cells, row.note].join(' | ')} |`;
};

const INTRODUCTION = `# Guards

A guard is a protection that is written once for all protocols, around \`SkillsApi\` or in front of the server. If a guard rejects
a call, each protocol reports the error in the form of its own standard. The tables show what triggers a guard and how each
protocol responds. A few rows show where a protocol has a value, for example a request id. The tests in tests/guards generate the
tables from the responses of real servers.

Most cells start with a status: the HTTP status in REST, GraphQL and SOAP, the status code in gRPC. Headers, codes and details
follow. The last item is the reason of the error, for example \`TOKEN_REQUIRED\`. [Decision 14](decisions/0014-limits.md) explains
the limits.

Two topics are tested elsewhere: tests/faults has the tests of writes during which a client disconnects or a server is killed, and
[results/abuse.txt](results/abuse.txt) shows the effect of attacks on memory and on other clients.
`;
