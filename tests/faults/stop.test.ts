/**
 * SIGTERM under load through all four. A request is accepted when the server has begun to read it: the first byte of an
 * HTTP/1.1 request, the HEADERS of an HTTP/2 stream that GOAWAY still counts. From then on it is a call: it gets a line in
 * the log, and its caller an answer. A request that races with the close (on a connection that is being given up as idle,
 * on a stream above the last one of GOAWAY, on a connection that nobody accepted) is none: its caller hears of a failed
 * connection, no line tells of it, and nothing of it is there, so that it can be sent again as it was.
 * So: logged, answered and applied are the same calls, and each that is lost is in none of these sets.
 */
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openService } from '../../src/app/service';
import { createRandom } from '../../src/compare/scenarios/support/random';
import type { CallContext } from '../../src/contract/context';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import type { SkillsApi } from '../../src/contract/skills-api';
import { FILE_NAME } from '../../src/store/sqlite';
import { watchHealth } from '../support/raw/grpc';
import { tempFolder } from '../support/temp';
import { scrape } from '../telemetry/scrape';
import { type Clients, closeAll, connectAll, isLost } from './clients';
import { expectConsistent, readContents } from './file';
import { type Ended, lockOf, type ServerProcess, startServer } from './processes';

const SEED = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));
const random = createRandom(SEED);
const LOOPS = 3;
const ANSWERS_MIN = 3;
const RUNNING_MS_MAX = 50;
const HTTP = ['rest', 'graphql', 'soap'] as const;

interface Heard {
  /** Also the key and the skill of a write. */
  readonly id: string;
  readonly isWrite: boolean;
  /** Absent where the call was lost. */
  readonly code: string | undefined;
}

interface Loop {
  readonly heard: readonly Heard[];
  /** When a call of it was lost. */
  readonly ended: Promise<void>;
}

type Ask = (api: SkillsApi, id: string, context: CallContext) => Promise<unknown>;
const read: Ask = (api, _id, context) => api.getSkill({ id: 'git' }, context);
const write: Ask = (api, id, context) =>
  api.createSkill({ skill: { id, name: 'Written', categoryIds: ['databases'] } }, context);

/** One call after the other on connections that are kept, until one is lost. */
const loop = (api: SkillsApi, name: string, ask: Ask): Loop => {
  const heard: Heard[] = [];
  const run = async () => {
    for (let sent = 0; ; sent++) {
      const id = `${name}-${sent}`;
      const code = await ask(api, id, { requestId: id, idempotencyKey: id }).then(
        () => 'OK',
        (error) => (isLost(error) ? undefined : error.code),
      );
      heard.push({ id, isWrite: ask === write, code });
      if (code === undefined) return;
    }
  };
  return { heard, ended: run() };
};

const loops = (clients: Clients, kind: string, ask: Ask): Loop[] =>
  PROTOCOL_NAMES.flatMap((protocol) =>
    Array.from({ length: LOOPS }, (_, at) => loop(clients[protocol], `${protocol}-${kind}-${at}`, ask)),
  );

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await sleep(5);
};

const areWarm = (all: readonly Loop[]) => all.every(({ heard }) => heard.length >= ANSWERS_MIN);

const stage = async (environment: Record<string, string> = {}) => {
  const dataFolder = tempFolder();
  const { identity, close } = await openService({ dataFolder });
  const token = await identity.issue({ subject: 'ada', scopes: ['skills:write'] });
  await close();
  const before = readContents(dataFolder);
  const server = await startServer(dataFolder, {
    LOG: 'calls',
    METRICS_PORT: '0',
    STOP_SECONDS: '20',
    ...environment,
  });
  const clients = connectAll(server.address, { token });
  return { dataFolder, before, server, clients };
};

type Stage = Awaited<ReturnType<typeof stage>>;

/** The writes that are under way are all that is in flight, as the server counts. */
const areWaiting = async ({ server }: Stage): Promise<boolean> => {
  const metric = await scrape(server.metrics);
  return PROTOCOL_NAMES.every((protocol) => metric('rosetta_calls_in_flight', { protocol }) === LOOPS);
};

/** Logged, answered and applied are the same; what was lost is nowhere. */
const expectAccounted = (all: readonly Loop[], { err }: Ended, { dataFolder, before }: Stage): void => {
  const heard = all.flatMap((one) => one.heard);
  const answered = heard.filter(({ code }) => code !== undefined);
  expect(answered.filter(({ code }) => code !== 'OK')).toHaveLength(0);
  const lines = err.split('\n').filter((line) => line !== '');
  const logged = lines.map((line) => JSON.parse(line)).map(({ requestId, code }) => `${requestId} ${code}`);
  expect(logged.sort()).toEqual(answered.map(({ id, code }) => `${id} ${code}`).sort());

  const after = readContents(dataFolder);
  expectConsistent(before, after);
  const applied = answered.filter(({ isWrite }) => isWrite).map(({ id }) => id);
  expect([...after.answers.keys()].sort()).toEqual(applied.sort());
  expect([...after.skills.keys()].filter((id) => !before.skills.has(id)).sort()).toEqual(applied);
};

