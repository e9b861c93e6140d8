/** Real servers behind relays: the counts equal all bytes on the sockets, by every way of counting. */
import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROTOCOLS } from '../../src/app/servers';
import { settleAnswer } from '../../src/calls/answers';
import { withToken } from '../../src/calls/tokens';
import { type BytesOptions, measureBytes } from '../../src/compare/network/bytes';
import { startGzipGateway } from '../../src/compare/network/gzip-gateway';
import type { Kinds } from '../../src/compare/run/result';
import { SCENARIOS } from '../../src/compare/scenarios';
import { type CatalogueSample, sampleCatalogue } from '../../src/compare/scenarios/support/catalogue-sample';
import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import { createRandom } from '../../src/compare/scenarios/support/random';
import type { Scenario } from '../../src/compare/scenarios/support/scenario';
import { PROTOCOL_NAMES, type ProtocolName, type SkillsClient } from '../../src/contract/protocol';
import { countBytes, type Direction } from '../../src/wire/byte-counts';
import { type Relay, startRelay } from '../../src/wire/relay';
import { type Served, serveMap } from '../support/served';

const SEED = 20260301;
const ENCODINGS = ['identity', 'gzip'] as const;
type Encoding = (typeof ENCODINGS)[number];
const LINES = PROTOCOL_NAMES.flatMap((protocol) =>
  ENCODINGS.map((encoding) => [protocol, encoding] as const),
);

let served: Served;
let world: CatalogueSample;

beforeAll(async () => {
  served = await serveMap(PROTOCOL_NAMES, { seed: generateSkillMap(300) });
  world = await sampleCatalogue(served.service.api);
});

afterAll(async () => {
  expect(served.logged).toEqual([]);
  await served.stop();
});

const named = (name: string): Scenario => SCENARIOS.find((scenario) => scenario.name === name) as Scenario;

const drawn = (scenario: Scenario, count: number): unknown[] => {
  const random = createRandom(SEED);
  return Array.from({ length: count }, () => scenario.draw(world, random));
};

const measure = (name: string, count: number, options: Partial<BytesOptions> = {}) => {
  const scenario = named(name);
  const draws = drawn(scenario, count);
  return measureBytes({
    scenario,
    draws,
    protocols: PROTOCOL_NAMES,
    addresses: served.address,
    tokens: Object.fromEntries(PROTOCOL_NAMES.map((protocol) => [protocol, served.token])),
    ...options,
  });
};

/** With a limit, as HTTP/2 does not signal that it is done. */
const until = async (holds: () => boolean): Promise<void> => {
  for (let looks = 0; looks < 200 && !holds(); looks += 1) await sleep(10);
};

const connected = async (
  protocol: ProtocolName,
  asked: Encoding,
  use: (ends: { client: SkillsClient; relay: Relay }) => Promise<void>,
  { gateway: between = asked === 'gzip', target = served.address[protocol] } = {},
): Promise<void> => {
  const gateway = between ? await startGzipGateway(protocol, target) : undefined;
  const relay = await startRelay(gateway?.address ?? target, { recordsBytes: true });
  const client = withToken(
    PROTOCOLS[protocol].connect(relay.address, { gzip: asked === 'gzip' }),
    served.token,
  );
  try {
    await use({ client, relay });
  } finally {
    await client.close();
    await relay.stop();
    await gateway?.stop();
  }
};

const kindsSum = (relay: Relay, direction: Direction, protocol: ProtocolName): number =>
  relay.connections
    .map((connection) => countBytes(Buffer.concat(connection[direction]), direction, protocol))
    .reduce((sum, { headers, framing, body, trailers }) => sum + headers + framing + body + trailers, 0);

test.each(LINES)(
  '%s, %s: in every scenario the kinds of bytes sum to what the relay counted',
  (protocol, encoding) =>
    connected(protocol, encoding, async ({ client, relay }) => {
      for (const scenario of SCENARIOS) {
        const ask = scenario.ask[protocol] as (client: SkillsClient, drawn: unknown) => Promise<unknown>;
        await settleAnswer(() => ask(client, drawn(scenario, 1)[0]));
        const { up, down } = relay.bytes;
        expect([kindsSum(relay, 'up', protocol), kindsSum(relay, 'down', protocol)]).toEqual([up, down]);
      }
    }),
);

