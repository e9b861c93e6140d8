/** What travels beside the input: deadlines, signals and request ids; and what a client says when nobody answers. */
import { createServer } from 'node:net';
import { PROTOCOLS } from '../../src/app/servers';
import { PROTOCOL_NAMES, type Protocol, type ProtocolName } from '../../src/contract/protocol';
import { OPERATION_NAMES, OPERATIONS, type Operation } from '../../src/contract/skills-api';
import { guardService } from '../../src/policy/guard';
import { ADA, adaToken, inContext } from '../support/caller';
import {
  fiveOfOneService,
  type Implementations,
  NO_GRAPH,
  type Running,
  runOver,
  runOverEach,
  runService,
  VIAS,
} from '../support/implementations';
import { DOCKER } from '../support/law-map';
import { refusal, thrownBy } from '../support/outcome';
import { apiThat, CALLS } from '../support/plain-api';

const never = apiThat(() => new Promise<never>(() => undefined));
const EVERY_CALL = Object.entries(CALLS);
const onEach = <T>(make: (call: (typeof CALLS)[Operation]) => T): ReadonlyMap<Operation, T> =>
  new Map(OPERATION_NAMES.map((name) => [name, make(CALLS[name])]));
const LOCAL = { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH };
const deadlineExceeded = { code: 'DEADLINE_EXCEEDED', reason: 'DEADLINE_EXCEEDED', details: {} };

describe.each(VIAS)('%s, where the service does not answer', (via) => {
  let slow: Running<Implementations>;
  let timedOut: ReadonlyMap<Operation, Promise<{ came: unknown; afterMs: number }>>;
  let aborted: ReadonlyMap<Operation, Promise<unknown>>;
  beforeAll(async () => {
    const running = await runOverEach(never);
    const guarded = guardService(never, { verify: () => ({ ...ADA, learner: true }) });
    slow = { ...running, value: { ...running.value, direct: inContext(guarded, { token: 'ada' }) } };
    // All wait at the same time.
    timedOut = onEach(async (call) => {
      const begin = performance.now();
      const came = await refusal(call(slow.value[via], { timeoutMs: 60 }));
      return { came, afterMs: performance.now() - begin };
    });
    aborted = onEach((call) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort('changed my mind'), 20);
      return thrownBy(call(slow.value[via], { signal: controller.signal }));
    });
  });
  afterAll(() => slow.stop());

  test.each(OPERATION_NAMES)('%s rejects with DEADLINE_EXCEEDED after its timeout', async (name) => {
    const { came, afterMs } = (await timedOut.get(name))!;
    expect(came).toMatchObject(deadlineExceeded);
    expect(afterMs).toBeGreaterThan(50);
    expect(afterMs).toBeLessThan(2000);
  });

  test.each([0, -1, 0.0001, 0.5, 1])('a timeout of %d ms is over at once', async (timeoutMs) => {
    expect(await refusal(CALLS.getSkill(slow.value[via], { timeoutMs }))).toMatchObject(deadlineExceeded);
  });

  test.each(OPERATION_NAMES)("%s rejects with the signal's reason when it is aborted", async (name) => {
    expect(await aborted.get(name)).toBe('changed my mind');
  });

  test('a signal that is aborted already rejects with its very reason', async () => {
    const reason = new Error('too late');
    const signal = AbortSignal.abort(reason);
    expect(await thrownBy(CALLS.getSkill(slow.value[via], { signal }))).toBe(reason);
    expect(await thrownBy(CALLS.updateSkill(slow.value[via], { signal, timeoutMs: 1000 }))).toBe(reason);
  });

  test('a signal without a reason rejects with an AbortError', async () => {
    const controller = new AbortController();
    const thrown = thrownBy(CALLS.getSkill(slow.value[via], { signal: controller.signal, timeoutMs: 1000 }));
    setTimeout(() => controller.abort(), 20);
    expect(await thrown).toMatchObject({ name: 'AbortError' });
  });

  test('a deadline comes before a signal that is never aborted', async () => {
    const { signal } = new AbortController();
    expect(await refusal(CALLS.getSkill(slow.value[via], { signal, timeoutMs: 50 }))).toMatchObject(
      deadlineExceeded,
    );
  });
});

/** undici looks at its timeouts once a second, so all three of its clients are waited for at once. */
let ownTimeouts: ReadonlyMap<ProtocolName, Promise<unknown>>;
beforeAll(() => {
  ownTimeouts = new Map(PROTOCOL_NAMES.map((protocol) => [protocol, ownTimeout(PROTOCOLS[protocol])]));
});
const ownTimeout = async ({ connect, serve }: Protocol): Promise<unknown> => {
  const server = await serve(never, LOCAL);
  const client = connect(server.address, { timeoutMs: 100 });
  const came = await refusal(client.getSkill({ id: 'git' }));
  await client.close();
  await server.stop();
  return came;
};

