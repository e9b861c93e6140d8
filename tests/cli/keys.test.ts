/** `rosetta keys rotate`, and the data folder that commands leave behind. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { FILE_NAME } from '../../src/store/sqlite';
import { tempFolder } from '../support/temp';
import { run, tokenFor } from './run';

jest.setTimeout(60_000);

const environmentOf = (dataFolder: string) => ({
  ROSETTA_DATA: dataFolder,
  ROSETTA_TOKEN: '',
  AUTH_JWKS_URL: '',
});

test('a read leaves no signing key, in a folder that Git ignores', async () => {
  const dataFolder = path.join(tempFolder(), 'data');
  const words = ['query', 'getSkill', 'git', 'fields=id', '--via', 'direct'];
  expect((await run(words, environmentOf(dataFolder))).code).toBe(0);
  expect(readFileSync(path.join(dataFolder, '.gitignore'), 'utf8')).toBe('*\n');
  const file = new Database(path.join(dataFolder, FILE_NAME));
  expect(file.prepare('SELECT * FROM signing_key').all()).toEqual([]);
  file.close();
});

test('keys rotate keeps tokens of the previous key valid for the given time', async () => {
  const environment = environmentOf(tempFolder());
  const old = await tokenFor(environment);
  const read = async (token: string) =>
    (await run(['query', 'listProgress', '--via', 'direct', '--token', token], environment)).code;
  expect(await read(old)).toBe(0);
  const rotated = await run(['keys', 'rotate'], environment);
  expect(rotated).toMatchObject({ code: 0, out: expect.stringMatching(/^The new signing key is \S+\. /) });
  const next = await tokenFor(environment);
  expect([await read(old), await read(next)]).toEqual([0, 0]);
  expect((await run(['keys', 'rotate', '--keep', '0s'], environment)).code).toBe(0);
  expect([await read(old), await read(next)]).toEqual([0, 1]);
});