const socketStatistics = spawnSync('ss', ['-V']).status === 0 ? test.each : test.skip.each;

socketStatistics([...PROTOCOL_NAMES])(
  "%s: the kernel's own counts are the relay's (skipped without ss)",
  (protocol) =>
    connected(protocol, 'identity', async ({ client, relay }) => {
      for (let page = 0; page < 3; page += 1) await client.listSkills({ pageSize: 200 });
      const port = served.address[protocol].split(':').at(-1);
      const kernel = () => {
        const lines = execFileSync('ss', ['-tinH', `sport = :${port}`], { encoding: 'utf8' });
        const sum = (field: string) =>
          [...lines.matchAll(new RegExp(`\\b${field}:(\\d+)`, 'g'))].reduce(
            (total, [, n]) => total + Number(n),
            0,
          );
        return { up: sum('bytes_received'), down: sum('bytes_acked') };
      };
      // TCP may not have acknowledged the last bytes yet.
      await until(() => kernel().down === relay.bytes.down && kernel().up === relay.bytes.up);
      expect(kernel()).toEqual(relay.bytes);
      expect(relay.bytes.down).toBeGreaterThan(3 * 200 * 40);
    }),
);

test.each(PROTOCOL_NAMES)(
  '%s: compressed answers say the same, errors too, and a page is smaller',
  async (protocol) => {
    const found: unknown[] = [];
    const sizes: number[] = [];
    for (const encoding of ENCODINGS)
      await connected(protocol, encoding, async ({ client, relay }) => {
        found.push([
          await client.listSkills({ pageSize: 200 }),
          await settleAnswer(() => client.getSkill({ id: 'no-such-skill' })),
          await settleAnswer(() => client.listSkills({ pageSize: -1 })),
          await client.batchGetSkills({ ids: ['skill-1', 'no-such-skill'] }),
        ]);
        sizes.push(relay.bytes.down);
      });
    expect(found[1]).toEqual(found[0]);
    const [identity = 0, gzip = 0] = sizes;
    expect(gzip).toBeLessThan(identity / 2);
  },
);

test.each(['rest', 'graphql', 'soap'] as const)(
  '%s: who does not ask for gzip gets the answer as it is',
  (protocol) =>
    connected(
      protocol,
      'identity',
      async ({ client, relay }) => {
        await client.listSkills({ pageSize: 200 });
        const [{ up, down }] = relay.connections as [Relay['connections'][number]];
        expect(Buffer.concat(up).toString('latin1')).not.toMatch(/accept-encoding/i);
        expect(Buffer.concat(down).toString('latin1')).not.toMatch(/content-encoding|transfer-encoding/i);
      },
      { gateway: true },
    ),
);

test.each(['rest', 'grpc'] as const)('%s: an empty response is not compressed', (protocol) =>
  connected(protocol, 'gzip', async ({ client, relay }) => {
    const id = `empty-${protocol}`;
    const { etag } = await client.createSkill({ skill: { id, name: 'Empty', categoryIds: ['category-0'] } });
    const body = () =>
      countBytes(Buffer.concat(relay.connections.flatMap(({ down }) => down)), 'down', protocol).body;
    const before = body();
    await client.deleteSkill({ id, etag });
    expect(body()).toBe(before);
  }),
);

test.each(PROTOCOL_NAMES)('%s: a gateway without a server is UNAVAILABLE', (protocol) =>
  connected(
    protocol,
    'gzip',
    async ({ client }) => {
      const answer = await settleAnswer(() => client.getSkill({ id: 'skill-1' }, { timeoutMs: 5000 }));
      expect(answer).toMatchObject({ error: { code: 'UNAVAILABLE' } });
    },
    { target: protocol === 'grpc' ? '127.0.0.1:1' : 'http://127.0.0.1:1' },
  ),
);

