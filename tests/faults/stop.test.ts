/**
 * Graceful shutdown: SIGTERM under load through all four protocols. A request is accepted when the server has begun to
 * read it: the first byte of an HTTP/1.1 request, or the HEADERS of an HTTP/2 stream up to the last one of GOAWAY. The
 * server logs and answers every accepted request. A request that races with the close (on an idle connection that is
 * being closed, on a stream above the last one of GOAWAY, on a connection that was not accepted) is not a call: the client
 * reports a failed connection, the log has no line for it, it has no effect, and the client can retry it unchanged.
 * So the sets of logged, answered and applied calls are equal, and a lost call is in none of them.
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
import { expectConsistent, readContents } from './database-contents';
import { type ProcessEnd, type ServerProcess, startLockHolder, startServer } from './processes';

const SEED = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));
const random = createRandom(SEED);
const LOOPS = 3;
const CALLS_MIN = 3;
const RUNNING_MS_MAX = 50;
const HTTP = ['rest', 'graphql', 'soap'] as const;

interface CallRecord {
  /** The request id; for a write also the idempotency key and the skill id. */
  readonly id: string;
  readonly isWrite: boolean;
  /** Undefined if the call was lost. */
  readonly code: string | undefined;
}

interface Loop {
  readonly calls: readonly CallRecord[];
  /** Resolves when a call of the loop was lost. */
  readonly ended: Promise<void>;
}

type Call = (api: SkillsApi, id: string, context: CallContext) => Promise<unknown>;
const read: Call = (api, _id, context) => api.getSkill({ id: 'git' }, context);
const write: Call = (api, id, context) =>
  api.createSkill({ skill: { id, name: 'Written', categoryIds: ['databases'] } }, context);

/** Makes one call after another on kept-alive connections until one is lost. */
const loop = (api: SkillsApi, name: string, call: Call): Loop => {
  const calls: CallRecord[] = [];
  const run = async () => {
    for (let sent = 0; ; sent++) {
      const id = `${name}-${sent}`;
      const code = await call(api, id, { requestId: id, idempotencyKey: id }).then(
        () => 'OK',
        (error) => (isLost(error) ? undefined : error.code),
      );
      calls.push({ id, isWrite: call === write, code });
      if (code === undefined) return;
    }
  };
  return { calls, ended: run() };
};

const loops = (clients: Clients, kind: string, call: Call): Loop[] =>
  PROTOCOL_NAMES.flatMap((protocol) =>
    Array.from({ length: LOOPS }, (_, at) => loop(clients[protocol], `${protocol}-${kind}-${at}`, call)),
  );

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await sleep(5);
};

const areWarm = (all: readonly Loop[]) => all.every(({ calls }) => calls.length >= CALLS_MIN);

const startLoadedServer = async (environment: Record<string, string> = {}) => {
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

type LoadedServer = Awaited<ReturnType<typeof startLoadedServer>>;

/** Whether the metrics of the server report exactly the waiting writes in flight. */
const areWaiting = async ({ server }: LoadedServer): Promise<boolean> => {
  const metric = await scrape(server.metrics);
  return PROTOCOL_NAMES.every((protocol) => metric('rosetta_calls_in_flight', { protocol }) === LOOPS);
};

/** The logged, answered and applied calls must be the same; a lost call must be in none of the sets. */
const expectAccounted = (
  all: readonly Loop[],
  { err }: ProcessEnd,
  { dataFolder, before }: LoadedServer,
): void => {
  const calls = all.flatMap((one) => one.calls);
  const answered = calls.filter(({ code }) => code !== undefined);
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

/** Opens a connection and resolves to its fate: accepted, closed, or an error code. */
const tryConnecting = (address: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(...addressOf(address), () => resolve('accepted'));
    socket
      .on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)))
      .on('close', () => resolve('closed'));
  });

