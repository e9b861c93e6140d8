/** kill -9 during a thousand concurrent writes: acknowledged writes are stored, and no write is stored in part. */

import { setTimeout as sleep } from 'node:timers/promises';
import { openService } from '../../src/app/service';
import { allItems } from '../../src/calls/all-items';
import { createRandom } from '../../src/compare/scenarios/support/random';
import type { SkillsError } from '../../src/contract/errors';
import type { Skill } from '../../src/contract/model';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import type { SkillsApi } from '../../src/contract/skills-api';
import { tempFolder } from '../support/temp';
import { type Clients, closeAll, connectAll, isLost } from './clients';
import {
  type DatabaseContents,
  expectConsistent,
  expectSame,
  progressKey,
  readContents,
  sortedById,
} from './database-contents';
import { startServer } from './processes';
import { type Attempt, expectWholeEffects, INITIAL_MAP, type Job, jobs, LEARNERS } from './writes';

const SEED = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));
const KILLS = 2;
/** The kill comes after at most so many acknowledged writes, while hundreds are in flight. */
const ACKNOWLEDGED_MAX = 250;
const DELAY_MS_MAX = 4;

const random = createRandom(SEED);
const below = (limit: number): number => Math.floor(random() * limit);

type Tokens = Readonly<Record<string, string>>;

const begin = async (dataFolder: string): Promise<{ before: DatabaseContents; tokens: Tokens }> => {
  const { identity, close } = await openService({ dataFolder, seed: INITIAL_MAP });
  const issue = async (subject: string) =>
    [subject, await identity.issue({ subject, scopes: ['skills:write'] })] as const;
  const tokens = Object.fromEntries(await Promise.all(LEARNERS.map(issue)));
  await close();
  return { before: readContents(dataFolder), tokens };
};

const send = async (
  { key, call }: Attempt,
  token: string | undefined,
  api: SkillsApi,
): Promise<Attempt['outcome']> => {
  const write = api[call.operation] as (input: unknown, context: object) => Promise<unknown>;
  try {
    return { answer: await write(call.input, { token, idempotencyKey: key }) };
  } catch (thrown) {
    if (isLost(thrown as SkillsError)) return undefined;
    return { rejected: (thrown as SkillsError).reason };
  }
};

const isDone = ({ attempts }: Job): boolean => {
  const outcome = attempts.at(-1)?.outcome;
  return outcome !== undefined && 'answer' in outcome;
};

/** Works on a job until it is done or the server is lost. Retries a lost call with its key through the next protocol. */
const work = async (job: Job, clients: Clients, tokens: Tokens, acknowledged: () => void): Promise<void> => {
  const turn = Number(job.name.split('-')[1]);
  for (let sent = job.attempts.length; !isDone(job); sent++) {
    const api = clients[PROTOCOL_NAMES[(turn + sent) % PROTOCOL_NAMES.length]!];
    const last = job.attempts.at(-1);
    let attempt = last?.outcome ? undefined : last;
    if (!attempt) {
      const key = `${job.name}-${job.attempts.length}`;
      const call = await job.begin(api, key).catch((error) => {
        if (!isLost(error)) throw error;
      });
      if (!call) return;
      attempt = { key, call };
      job.attempts.push(attempt);
    }
    attempt.outcome = await send(attempt, tokens[job.learner], api);
    if (!attempt.outcome) return;
    if ('answer' in attempt.outcome) acknowledged();
    // Another job has changed the skill since this one read it.
    else expect(attempt.outcome.rejected).toBe('ETAG_MISMATCH');
  }
};

/** Works on all unfinished jobs at once. `kill` receives the number of acknowledged writes. */
const workAll = async (
  all: readonly Job[],
  clients: Clients,
  tokens: Tokens,
  kill?: (done: number) => void,
) => {
  let done = 0;
  await Promise.all(
    all.map((job) =>
      work(job, clients, tokens, () => {
        done += 1;
        kill?.(done);
      }),
    ),
  );
};

const allSkills = async (api: SkillsApi): Promise<readonly Skill[]> =>
  sortedById(await allItems((paging) => api.listSkills(paging)));

/** Every protocol must serve exactly the contents of the database. */
const expectServed = async (clients: Clients, tokens: Tokens, { skills, progress }: DatabaseContents) => {
  const rows = sortedById([...skills.values()]);
  for (const protocol of PROTOCOL_NAMES) {
    const api = clients[protocol];
    expectSame(await allSkills(api), rows);
    const served = await Promise.all(
      LEARNERS.map(async (learner) => {
        const context = { token: tokens[learner] };
        const all = await allItems((paging) => api.listProgress(paging, context));
        return all.map(({ skillId, ...rest }) => [progressKey(learner, skillId), rest] as const);
      }),
    );
    expect(new Map(served.flat())).toStrictEqual(new Map(progress));
  }
};

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => [random(), item] as const)
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item);

test(`kill -9 during a thousand writes loses no acknowledged write and stores none in part (${KILLS} kills, FC_SEED=${SEED})`, async () => {
  const dataFolder = tempFolder();
  const { before, tokens } = await begin(dataFolder);
  const all = shuffled(jobs());
  expect(all).toHaveLength(1000);

  const checkFile = (): DatabaseContents => {
    const after = readContents(dataFolder);
    expectConsistent(before, after);
    expectWholeEffects(all, before, after);
    return after;
  };
  const check = async (clients: Clients): Promise<DatabaseContents> => {
    const after = checkFile();
    await expectServed(clients, tokens, after);
    return after;
  };

  for (let kill = 0; kill < KILLS; kill++) {
    const server = await startServer(dataFolder);
    const clients = connectAll(server.address);
    if (kill > 0) await check(clients);
    const [count, delayMs] = [1 + below(ACKNOWLEDGED_MAX), random() * DELAY_MS_MAX];
    await workAll(all, clients, tokens, (done) => {
      if (done === count) void sleep(delayMs).then(() => server.child.kill('SIGKILL'));
    });
    expect(await server.ended).toStrictEqual({ code: null, signal: 'SIGKILL', err: '' });
    expect(all.filter((job) => !isDone(job)).length).toBeGreaterThan(0);
    await closeAll(clients);
  }

  const server = await startServer(dataFolder);
  const clients = connectAll(server.address);
  await check(clients);
  await workAll(all, clients, tokens);
  expect(all.filter((job) => !isDone(job))).toHaveLength(0);
  const { revision, skills } = await check(clients);
  // 450 creates, 200 updates and 150 deletes, each exactly once.
  expect(revision).toBe(800);
  const counted = [...skills.values()].filter(({ id }) => id.startsWith('shared-'));
  expect(counted.map(({ summary }) => summary)).toEqual(Array(100).fill('2'));

  // A further retry returns the first result and has no effect.
  for (const { attempts, learner } of all.filter((_, at) => at % 10 === 0)) {
    const attempt = attempts.at(-1)!;
    const api = clients[PROTOCOL_NAMES[below(PROTOCOL_NAMES.length)]!];
    expect(await send(attempt, tokens[learner], api)).toStrictEqual(attempt.outcome);
  }
  expect(checkFile().revision).toBe(800);
  await closeAll(clients);
  server.child.kill('SIGTERM');
  expect(await server.ended).toStrictEqual({ code: 0, signal: null, err: '' });
}, 120_000);
