/**
 * The fast attacks of tools/attacks and some of its random mutations, on servers in this process. `npm run abuse` runs all
 * attacks on the built server and also measures its memory.
 */

import { openService, type SkillsServiceHandle } from '../../src/app/service';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import type { Attack, AttackSize, Target } from '../../tools/attacks/attack';
import { FAST } from '../../tools/attacks/attacks';
import { hostileTokens } from '../../tools/attacks/attacks/credentials';
import { sendMutations } from '../../tools/attacks/random-mutations';
import { type RegularClient, startRegularClient } from '../../tools/attacks/regular-client';
import { differences, type Snapshot, snapshotOf } from '../../tools/attacks/snapshot';
import { type Served, serveMap } from '../support/served';
import { tempFolder } from '../support/temp';

const SIZE: AttackSize = { times: 1, connections: 10, frames: 1000, patienceMs: 300, payloads: 1 };
const MUTATIONS = { count: 1500, seed: 4 };

let served: Served;
let foreign: SkillsServiceHandle;
let target: Target;
let before: Snapshot;
let regularClients: RegularClient[];

beforeAll(async () => {
  served = await serveMap();
  foreign = await openService({ dataFolder: tempFolder() });
  const { address, service } = served;
  const tokenOf = (subject: string) => service.identity.issue({ subject, scopes: ['skills:write'] });
  target = { address, tokenOf, hostileTokens: await hostileTokens(service, foreign) };
  before = await snapshotOf(target);
  const token = await tokenOf('regular');
  regularClients = PROTOCOL_NAMES.map((name) => startRegularClient(name, { address: address[name], token }));
});

afterAll(async () => {
  await Promise.all(regularClients.map((client) => client.stop()));
  await served.stop();
  await foreign.close();
});

const goesTo = (attack: Attack) => PROTOCOL_NAMES.filter((name) => typeof attack.on[name] !== 'string');

describe.each(FAST.map((attack): [string, Attack] => [attack.name, attack]))('%s:', (_name, attack) => {
  test.each(goesTo(attack))('%s withstands it', async (protocol: ProtocolName) => {
    const run = attack.on[protocol];
    if (typeof run === 'string') throw new Error(run);
    expect(await run(target, SIZE)).toMatchObject({ failures: [] });
  });
});

test('the attacks changed no skill and no category', async () => {
  expect(differences(before, await snapshotOf(target))).toStrictEqual([]);
});

test.each(PROTOCOL_NAMES)(
  '%s responds to random mutations of valid requests in the form of the protocol',
  async (protocol) => {
    expect(await sendMutations(protocol, target, MUTATIONS)).toMatchObject({ failures: [] });
  },
);

test('all four protocols serve the same catalogue after the mutations', async () => {
  await expect(snapshotOf(target)).resolves.toBeDefined();
});

test('the server answered regular clients during the attacks', async () => {
  for (const client of regularClients) {
    const { calls, failures } = await client.take();
    expect(failures).toStrictEqual([]);
    expect(calls).toBeGreaterThan(20);
  }
});

test('the service logged no internal error', () => {
  expect(served.logged).toStrictEqual([]);
});
