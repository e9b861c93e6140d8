/** With the shipped limits, in the built server: unfinished connections hold no descriptor, and do not delay a stop. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureSelfSignedCertificate } from '../../src/app/self-signed-certificate';
import { LIMITS } from '../../src/contract/limits';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { type ServerProcess, startServer } from '../faults/processes';
import { tempFolder } from '../support/temp';
import { countDescriptors, openUnfinished } from '../support/unfinished';

const STOP_SECONDS = 5;
/** The longest limit, and the time within which the server must act after it. */
const WAIT_MS = LIMITS.requestMsMax + 10_000;

const openAll = ({ address, metrics }: ServerProcess, isTls: boolean) => [
  ...PROTOCOL_NAMES.flatMap((protocol) => openUnfinished(protocol, address[protocol], isTls)),
  ...openUnfinished('rest', metrics, false),
];

test.each([false, true])(
  'with TLS: %s',
  async (isTls) => {
    const folder = tempFolder();
    const { cert, key } = await ensureSelfSignedCertificate(folder);
    const server = await startServer(folder, {
      STOP_SECONDS: String(STOP_SECONDS),
      METRICS_PORT: '0',
      ...(isTls && { TLS_CERT: cert, TLS_KEY: key, AUTH_ISSUER: 'https://localhost:4005' }),
    });
    const pid = server.child.pid!;
    const before = countDescriptors(pid);
    const held = openAll(server, isTls);
    await sleep(WAIT_MS);
    expect(held.filter(({ isEnded }) => !isEnded).map(({ name }) => name)).toEqual([]);
    expect(countDescriptors(pid)).toBeLessThanOrEqual(before);
    for (const { socket } of held) socket.destroy();

    const again = openAll(server, isTls);
    await sleep(500);
    server.child.kill('SIGTERM');
    const ended = await Promise.race([
      once(server.child, 'exit').then(([code]) => code),
      sleep((STOP_SECONDS + 5) * 1000, 'still running'),
    ]);
    for (const { socket } of again) socket.destroy();
    expect(ended).toBe(0);
  },
  WAIT_MS + 40_000,
);
