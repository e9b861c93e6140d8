/** A database that another process has locked, to clients of the identity server: an error of OAuth 2.0 (RFC 6749, section 4.1.2.1). */
import path from 'node:path';
import Database from 'libsql';
import { FILE_NAME } from '../../src/store/sqlite';
import { start } from '../cli/run';
import { freePort } from '../identity/identity-server';
import { tempFolder } from '../support/temp';

const AUTHORIZE = `/auth?${new URLSearchParams({
  client_id: 'rosetta-cli',
  response_type: 'code',
  scope: 'openid',
  redirect_uri: 'http://127.0.0.1/callback',
  code_challenge: 'x'.repeat(43),
  code_challenge_method: 'S256',
})}`;

test('a sign-in that cannot be stored is temporarily_unavailable, and works again after the lock', async () => {
  const [folder, port] = [tempFolder(), String(await freePort())];
  const server = start(['serve', '--only', 'auth'], { ROSETTA_DATA: folder, AUTH_PORT: port });
  await server.printed('Press Ctrl+C');
  const authorize = async () => {
    const { status, headers } = await fetch(`http://127.0.0.1:${port}${AUTHORIZE}`, { redirect: 'manual' });
    return [status, headers.get('location')];
  };

  const other = new Database(path.join(folder, FILE_NAME));
  other.exec('BEGIN IMMEDIATE');
  const [status, location] = await authorize();
  other.exec('ROLLBACK');
  other.close();
  const { origin, pathname, searchParams } = new URL(String(location));
  expect([status, origin + pathname]).toEqual([303, 'http://127.0.0.1/callback']);
  expect([searchParams.get('error'), searchParams.get('error_description')]).toEqual([
    'temporarily_unavailable',
    'try again later',
  ]);

  expect(await authorize()).toEqual([303, expect.stringContaining('/interaction/')]);
  server.child.kill('SIGTERM');
  const { code, err } = await server.ended;
  expect([code, err.replace(/^oidc-provider WARNING: .*\n/m, '')]).toEqual([0, '']);
}, 60_000);