/** Requests /readyz, then begins a second request. Returns a function that completes it and resolves to its status. */
const beginReadinessRequest = async (address: string) => {
  const socket = connect(...addressOf(address)).setEncoding('utf8');
  const nextStatus = () =>
    new Promise<string>((resolve, reject) => {
      socket.once('data', (text) => resolve(String(text).slice(9, 12))).once('close', reject);
    });
  socket.write('GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(await nextStatus()).toBe('200');
  socket.write('GET /readyz HTTP/1.1\r\nHost: x\r\n');
  return async () => {
    socket.write('\r\n');
    return nextStatus();
  };
};

const waitForEnd = async ({ server, clients }: LoadedServer, loops: readonly Loop[]): Promise<ProcessEnd> => {
  const ended = await server.ended;
  await Promise.all(loops.map((one) => one.ended));
  await closeAll(clients);
  return ended;
};

test(`SIGTERM under continuous reads and writes drops no accepted request (FC_SEED=${SEED})`, async () => {
  const loaded = await startLoadedServer();
  const all = [...loops(loaded.clients, 'read', read), ...loops(loaded.clients, 'write', write)];
  await until(() => areWarm(all));
  await sleep(random() * RUNNING_MS_MAX);
  loaded.server.child.kill('SIGTERM');
  const ended = await waitForEnd(loaded, all);
  expect(ended).toMatchObject({ code: 0, signal: null });
  // The last process to close a SQLite database removes its write-ahead log.
  expect(readdirSync(loaded.dataFolder)).toEqual([FILE_NAME]);
  expectAccounted(all, ended, loaded);
}, 60_000);

test('a stopping server finishes waiting writes, reports that it is not ready and accepts no new connection', async () => {
  const loaded = await startLoadedServer();
  const { server, clients } = loaded;
  const lock = startLockHolder(loaded.dataFolder);
  const health = watchHealth(server.address.grpc);
  expect(await health.next()).toBe('SERVING');
  const writers = loops(clients, 'write', write);
  await until(() => areWarm(writers));
  await lock.take();
  await until(() => areWaiting(loaded));
  const waiting = writers.map(({ calls }) => calls.length);
  const readers = loops(clients, 'read', read);
  await until(() => areWarm(readers));
  const readinessRequests = await Promise.all(
    HTTP.map((protocol) => beginReadinessRequest(server.address[protocol])),
  );

  server.child.kill('SIGTERM');
  expect(await health.next()).toBe('NOT_SERVING');
  expect(await Promise.all(readinessRequests.map((complete) => complete()))).toEqual(['503', '503', '503']);
  for (const protocol of PROTOCOL_NAMES)
    expect(await tryConnecting(server.address[protocol])).toBe('ECONNREFUSED');
  expect(server.child.exitCode).toBeNull();
  await lock.release();
  await lock.close();

  const ended = await waitForEnd(loaded, [...writers, ...readers]);
  expect(ended).toMatchObject({ code: 0, signal: null });
  expect(writers.map(({ calls }, at) => calls[waiting[at]!]?.code)).toEqual(writers.map(() => 'OK'));
  expect(readdirSync(loaded.dataFolder)).toEqual([FILE_NAME]);
  expectAccounted([...writers, ...readers], ended, loaded);
  health.close();
}, 60_000);

/** Sends signals while a lock blocks all writes. Resolves to the end of the process. */
const stopWithBlockedWrites = async (
  environment: Record<string, string>,
  signal: (server: ServerProcess, stopping: Promise<unknown>) => Promise<void>,
) => {
  const loaded = await startLoadedServer(environment);
  const { server, clients, dataFolder, before } = loaded;
  const lock = startLockHolder(dataFolder);
  await lock.take();
  const writers = loops(clients, 'write', write);
  await until(() => areWaiting(loaded));
  const health = watchHealth(server.address.grpc);
  await health.next();
  await signal(server, health.next());
  const ended = await waitForEnd(loaded, writers);
  health.close();
  expect(writers.flatMap(({ calls }) => calls.map(({ code }) => code))).toEqual(writers.map(() => undefined));
  await lock.release();
  await lock.close();
  const after = readContents(dataFolder);
  expect(after).toStrictEqual(before);
  return ended;
};

test('a second signal ends the process at once, and the blocked writes have no effect', async () => {
  const { code } = await stopWithBlockedWrites({}, async ({ child }, stopping) => {
    child.kill('SIGTERM');
    await stopping;
    child.kill('SIGTERM');
  });
  expect(code).toBe(1);
}, 60_000);

test('writes that are unfinished after STOP_SECONDS are cancelled and have no effect', async () => {
  const { code, err } = await stopWithBlockedWrites({ STOP_SECONDS: '1' }, async ({ child }) => {
    child.kill('SIGTERM');
  });
  expect(code).toBe(0);
  const lines = err.split('\n').filter((line) => line !== '');
  expect(lines.map((line) => JSON.parse(line).code)).toEqual(
    PROTOCOL_NAMES.flatMap(() => Array(LOOPS).fill('DEADLINE_EXCEEDED')),
  );
}, 60_000);
