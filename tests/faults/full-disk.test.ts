/** A full disk: writes are UNAVAILABLE and lose nothing, the cause is in the log, and writes succeed again when there is room. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openService } from '../../src/app/service';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { sendHttp } from '../support/raw/http';
import { tempFolder } from '../support/temp';
import { closeAll, connectAll } from './clients';
import { startServer } from './processes';

/** A file system of 4 MiB in memory, which only the process and its children see, and which ends with them. */
const SMALL_DISK =
  'mount -t tmpfs -o size=4m tmpfs "$ROSETTA_DATA" && cp "$SEED"/* "$ROSETTA_DATA" && exec "$@"';
const onSmallDisk = (command: string) => ['-rm', 'sh', '-c', SMALL_DISK, 'sh', command];
const canMount =
  spawnSync('unshare', [...onSmallDisk('true')], {
    env: { ...process.env, ROSETTA_DATA: tempFolder(), SEED: __dirname },
  }).status === 0;

const skill = (id: string) => ({
  skill: { id, name: 'Large', summary: 'x'.repeat(3900), categoryIds: ['databases'] },
});

(canMount ? test : test.skip)(
  'a full disk (skipped if a process cannot mount a file system of its own)',
  async () => {
    const [seed, dataFolder] = [tempFolder(), tempFolder()];
    const { identity, close } = await openService({ dataFolder: seed });
    const token = await identity.issue({ subject: 'ada', scopes: ['skills:write'] });
    await close();
    const server = await startServer(dataFolder, { SEED: seed }, onSmallDisk(process.execPath));
    const clients = connectAll(server.address, { token });
    const readyStatus = async () => (await sendHttp(server.address.rest, '/readyz')).status;

    const stored: string[] = [];
    const failures = new Set<string>();
    for (let n = 0; failures.size === 0; n++) {
      await clients.rest.createSkill(skill(`large-${n}`)).then(
        ({ id }) => stored.push(id),
        ({ code, reason }) => failures.add(`${code} ${reason}`),
      );
    }
    // Less room than any write needs.
    const filler = path.join(`/proc/${server.child.pid}/root`, dataFolder, 'filler');
    try {
      writeFileSync(filler, Buffer.alloc(8 * 2 ** 20));
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
    for (const protocol of PROTOCOL_NAMES) {
      await clients[protocol].createSkill(skill(`over-${protocol}`)).catch(({ code, reason }) => {
        failures.add(`${code} ${reason}`);
      });
      expect(await clients[protocol].getSkill({ id: 'git', fields: ['id'] })).toEqual({ id: 'git' });
    }
    expect([...failures]).toEqual(['UNAVAILABLE STORE_UNAVAILABLE']);
    while ((await readyStatus()) !== 503) await sleep(20);

    rmSync(filler);
    const size = spawnSync('nsenter', [
      ...['-t', String(server.child.pid), '-U', '-m', '--preserve-credentials'],
      ...['mount', '-o', 'remount,size=32m', dataFolder],
    ]);
    expect(String(size.stderr)).toBe('');
    while ((await readyStatus()) !== 200) await sleep(20);
    for (const protocol of PROTOCOL_NAMES) {
      expect(await clients[protocol].createSkill(skill(`after-${protocol}`))).toMatchObject({
        name: 'Large',
      });
    }
    for (const id of stored) expect(await clients.rest.getSkill({ id, fields: ['id'] })).toEqual({ id });
    await closeAll(clients);
    server.child.kill('SIGTERM');
    const { code, err } = await server.ended;
    expect(code).toBe(0);
    const [first = '', ...others] = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).message);
    expect(first).toMatch(/^The data folder \S+ cannot be used: database or disk is full \(SQLITE_FULL\)/);
    expect(first).toContain(dataFolder);
    expect(others.at(-1)).toMatch(/^The data folder \S+ can be used again\.$/);
  },
  60_000,
);
