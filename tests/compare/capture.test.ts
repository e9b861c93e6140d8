/** Captures of HTTP that the project's own servers do not send. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { grpc } from '../../src/adapters/grpc';
import { startCapture } from '../../src/wire/capture';

test('a chunked response is read as one body, and the next response after it', async () => {
  const server = createServer((request, response) => {
    response.write('some ');
    response.write('chunks');
    response.end(request.url);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const capture = await startCapture('rest', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const pool = new Pool(capture.address, { connections: 1 });
  try {
    for (const path of ['/1', '/2']) await (await pool.request({ method: 'GET', path })).body.text();
    const bodies = (await capture.exchanges()).map(({ response }) => response.body.toString());
    expect(bodies).toEqual(['some chunks/1', 'some chunks/2']);
  } finally {
    await pool.destroy();
    await capture.stop();
    await new Promise((resolve) => server.close(resolve));
  }
});

test('a gRPC server that is not reachable is an error of the call, and not of this process', async () => {
  const capture = await startCapture('grpc', '127.0.0.1:1');
  const client = grpc.connect(capture.address);
  try {
    for (let call = 0; call < 3; call += 1) {
      await expect(client.getSkill({ id: 'git' })).rejects.toMatchObject({ name: 'SkillsError' });
    }
  } finally {
    await client.close();
    await capture.stop();
  }
});
