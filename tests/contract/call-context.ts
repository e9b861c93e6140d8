/** Call context over every implementation: deadlines, signals, request ids and tokens; and the errors of failed connections. */
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { PROTOCOLS } from '../../src/app/servers';
import { PROTOCOL_NAMES, type Protocol, type ProtocolName } from '../../src/contract/protocol';
import { OPERATION_NAMES, OPERATIONS, type Operation } from '../../src/contract/skills-api';
import { guardService } from '../../src/policy/guard';
import { ADA, adaToken, withDefaultContext } from '../support/caller';
import { DOCKER } from '../support/contract-map';
import {
  IMPLEMENTATION_NAMES,
  type Implementations,
  implementationsAsAda,
  NO_GRAPH,
  type Running,
  serveOver,
  serveOverAll,
  startService,
} from '../support/implementations';
import { errorOf, rejectionReason } from '../support/outcome';
import { apiThat, CALLS } from '../support/plain-api';

const never = apiThat(() => new Promise<never>(() => undefined));
const EVERY_CALL = Object.entries(CALLS);
const onEach = <T>(make: (call: (typeof CALLS)[Operation]) => T): ReadonlyMap<Operation, T> =>
  new Map(OPERATION_NAMES.map((name) => [name, make(CALLS[name])]));
const LOCAL = { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH };
const deadlineExceeded = { code: 'DEADLINE_EXCEEDED', reason: 'DEADLINE_EXCEEDED', details: {} };
const ownTimeout = async ({ connect, serve }: Protocol): Promise<unknown> => {
  const server = await serve(never, LOCAL);
  const client = connect(server.address, { timeoutMs: 100 });
  const error = await errorOf(client.getSkill({ id: 'git' }));
  await client.close();
  await server.stop();
  return error;
};