describe.each(PROTOCOL_NAMES)('%s', (protocol) => {
  const { connect, serve } = PROTOCOLS[protocol];

  test('a client keeps its own timeout where a call sets none', async () => {
    expect(await ownTimeouts.get(protocol)).toMatchObject(deadlineExceeded);
  });

  test('a dead address is UNAVAILABLE', async () => {
    const server = await serve(never, LOCAL);
    await server.stop();
    const client = connect(server.address);
    for (const [, call] of EVERY_CALL) {
      expect(await refusal(call(client))).toMatchObject({
        code: 'UNAVAILABLE',
        reason: 'CONNECTION_FAILED',
        details: {},
      });
    }
    await client.close();
  });

  test('a server that stops during a call is UNAVAILABLE', async () => {
    const server = await serve(never, LOCAL);
    const client = connect(server.address);
    const came = refusal(client.getSkill({ id: 'git' }));
    setTimeout(() => void server.stop(), 50);
    expect(await came).toMatchObject({ code: 'UNAVAILABLE', reason: 'CONNECTION_FAILED' });
    await client.close();
  });

  test('an address where something else hangs up is UNAVAILABLE', async () => {
    const stranger = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as { port: number };
    const client = connect(protocol === 'grpc' ? `127.0.0.1:${port}` : `http://127.0.0.1:${port}`);
    expect(await refusal(client.getSkill({ id: 'git' }))).toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'CONNECTION_FAILED',
    });
    await client.close();
    await new Promise((resolve) => stranger.close(resolve));
  });

  test('what travels beside the input reaches the service', async () => {
    const seen: unknown[] = [];
    const watched = await runOver(
      protocol,
      apiThat(async (operation, _input, context) => {
        const { requestId, token, traceparent, timeoutMs = 0, idempotencyKey } = context ?? {};
        const key = OPERATIONS[operation] === 'write' ? idempotencyKey : undefined;
        seen.push([operation, requestId, token, traceparent, Math.ceil(timeoutMs / 10_000), key]);
        throw new Error('seen');
      }),
    );
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const sent = { requestId: 'id-1/~!', token: 'ey.to~ken/+=', traceparent };
    const context = { ...sent, timeoutMs: 10_000, idempotencyKey: 'key-1' };
    for (const [, call] of EVERY_CALL) await refusal(call(watched.value, context));
    const expected = OPERATION_NAMES.map((name) => [
      // A path is a field of its skill in GraphQL.
      name === 'getLearningPath' && protocol === 'graphql' ? 'getSkill' : name,
      ...Object.values(sent),
      1,
      OPERATIONS[name] === 'write' ? 'key-1' : undefined,
    ]);
    expect(seen).toStrictEqual(expected);
    await watched.stop();
  });

  test("a client's own token is for calls whose context has none", async () => {
    const seen: unknown[] = [];
    const does = apiThat(async (_operation, _input, context) => {
      seen.push(context?.token);
      throw new Error('seen');
    });
    const watched = await runOver(protocol, does, undefined, 'own');
    for (const context of [{ token: 'other' }, {}, undefined]) {
      await refusal(CALLS.getSkill(watched.value, context));
    }
    expect(seen).toStrictEqual(['other', 'own', 'own']);
    await watched.stop();
  });
});

describe('every implementation', () => {
  const apiOf = fiveOfOneService();

  test.each(VIAS)('%s answers the same with a request id, a generous timeout and a signal', async (via) => {
    const { signal } = new AbortController();
    const whole = await apiOf('direct').getSkill({ id: 'git' });
    for (const requestId of ['x', '~'.repeat(128), '{}"<&>\\']) {
      const context = { requestId, timeoutMs: 60_000, signal };
      expect(await apiOf(via).getSkill({ id: 'git' }, context)).toStrictEqual(whole);
    }
  });

  test.each(VIAS)('%s refuses a request id that no header can carry', async (via) => {
    for (const requestId of ['', 'two words', 'é', 'a\nb', 'x'.repeat(129)]) {
      expect(await refusal(apiOf(via).getSkill({ id: 'git' }, { requestId }))).toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: { violations: [{ field: 'X-Request-Id' }] },
      });
    }
  });

  test.each([10 ** 9, 10 ** 15, Number.MAX_VALUE, Number.POSITIVE_INFINITY, 1234.5678, 99.999999999])(
    'all answer within a timeout of %d ms',
    async (timeoutMs) => {
      const whole = await apiOf('direct').getSkill({ id: 'git' });
      for (const via of VIAS) {
        expect(await apiOf(via).getSkill({ id: 'git' }, { timeoutMs })).toStrictEqual(whole);
      }
    },
  );

  test.each(PROTOCOL_NAMES)(
    '%s answers all it wrote, though another process wrote a part of it just before',
    async (protocol) => {
      const one = await runService();
      const token = await adaToken(one.value);
      const other = await runService(undefined, undefined, one.dataFolder);
      const client = await runOver(protocol, one.value.api, one.value.graph, token);
      for (let round = 0; round < 5; round++) {
        const id = `seen-${round}`;
        await other.value.api.createSkill({ skill: { ...DOCKER, id } }, { token });
        const patch = { requires: [id], related: [id] };
        expect(await client.value.updateSkill({ id: 'docker', etag: '*', patch })).toMatchObject(patch);
      }
      await client.stop();
      await other.stop();
      await one.stop();
    },
  );
});