const addressOf = (address: string): [number, string] => {
  const { port, hostname } = new URL(address.includes('://') ? address : `http://${address}`);
  return [Number(port), hostname];
};

/** How a new connection ends. */
const knock = (address: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(...addressOf(address), () => resolve('accepted'));
    socket
      .on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)))
      .on('close', () => resolve('closed'));
  });

/** A connection on which the server said that it is ready, and on which the next such question is not quite asked. */
const readiness = async (address: string) => {
  const socket = connect(...addressOf(address)).setEncoding('utf8');
  const answer = () =>
    new Promise<string>((resolve, reject) => {
      socket.once('data', (text) => resolve(String(text).slice(9, 12))).once('close', reject);
    });
  socket.write('GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(await answer()).toBe('200');
  socket.write('GET /readyz HTTP/1.1\r\nHost: x\r\n');
  return async () => {
    socket.write('\r\n');
    return answer();
  };
};

const endedWith = async ({ server, clients }: Stage, loops: readonly Loop[]): Promise<Ended> => {
  const ended = await server.ended;
  await Promise.all(loops.map((one) => one.ended));
  await closeAll(clients);
  return ended;
};

test(`reads and writes without a pause: none that was accepted is dropped (FC_SEED=${SEED})`, async () => {
  const staged = await stage();
  const all = [...loops(staged.clients, 'read', read), ...loops(staged.clients, 'write', write)];
  await until(() => areWarm(all));
  await sleep(random() * RUNNING_MS_MAX);
  staged.server.child.kill('SIGTERM');
  const ended = await endedWith(staged, all);
  expect(ended).toMatchObject({ code: 0, signal: null });
  // Whoever closes a file last takes its log away.
  expect(readdirSync(staged.dataFolder)).toEqual([FILE_NAME]);
  expectAccounted(all, ended, staged);
}, 60_000);

test('writes that wait for another process are finished; meanwhile it says that it is stopping, and takes nobody new', async () => {
  const staged = await stage();
  const { server, clients } = staged;
  const lock = lockOf(staged.dataFolder);
  const health = watchHealth(server.address.grpc);
  expect(await health.next()).toBe('SERVING');
  const writers = loops(clients, 'write', write);
  await until(() => areWarm(writers));
  await lock.take();
  await until(() => areWaiting(staged));
  const waiting = writers.map(({ heard }) => heard.length);
  const readers = loops(clients, 'read', read);
  await until(() => areWarm(readers));
  const areReady = await Promise.all(HTTP.map((protocol) => readiness(server.address[protocol])));

  server.child.kill('SIGTERM');
  expect(await health.next()).toBe('NOT_SERVING');
  expect(await Promise.all(areReady.map((ask) => ask()))).toEqual(['503', '503', '503']);
  for (const protocol of PROTOCOL_NAMES) expect(await knock(server.address[protocol])).toBe('ECONNREFUSED');
  expect(server.child.exitCode).toBeNull();
  await lock.release();
  await lock.close();

  const ended = await endedWith(staged, [...writers, ...readers]);
  expect(ended).toMatchObject({ code: 0, signal: null });
  expect(writers.map(({ heard }, at) => heard[waiting[at]!]?.code)).toEqual(writers.map(() => 'OK'));
  expect(readdirSync(staged.dataFolder)).toEqual([FILE_NAME]);
  expectAccounted([...writers, ...readers], ended, staged);
  health.close();
}, 60_000);

/** Writes that the lock keeps from ending, and how the process ends while it is held. */
const stopInTheWay = async (
  environment: Record<string, string>,
  signal: (server: ServerProcess, stopping: Promise<unknown>) => Promise<void>,
) => {
  const staged = await stage(environment);
  const { server, clients, dataFolder, before } = staged;
  const lock = lockOf(dataFolder);
  await lock.take();
  const writers = loops(clients, 'write', write);
  await until(() => areWaiting(staged));
  const health = watchHealth(server.address.grpc);
  await health.next();
  await signal(server, health.next());
  const ended = await endedWith(staged, writers);
  health.close();
  expect(writers.flatMap(({ heard }) => heard.map(({ code }) => code))).toEqual(writers.map(() => undefined));
  await lock.release();
  await lock.close();
  const after = readContents(dataFolder);
  expect(after).toStrictEqual(before);
  return ended;
};

test('a second signal ends it at once, and nothing of what was under way is there', async () => {
  const { code } = await stopInTheWay({}, async ({ child }, stopping) => {
    child.kill('SIGTERM');
    await stopping;
    child.kill('SIGTERM');
  });
  expect(code).toBe(1);
}, 60_000);

test('what is not done in time is cut, and nothing of it is there', async () => {
  const { code, err } = await stopInTheWay({ STOP_SECONDS: '1' }, async ({ child }) => {
    child.kill('SIGTERM');
  });
  expect(code).toBe(0);
  const lines = err.split('\n').filter((line) => line !== '');
  expect(lines.map((line) => JSON.parse(line).code)).toEqual(
    PROTOCOL_NAMES.flatMap(() => Array(LOOPS).fill('DEADLINE_EXCEEDED')),
  );
}, 60_000);
