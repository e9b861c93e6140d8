/** The interleaved timer against servers with known latency. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { settleAnswer } from '../../src/calls/answers';
import { type Contestant, timeLatency } from '../../src/compare/latency/latency';
import { estimateRatio, judgeRatio, median } from '../../src/compare/latency/statistics';
import { createRandom } from '../../src/compare/scenarios/support/random';

const SEED = Number(process.env.FC_SEED ?? 20_261_122);
console.log(`seed ${SEED} (FC_SEED)`);

const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers) await close();
});

const contestant = async (name: string, listener: RequestListener): Promise<Contestant<number>> => {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  closers.push(
    () => pool.destroy(),
    () => server.close(),
  );
  const call = (drawn: number) =>
    settleAnswer(async () => (await pool.request({ method: 'GET', path: `/${drawn}` })).body.text());
  return { name, call };
};

const echo: RequestListener = (request, response) => response.end(request.url);
const delayed =
  (ms: number): RequestListener =>
  (request, response) => {
    setTimeout(() => response.end(request.url), ms);
  };

const time = (contestants: readonly Contestant<number>[], seconds: number, seed = SEED) => {
  const random = createRandom(seed);
  return timeLatency({
    contestants,
    draw: () => Math.floor(random() * 1000),
    succeeded: (answer) => 'value' in answer,
    seconds,
    random,
  });
};

test('a server with a delay of 20 ms is measured at 20 ms, beside one without', async () => {
  const timings = await time([await contestant('slow', delayed(20)), await contestant('fast', echo)], 1);
  const slow = timings.byName.get('slow')!.rounds.flat();
  expect(Math.min(...slow)).toBeGreaterThan(19);
  expect(median(slow)).toBeLessThan(30);
  expect(median(timings.byName.get('fast')!.rounds.flat())).toBeLessThan(10);
});

test('two identical servers show no difference in nearly all of 50 runs', async () => {
  const twins = [await contestant('one', echo), await contestant('other', echo)];
  let different = 0;
  for (let run = 0; run < 50; run += 1) {
    const { byName } = await time(twins, 0.06, SEED + run);
    const ratio = estimateRatio(
      byName.get('one')!.rounds,
      byName.get('other')!.rounds,
      createRandom(SEED + run),
    );
    if (judgeRatio(ratio) !== 'no difference') different += 1;
  }
  // At 95%, 2.5 of 50 are expected; more than 8 have a probability of one in a thousand.
  expect(different).toBeLessThanOrEqual(8);
});

test('a server slower by 2 ms is slower than its twin', async () => {
  const { byName } = await time([await contestant('slow', delayed(2)), await contestant('fast', echo)], 0.5);
  const ratio = estimateRatio(byName.get('slow')!.rounds, byName.get('fast')!.rounds, createRandom(SEED));
  expect(judgeRatio(ratio)).toBe('slower');
});

test('a difference during the timing is reported, and a failed call is counted', async () => {
  let calls = 0;
  const changing: RequestListener = (request, response) =>
    response.end(`${request.url}${calls++ > 40 ? '!' : ''}`);
  const cutting: RequestListener = (request, response) =>
    calls++ % 7 === 0 ? request.socket.destroy() : response.end(request.url);
  const odd = await time([await contestant('same', echo), await contestant('changing', changing)], 0.3);
  expect(odd.differences).toHaveLength(1);
  expect(odd.differences[0]).toContain('!');
  const failing = await contestant('failing', cutting);
  const call = (drawn: number) => failing.call(drawn).catch(() => ({ error: {} as never }));
  const { byName } = await time([{ ...failing, call }, await contestant('same', echo)], 0.3);
  expect(byName.get('failing')!.errors).toBeGreaterThan(0);
  expect(byName.get('same')!.errors).toBe(0);
});

test('every contestant has the same rounds, and the seed decides the inputs', async () => {
  const asked: number[][] = [];
  for (let run = 0; run < 2; run += 1) {
    const questions: number[] = [];
    const listening: Contestant<number> = {
      name: 'listening',
      call: async (drawn) => {
        questions.push(drawn);
        return { value: drawn };
      },
    };
    const { byName } = await time([listening, { ...listening, name: 'twin' }], 0);
    expect(byName.get('listening')!.rounds).toHaveLength(byName.get('twin')!.rounds.length);
    asked.push(questions.slice(0, 8));
  }
  expect(asked[0]).toEqual(asked[1]);
});

test('an abort ends the timing between two calls, with the complete rounds', async () => {
  const controller = new AbortController();
  let calls = 0;
  const counting: Contestant<number> = {
    name: 'counting',
    call: async (drawn) => {
      calls += 1;
      if (calls === 500) controller.abort();
      await new Promise((resolve) => setImmediate(resolve));
      return { value: drawn };
    },
  };
  const random = createRandom(SEED);
  const { byName } = await timeLatency({
    contestants: [counting],
    draw: random,
    succeeded: () => true,
    seconds: 60,
    random,
    signal: controller.signal,
  });
  expect(calls).toBe(500);
  expect(new Set(byName.get('counting')!.rounds.map((round) => round.length)).size).toBeLessThanOrEqual(1);
});
