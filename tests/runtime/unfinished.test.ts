/** A connection whose handshake, headers, body or frames are broken or unfinished holds no descriptor after its limit. */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureSelfSignedCertificate } from '../../src/app/self-signed-certificate';
import { PROTOCOL_NAMES, type ServerTls } from '../../src/contract/protocol';
import { listen } from '../../src/runtime/listen';
import { serveMap } from '../support/served';
import { tempFolder } from '../support/temp';
import { countDescriptors, openUnfinished } from '../support/unfinished';

/** Shorter than the shipped limits, which tests/abuse/unfinished uses. */
const limits = {
  headersMsMax: 300,
  requestMsMax: 400,
  idleMsMax: 300,
  stalledMsMax: 500,
  http2IdleMsMax: 500,
};
const WAIT_MS_MAX = 10_000;

let tls: ServerTls;
beforeAll(async () => {
  const { cert, key } = await ensureSelfSignedCertificate(tempFolder());
  tls = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
});

const start = async (name: (typeof PORTS)[number], isTls: boolean) => {
  const options = { limits, ...(isTls && { tls }) };
  if (name === 'pages') {
    const server = await listen(
      (request, response) => void request.resume().on('end', () => response.end()),
      {
        ...options,
        host: '127.0.0.1',
        port: 0,
      },
    );
    return { address: server.address, stop: () => server.stop({ graceMs: 500 }) };
  }
  const served = await serveMap([name], {}, options);
  return { address: served.address[name], stop: served.stop };
};

/** `pages` is a server as the sign-in server, the explorer and metrics have it. */
const PORTS = [...PROTOCOL_NAMES, 'pages'] as const;
const CASES = PORTS.flatMap((name) => [[name, false] as const, [name, true] as const]);

(existsSync('/proc/self/fd') ? test : test.skip).each(CASES)('%s, with TLS: %s', async (name, isTls) => {
  const { address, stop } = await start(name, isTls);
  const before = countDescriptors();
  const held = openUnfinished(name === 'pages' ? 'rest' : name, address, isTls);
  const clients = () => held.filter(({ socket }) => !socket.destroyed).length;
  await sleep(100);
  const until = performance.now() + WAIT_MS_MAX;
  while (performance.now() < until) {
    await sleep(50);
    if (held.every(({ isEnded }) => isEnded) && countDescriptors() - clients() <= before) break;
  }
  const open = held.filter(({ isEnded }) => !isEnded).map(({ name: kind }) => kind);
  const holdsMore = countDescriptors() - clients() > before;
  for (const { socket } of held) socket.destroy();
  await stop();
  expect({ open, holdsMore }).toEqual({ open: [], holdsMore: false });
});