test('a screen written naively takes many round trips; written well, one for GraphQL and two at most for the others', async () => {
  const naive = await measure('screen-naive', 1);
  const well = await measure('screen-well', 3);
  for (const protocol of PROTOCOL_NAMES) {
    expect(naive[protocol]?.roundTrips).toBeGreaterThan(2);
    expect(naive[protocol]?.requests).toBe(naive[protocol]?.roundTrips);
    expect(well[protocol]?.roundTrips).toBeLessThanOrEqual(2);
  }
  expect(well.graphql).toMatchObject({ requests: 1, roundTrips: 1 });
});

test('two concurrent calls are two requests and one round trip', async () => {
  const { rest, graphql, grpc, soap } = await measure('page-200-nested', 1);
  for (const joined of [rest, grpc, soap]) expect(joined).toMatchObject({ requests: 2, roundTrips: 1 });
  expect(graphql).toMatchObject({ requests: 1, roundTrips: 1 });
});

test('bytes repeat exactly, except for two gRPC headers that hold times', async () => {
  const [first, second] = [await measure('one-skill', 6), await measure('one-skill', 6)];
  for (const protocol of ['rest', 'graphql', 'soap'] as const)
    expect(second[protocol]).toEqual(first[protocol]);
  const untimed = ({ framing, body, trailers }: Kinds) => ({ framing, body, trailers });
  for (const encoding of ENCODINGS)
    for (const when of ['first', 'steady'] as const)
      for (const direction of ['up', 'down'] as const) {
        const [one, other] = [first, second].map(
          ({ grpc }) => grpc?.bytes[encoding][when][direction] as Kinds,
        );
        expect(untimed(other as Kinds)).toEqual(untimed(one as Kinds));
        expect(Math.abs((other as Kinds).headers - (one as Kinds).headers)).toBeLessThan(60);
      }
});

test('a new connection costs HTTP/1.1 nothing, and HTTP/2 its preface, settings and headers in full', async () => {
  const draws = Array.from({ length: 5 }, () => 'skill-7');
  const { rest, grpc } = await measure('one-skill', 0, { draws });
  expect(rest?.bytes.identity.first).toEqual(rest?.bytes.identity.steady);
  const { first, steady } = (grpc as NonNullable<typeof grpc>).bytes.identity;
  expect(first.up.framing - steady.up.framing).toBeGreaterThanOrEqual(24 + 9);
  expect(first.up.headers).toBeGreaterThan(2 * steady.up.headers);
  expect(first.down.body).toBe(steady.down.body);
});

test('a scenario deletes what it wrote before the next client writes the same id', async () => {
  const measured = await measure('create-update-delete', 1);
  for (const protocol of PROTOCOL_NAMES)
    expect(measured[protocol]).toMatchObject({ requests: 3, roundTrips: 3 });
});

test('a token is sent only with calls that require one, and adds no bytes to public reads', async () => {
  const rest = { protocols: ['rest'] } as const;
  const anonymous = { ...rest, tokens: {} };
  expect(await measure('one-skill', 2, rest)).toEqual(await measure('one-skill', 2, anonymous));
  await expect(measure('create-update-delete', 1, anonymous)).rejects.toThrow('UNAUTHENTICATED: ');
});

test('an unexpected answer ends the count with its error', async () => {
  const lost = measure('one-skill', 0, { protocols: ['soap'], draws: ['no-such-skill'] });
  await expect(lost).rejects.toThrow(/^one-skill over soap, while bytes were counted: NOT_FOUND: /);
  const found = measure('not-found', 0, { protocols: ['rest'], draws: ['skill-1'] });
  await expect(found).rejects.toThrow(
    'not-found over rest, while bytes were counted: an answer without an error',
  );
});

test('an interrupted count ends before the next answer', async () => {
  const asked: unknown[] = [];
  const stop = new AbortController();
  const ask = async (_client: unknown, id: unknown) => {
    asked.push(id);
    if (id === 'second') stop.abort(new Error('Interrupted.'));
  };
  const scenario = { ...named('one-skill'), ask: { rest: ask, graphql: ask, grpc: ask, soap: ask } };
  const draws = ['first', 'second', 'third'];
  await expect(measure('one-skill', 0, { scenario, draws, signal: stop.signal })).rejects.toThrow(
    'Interrupted.',
  );
  expect(asked.at(-1)).toBe('second');
});