export const describeCallContext = (): void => {
  describe.each(IMPLEMENTATION_NAMES)('%s with a service that never responds', (implementation) => {
    let slow: Running<Implementations>;
    let timedOut: ReadonlyMap<Operation, Promise<{ error: unknown; afterMs: number }>>;
    let aborted: ReadonlyMap<Operation, Promise<unknown>>;
    beforeAll(async () => {
      const running = await serveOverAll(never);
      const guarded = guardService(never, { verify: () => ({ ...ADA, learner: true }) });
      slow = {
        ...running,
        value: { ...running.value, direct: withDefaultContext(guarded, { token: 'ada' }) },
      };
      // All calls wait at the same time.
      timedOut = onEach(async (call) => {
        const begin = performance.now();
        const error = await errorOf(call(slow.value[implementation], { timeoutMs: 60 }));
        return { error, afterMs: performance.now() - begin };
      });
      aborted = onEach((call) => {
        const controller = new AbortController();
        setTimeout(() => controller.abort('changed my mind'), 20);
        return rejectionReason(call(slow.value[implementation], { signal: controller.signal }));
      });
    });
    afterAll(() => slow.stop());

    test.each(OPERATION_NAMES)('%s rejects with DEADLINE_EXCEEDED after its timeout', async (name) => {
      const { error, afterMs } = (await timedOut.get(name))!;
      expect(error).toMatchObject(deadlineExceeded);
      expect(afterMs).toBeGreaterThan(50);
      expect(afterMs).toBeLessThan(2000);
    });

    test.each([0, -1, 0.0001, 0.5, 1])(
      'getSkill rejects with DEADLINE_EXCEEDED at once for a timeout of %d ms',
      async (timeoutMs) => {
        expect(await errorOf(CALLS.getSkill(slow.value[implementation], { timeoutMs }))).toMatchObject(
          deadlineExceeded,
        );
      },
    );

    test.each(OPERATION_NAMES)('%s rejects with the abort reason of its signal', async (name) => {
      expect(await aborted.get(name)).toBe('changed my mind');
    });

    test('calls with an aborted signal reject with the identical reason object', async () => {
      const reason = new Error('too late');
      const signal = AbortSignal.abort(reason);
      expect(await rejectionReason(CALLS.getSkill(slow.value[implementation], { signal }))).toBe(reason);
      expect(
        await rejectionReason(CALLS.updateSkill(slow.value[implementation], { signal, timeoutMs: 1000 })),
      ).toBe(reason);
    });

    test('getSkill rejects with an AbortError when its signal is aborted without a reason', async () => {
      const controller = new AbortController();
      const thrown = rejectionReason(
        CALLS.getSkill(slow.value[implementation], { signal: controller.signal, timeoutMs: 1000 }),
      );
      setTimeout(() => controller.abort(), 20);
      expect(await thrown).toMatchObject({ name: 'AbortError' });
    });

    test('getSkill rejects with DEADLINE_EXCEEDED if its signal is never aborted', async () => {
      const { signal } = new AbortController();
      expect(
        await errorOf(CALLS.getSkill(slow.value[implementation], { signal, timeoutMs: 50 })),
      ).toMatchObject(deadlineExceeded);
    });
  });

  /** undici checks its timeouts once a second, so the tests of the default timeout of each client run at once. */
  let ownTimeouts: ReadonlyMap<ProtocolName, Promise<unknown>>;
  beforeAll(() => {
    ownTimeouts = new Map(PROTOCOL_NAMES.map((protocol) => [protocol, ownTimeout(PROTOCOLS[protocol])]));
  });

  describe.each(PROTOCOL_NAMES)('%s', (protocol) => {
    const { connect, serve } = PROTOCOLS[protocol];

    test('a client applies its own timeout to calls without one', async () => {
      expect(await ownTimeouts.get(protocol)).toMatchObject(deadlineExceeded);
    });

    test('every operation reports UNAVAILABLE if no server listens at the address', async () => {
      const server = await serve(never, LOCAL);
      await server.stop();
      const client = connect(server.address);
      for (const [, call] of EVERY_CALL) {
        expect(await errorOf(call(client))).toMatchObject({
          code: 'UNAVAILABLE',
          reason: 'CONNECTION_FAILED',
          details: {},
        });
      }
      await client.close();
    });

    test('a call reports UNAVAILABLE if the server stops during it', async () => {
      const server = await serve(never, LOCAL);
      const client = connect(server.address);
      const error = errorOf(client.getSkill({ id: 'git' }));
      setTimeout(() => void server.stop(), 50);
      expect(await error).toMatchObject({ code: 'UNAVAILABLE', reason: 'CONNECTION_FAILED' });
      await client.close();
    });

    test('a call reports UNAVAILABLE if another program closes the connection', async () => {
      const otherServer = createServer((socket) => socket.destroy());
      await new Promise<void>((resolve) => otherServer.listen(0, '127.0.0.1', resolve));
      const { port } = otherServer.address() as { port: number };
      const client = connect(protocol === 'grpc' ? `127.0.0.1:${port}` : `http://127.0.0.1:${port}`);
      expect(await errorOf(client.getSkill({ id: 'git' }))).toMatchObject({
        code: 'UNAVAILABLE',
        reason: 'CONNECTION_FAILED',
      });
      await client.close();
      await new Promise((resolve) => otherServer.close(resolve));
    });

    test('request id, token, traceparent, timeout and idempotency key reach the service', async () => {
      const received: unknown[] = [];
      const observed = await serveOver(
        protocol,
        apiThat(async (operation, _input, context) => {
          const { requestId, token, traceparent, timeoutMs = 0, idempotencyKey } = context ?? {};
          const key = OPERATIONS[operation] === 'write' ? idempotencyKey : undefined;
          received.push([operation, requestId, token, traceparent, Math.ceil(timeoutMs / 10_000), key]);
          throw new Error('received');
        }),
      );
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const sent = { requestId: 'id-1/~!', token: 'ey.to~ken/+=', traceparent };
      const context = { ...sent, timeoutMs: 10_000, idempotencyKey: 'key-1' };
      for (const [, call] of EVERY_CALL) await errorOf(call(observed.value, context));
      const expected = OPERATION_NAMES.map((name) => [
        // In GraphQL, a learning path is a field of its skill.
        name === 'getLearningPath' && protocol === 'graphql' ? 'getSkill' : name,
        ...Object.values(sent),
        1,
        OPERATIONS[name] === 'write' ? 'key-1' : undefined,
      ]);
      expect(received).toStrictEqual(expected);
      await observed.stop();
    });

    test('a client sends its own token with calls whose context has none', async () => {
      const received: unknown[] = [];
      const does = apiThat(async (_operation, _input, context) => {
        received.push(context?.token);
        throw new Error('received');
      });
      const observed = await serveOver(protocol, does, undefined, 'own');
      for (const context of [{ token: 'other' }, {}, undefined]) {
        await errorOf(CALLS.getSkill(observed.value, context));
      }
      expect(received).toStrictEqual(['other', 'own', 'own']);
      await observed.stop();
    });
  });

  describe('every implementation', () => {
    const apiOf = implementationsAsAda();

    test.each(IMPLEMENTATION_NAMES)(
      '%s returns the same skill with a request id, a long timeout and a signal',
      async (implementation) => {
        const { signal } = new AbortController();
        const whole = await apiOf('direct').getSkill({ id: 'git' });
        for (const requestId of ['x', '~'.repeat(128), '{}"<&>\\']) {
          const context = { requestId, timeoutMs: 60_000, signal };
          expect(await apiOf(implementation).getSkill({ id: 'git' }, context)).toStrictEqual(whole);
        }
      },
    );

    test.each(IMPLEMENTATION_NAMES)(
      '%s rejects a request id that a header cannot carry',
      async (implementation) => {
        for (const requestId of ['', 'two words', 'é', 'a\nb', 'x'.repeat(129)]) {
          expect(await errorOf(apiOf(implementation).getSkill({ id: 'git' }, { requestId }))).toMatchObject({
            code: 'INVALID_ARGUMENT',
            details: { violations: [{ field: 'X-Request-Id' }] },
          });
        }
      },
    );

    test.each([10 ** 9, 10 ** 15, Number.MAX_VALUE, Number.POSITIVE_INFINITY, 1234.5678, 99.999999999])(
      'every implementation accepts a timeout of %d ms',
      async (timeoutMs) => {
        const whole = await apiOf('direct').getSkill({ id: 'git' });
        for (const implementation of IMPLEMENTATION_NAMES) {
          expect(await apiOf(implementation).getSkill({ id: 'git' }, { timeoutMs })).toStrictEqual(whole);
        }
      },
    );

    test.each([
      [502, 'UNAVAILABLE'],
      [404, 'INTERNAL'],
    ] as const)('HTTP clients report a gateway page with status %d as %s', async (status, code) => {
      const gateway = createHttpServer((_request, response) => {
        response.writeHead(status, { 'content-type': 'text/html' }).end('<html><body>gateway</body></html>');
      });
      await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
      const { port } = gateway.address() as { port: number };
      for (const protocol of ['rest', 'graphql', 'soap'] as const) {
        const client = PROTOCOLS[protocol].connect(`http://127.0.0.1:${port}`);
        expect(await errorOf(client.getSkill({ id: 'git' }))).toMatchObject({
          code,
          reason: 'NOT_OUR_ANSWER',
        });
        await client.close();
      }
      await new Promise((resolve) => gateway.close(resolve));
    });

    test.each(PROTOCOL_NAMES)(
      '%s returns references to skills that another process has just created',
      async (protocol) => {
        const one = await startService();
        const token = await adaToken(one.value);
        const other = await startService(undefined, undefined, one.dataFolder);
        const client = await serveOver(protocol, one.value.api, one.value.graph, token);
        for (let round = 0; round < 5; round++) {
          const id = `written-${round}`;
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
};
