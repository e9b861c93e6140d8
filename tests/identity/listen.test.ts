/** The identity server's port: graceful stop, and the check of the issuer. */
import { startIdentityServer } from '../../src/identity/server';
import { openBucketInMemory } from '../../src/rate-limit/limiter';
import { listen } from '../../src/runtime/listen';
import type { IdentityStore } from '../../src/store/identity-store';
import { newSigningKey } from './identity-server';

test('a stop lets requests in flight finish, and /readyz reports it', async () => {
  let finish: (() => void) | undefined;
  const server = await listen(
    (_request, response) => {
      finish = () => response.end('done');
    },
    { host: '127.0.0.1', port: 0 },
  );
  expect(await (await fetch(`${server.address}/readyz`)).text()).toBe('{"status":"ok"}');
  const inFlight = fetch(server.address);
  while (!finish) await new Promise((resolve) => setTimeout(resolve, 5));
  const stopped = server.stop({ graceMs: 5000 });
  // An existing connection may still send a request; a new one is rejected.
  const readiness = await fetch(`${server.address}/readyz`).then(
    ({ status }) => status,
    () => 'refused',
  );
  expect([503, 'refused']).toContain(readiness);
  finish();
  expect(await (await inFlight).text()).toBe('done');
  await stopped;
});

test('a request that does not finish in time is ended', async () => {
  const server = await listen(() => undefined, { host: '127.0.0.1', port: 0 });
  const inFlight = fetch(server.address).catch(() => 'ended');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await server.stop({ graceMs: 50 });
  expect(await inFlight).toBe('ended');
});

test.each([
  ['http://localhost:4005/realms/one', undefined, 'must be an origin'],
  ['http://localhost:4005/?a=b', undefined, 'must be an origin'],
  ['http://localhost:4005', { cert: '', key: '' }, 'must begin with https://'],
])('the issuer %s is rejected before the port is opened', async (issuer, tls, message) => {
  const options = {
    host: '127.0.0.1',
    port: 0,
    issuer,
    audience: 'api-rosetta',
    signingKey: newSigningKey(),
  };
  const start = startIdentityServer({
    ...options,
    tls,
    store: {} as IdentityStore,
    openBucket: openBucketInMemory,
    log: () => undefined,
  });
  await expect(start).rejects.toThrow(message);
});
