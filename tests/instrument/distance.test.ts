/** Real sockets over a distance: lower bounds are strict and upper bounds generous, as other work may delay a test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { PROTOCOLS } from '../../src/app/servers';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { type Distance, parseBandwidth, parseDuration } from '../../src/wire/distance';
import { startRelayProcess } from '../../src/wire/relay-process';
import { atEnd, dial, echo, exchange, receive, refused, relayTo, serve } from '../compare/sockets';
import { serveMap } from '../support/served';

// A delay by other work does not occur three times in a row; a defect does.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

const MARGIN_MS = 25;
const NEAR: Distance = { rttMs: 0 };

const middle = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1] as number;

const between = (value: number, low: number, high: number): void => {
  expect(value).toBeGreaterThanOrEqual(low);
  expect(value).toBeLessThanOrEqual(high);
};

const repeated = async (times: number, measure: () => Promise<number>): Promise<number[]> => {
  const measured: number[] = [];
  for (let time = 0; time < times; time += 1) measured.push(await measure());
  return measured;
};

describe('the text of a distance', () => {
  test.each([
    ['50ms', 50],
    ['0.05s', 50],
    ['0ms', 0],
    ['2.3s', 2300],
    ['10s', 10_000],
    ['.5 MS', 0.5],
  ])('%s: a duration of %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each([
    ['10mbit', 10],
    ['1gbit', 1000],
    ['500kbit', 0.5],
    ['1.5Mbit', 1.5],
    ['100gbit', 100_000],
  ])('%s: a bandwidth of %d Mbit/s', (text, mbit) => expect(parseBandwidth(text)).toBe(mbit));

  test.each([
    ['abc', '"abc" is not a duration; write 50ms or 0.1s'],
    ['', '"" is not a duration; write 50ms or 0.1s'],
    ['-1ms', '"-1ms" is not a duration; write 50ms or 0.1s'],
    ['5m', '"5m" is not a duration; write 50ms or 0.1s'],
    ['5constructor', '"5constructor" is not a duration; write 50ms or 0.1s'],
    ['1\n2ms', '"1\\n2ms" is not a duration; write 50ms or 0.1s'],
    ['50', '"50" has no unit; write 50ms or 0.1s'],
    ['10.001s', '"10.001s" is too long; the maximum is 10s'],
  ])('%j is not a duration', (text, message) =>
    expect(() => parseDuration(text)).toThrow(new Error(message)),
  );

  test.each([
    ['fast', '"fast" is not a bandwidth; write 10mbit or 1gbit'],
    ['10mbps', '"10mbps" is not a bandwidth; write 10mbit or 1gbit'],
    ['10', '"10" has no unit; write 10mbit or 1gbit'],
    ['0mbit', '"0mbit" must be above 0; write 10mbit or 1gbit'],
    ['101gbit', '"101gbit" is too high; the maximum is 100gbit'],
  ])('%j is not a bandwidth', (text, message) =>
    expect(() => parseBandwidth(text)).toThrow(new Error(message)),
  );
});

describe('time:', () => {
  test('an answer over 40 ms takes 40 ms, and the first on a connection 80 ms', async () => {
    const { port } = await serve(echo);
    const { address } = await relayTo(port, { rttMs: 40 });
    const first = async () => {
      const asked = performance.now();
      await exchange(dial(address));
      return performance.now() - asked;
    };
    between(Math.min(...(await repeated(5, first))), 79, 80 + MARGIN_MS);
    const socket = dial(address);
    await exchange(socket);
    between(Math.min(...(await repeated(5, () => exchange(socket)))), 39, 40 + MARGIN_MS);
  });

  test.each([1, 7.5, 30])(
    'the quickest of 15 answers over %d ms is right to a millisecond',
    async (rttMs) => {
      const { port } = await serve(echo);
      const socket = dial((await relayTo(port, { rttMs })).address);
      await exchange(socket);
      between(Math.min(...(await repeated(15, () => exchange(socket)))), rttMs, rttMs + 1);
    },
  );

  test('the first bytes of a server reach the client two round trips after its connection attempt', async () => {
    const { port } = await serve((socket) => socket.write('hello'));
    const { address } = await relayTo(port, { rttMs: 30 });
    const asked = performance.now();
    await receive(dial(address), 5);
    between(performance.now() - asked, 59, 60 + MARGIN_MS);
  });

  test('250 kB at 10 Mbit/s take 200 ms, in a steady stream', async () => {
    const { port } = await serve((socket) => socket.once('data', () => socket.write(Buffer.alloc(250_000))));
    const socket = dial((await relayTo(port, { rttMs: 0, bandwidthMbit: 10 })).address);
    const sent = performance.now();
    const half = receive(socket, 125_000).then(() => performance.now() - sent);
    let chunks = 0;
    socket.on('data', () => (chunks += 1));
    socket.write('?');
    await receive(socket, 250_000);
    expect(chunks).toBeGreaterThan(20);
    between(performance.now() - sent, 199, 200 + 3 * MARGIN_MS);
    between(await half, 99, 100 + 3 * MARGIN_MS);
  });

  test('connections share the rate of a direction, and directions do not share it', async () => {
    const { port } = await serve(echo);
    const { address } = await relayTo(port, { rttMs: 0, bandwidthMbit: 10 });
    const sockets = [dial(address), dial(address)];
    await Promise.all(sockets.map((socket) => exchange(socket)));
    const [one, other] = await Promise.all(sockets.map((socket) => exchange(socket, 125_000)));
    between(Math.max(one!, other!), 199, 200 + 3 * MARGIN_MS);
  });

  test('bytes sent together arrive together', async () => {
    const { port } = await serve(echo);
    const socket = dial((await relayTo(port, { rttMs: 30 })).address);
    await exchange(socket);
    const sent = performance.now();
    const all = receive(socket, 200);
    for (let frame = 0; frame < 200; frame += 1) socket.write('x');
    await all;
    between(performance.now() - sent, 29, 30 + MARGIN_MS);
  });

  test('a relay that is stopped before a handshake is over opens no connection', async () => {
    let accepted = 0;
    const { port } = await serve(() => (accepted += 1));
    const relay = await relayTo(port, { rttMs: 20 });
    const socket = dial(relay.address);
    while (relay.connections.length === 0) await setImmediate();
    await relay.stop();
    await once(socket.resume(), 'end');
    await sleep(50);
    expect(accepted).toBe(0);
  });

  test('a new distance applies to open connections', async () => {
    const { port } = await serve(echo);
    const relay = await relayTo(port, NEAR);
    const socket = dial(relay.address);
    await exchange(socket);
    expect(middle(await repeated(5, () => exchange(socket)))).toBeLessThan(MARGIN_MS);
    relay.setDistance({ rttMs: 50 });
    between(middle(await repeated(3, () => exchange(socket))), 49, 50 + MARGIN_MS);
  });
});

describe('in a process of its own', () => {
  test('all four protocols give the same answers as without distance, one round trip later', async () => {
    const rttMs = 30;
    const { address, service, stop } = await serveMap();
    atEnd(stop);
    const relays = await startRelayProcess(address, { rttMs });
    atEnd(relays.stop);
    const skill = await service.api.getSkill({ id: 'git' });
    for (const name of PROTOCOL_NAMES) {
      const client = PROTOCOLS[name].connect(relays.addresses[name] as string);
      atEnd(() => client.close());
      const ask = async () => {
        const sent = performance.now();
        expect(await client.getSkill({ id: 'git' })).toStrictEqual(skill);
        return performance.now() - sent;
      };
      expect(await ask()).toBeGreaterThanOrEqual(2 * rttMs - 1);
      between(middle(await repeated(5, ask)), rttMs - 1, 2 * rttMs + MARGIN_MS);
    }
  });

  test('a relay process takes a new distance, and leaves no process when it is stopped', async () => {
    const { port } = await serve(echo);
    const { addresses, setDistance, pid, stop } = await startRelayProcess(
      { grpc: `127.0.0.1:${port}` },
      NEAR,
    );
    atEnd(stop);
    expect(Object.keys(addresses)).toEqual(['grpc']);
    const socket = dial(addresses.grpc as string);
    await exchange(socket);
    expect(middle(await repeated(5, () => exchange(socket)))).toBeLessThan(MARGIN_MS);
    await Promise.all([setDistance({ rttMs: 10 }), setDistance({ rttMs: 50 })]);
    between(middle(await repeated(3, () => exchange(socket))), 49, 50 + MARGIN_MS);
    await stop();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await refused(addresses.grpc as string)).toBe('ECONNREFUSED');
  });

  test('a killed relay process is reported as ended', async () => {
    const { setDistance, pid, stop } = await startRelayProcess({ rest: 'http://127.0.0.1:9' }, NEAR);
    process.kill(pid, 'SIGKILL');
    const message = 'The relay process has ended (SIGKILL).';
    await expect(setDistance(NEAR)).rejects.toThrow(new Error(message));
    await expect(setDistance(NEAR)).rejects.toThrow(new Error(message));
    await stop();
  });

  test('a relay process ends when its parent is killed', async () => {
    const { port } = await serve(echo);
    const program = join(__dirname, '../../dist/wire/relay-process.js');
    const source = `require(${JSON.stringify(program)})
      .startRelayProcess({ rest: 'http://127.0.0.1:${port}' }, { rttMs: 0 })
      .then(({ addresses }) => console.log(addresses.rest));`;
    const parent = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
    atEnd(() => parent.kill('SIGKILL'));
    const address = String((await once(parent.stdout, 'data'))[0]).trim();
    expect(await refused(address)).toBeUndefined();
    parent.kill('SIGKILL');
    const deadline = performance.now() + 5000;
    let code: string | undefined;
    while (code !== 'ECONNREFUSED' && performance.now() < deadline) code = await refused(address);
    expect(code).toBe('ECONNREFUSED');
  });
});
