/** A store that fails, over each wire: writes are UNAVAILABLE, reads go on, and health checks report it until it works again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { sendRequest } from '../guards/requests';
import { damageSkill } from '../support/damage';
import { watchHealth } from '../support/raw/grpc';
import { sendHttp } from '../support/raw/http';
import { type Served, serveMap } from '../support/served';

let served: Served;
beforeAll(async () => {
  served = await serveMap();
});
afterAll(() => served.stop());

const readiness = async (): Promise<string[]> =>
  Promise.all(
    (['rest', 'graphql', 'soap'] as const).map(async (name) => {
      const { status, text } = await sendHttp(served.address[name], '/readyz');
      return `${status} ${text}`;
    }),
  );

const untilReadinessIs = async (expected: string): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while ((await readiness()).some((one) => one !== expected) && Date.now() < deadline) await sleep(20);
  expect(await readiness()).toEqual([expected, expected, expected]);
};

const READY = '200 {"status":"ok"}';
const UNAVAILABLE = '503 {"status":"unavailable"}';

test('a damaged row makes writes UNAVAILABLE until it is repaired', async () => {
  const health = watchHealth(served.address.grpc);
  expect(await health.next()).toBe('SERVING');
  const repair = damageSkill(served.dataFolder, 'git');
  await untilReadinessIs(UNAVAILABLE);
  expect(await health.next()).toBe('NOT_SERVING');

  for (const protocol of PROTOCOL_NAMES) {
    const { code, reason, status, body } = await sendRequest(served, protocol, 'write', {
      token: served.token,
    });
    const expected = { rest: 503, graphql: 200, grpc: 14, soap: 500 }[protocol];
    expect({ code, reason, status }).toEqual({
      ...{ code: 'UNAVAILABLE', reason: 'STORE_UNAVAILABLE' },
      status: expected,
    });
    expect(body).not.toContain(served.dataFolder);
    expect((await sendRequest(served, protocol, 'read')).code).toBe('OK');
  }
  expect((await sendHttp(served.address.rest, '/livez')).status).toBe(200);

  repair();
  await untilReadinessIs(READY);
  expect(await health.next()).toBe('SERVING');
  health.close();
  for (const protocol of PROTOCOL_NAMES) {
    expect((await sendRequest(served, protocol, 'write', { token: served.token })).code).toBe('OK');
  }
  expect(served.logged.map(String)).toEqual([
    `Error: The data folder ${served.dataFolder} cannot be used: tags of skill git in the database is not JSON`,
    `The data folder ${served.dataFolder} can be used again.`,
  ]);
});
