/** HTTP around REST responses: security headers, CORS, TLS, malformed HTTP and graceful shutdown. */
import { createConnection } from 'node:net';
import { generate } from 'selfsigned';
import { Client } from 'undici';
import { PROTOCOLS } from '../../../src/app/servers';
import type { ServeOptions } from '../../../src/contract/protocol';
import { errorOf } from '../../support/outcome';
import { type RawRequest, sendBytes, sendHttp } from '../../support/raw/http';
import { serveForTests, testNothingLogged } from '../../support/raw/table';
import { type Served, serveMap } from '../../support/served';

const SECURITY = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

export const describeConnection = (): void => {
  const served = serveForTests(['rest']);
  const http = (path: string, request?: RawRequest) => sendHttp(served().address.rest, path, request);

  /** Runs the test on a REST server with the given options. */
  const servedWith = async (
    options: Partial<ServeOptions>,
    test: (served: Served) => Promise<void>,
  ): Promise<void> => {
    const other = await serveMap(['rest'], {}, options);
    try {
      await test(other);
    } finally {
      await other.stop();
    }
  };

  describe('security headers:', () => {
    test.each([
      ['/api/skills/git', {}, 200],
      ['/api/openapi.json', {}, 200],
      ['/livez', {}, 200],
      ['/api/skills/git', { 'if-none-match': '*' }, 304],
      ['/api/skills/git', { authorization: 'Bearer a.b.c' }, 401],
      ['/nowhere', {}, 404],
      ['/api/skills/git', { accept: 'text/html' }, 406],
    ])('are in the response of %s with %j: %i', async (path, headers, status) => {
      expect(await http(path, { headers })).toMatchObject({ status, headers: SECURITY });
    });

    test('do not include Strict-Transport-Security without TLS', async () => {
      expect((await http('/api/skills/git')).headers).not.toHaveProperty('strict-transport-security');
    });
  });

  describe('CORS:', () => {
    const ORIGIN = 'https://map.example';
    const preflight = (origin: string) => ({
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization,idempotency-key',
      },
    });
    const allowed = ({ headers }: Awaited<ReturnType<typeof http>>) => headers['access-control-allow-origin'];

    test('is disabled by default', async () => {
      const { headers } = await http('/api/skills/git', { headers: { origin: ORIGIN } });
      const preflightResponse = await http('/api/progress/git', preflight(ORIGIN));
      const names = [...Object.keys(headers), ...Object.keys(preflightResponse.headers)];
      expect(names.filter((name) => name.startsWith('access-control'))).toStrictEqual([]);
    });

    test('permits only the configured origins', () =>
      servedWith({ corsOrigins: [ORIGIN] }, async ({ address }) => {
        const get = (origin: string, path = '/api/skills/git') =>
          sendHttp(address.rest, path, { headers: { origin } });
        const answer = await get(ORIGIN);
        expect([answer.status, allowed(answer), answer.headers.vary]).toStrictEqual([
          200,
          ORIGIN,
          'Origin, Accept',
        ]);
        expect(String(answer.headers['access-control-expose-headers']).split(',')).toEqual(
          expect.arrayContaining(['ETag', 'Link', 'Retry-After', 'WWW-Authenticate']),
        );
        expect(allowed(await get(ORIGIN, '/nowhere'))).toBe(ORIGIN);
        expect(allowed(await get('https://other.example'))).toBeUndefined();
      }));

    test('answers a preflight without a token', () =>
      servedWith({ corsOrigins: [ORIGIN] }, async ({ address }) => {
        const answer = await sendHttp(address.rest, '/api/progress/git', preflight(ORIGIN));
        expect([answer.status, answer.text, allowed(answer)]).toStrictEqual([204, '', ORIGIN]);
        expect(answer.headers).toMatchObject({
          'access-control-allow-methods': expect.stringContaining('PUT'),
          'access-control-allow-headers': 'authorization,idempotency-key',
        });
        const other = await sendHttp(address.rest, '/api/progress/git', preflight('https://other.example'));
        expect(allowed(other)).toBeUndefined();
      }));

    test('leaves an OPTIONS request that is no preflight to its resource', () =>
      servedWith({ corsOrigins: [ORIGIN] }, async ({ address }) => {
        const options = { method: 'OPTIONS', headers: { origin: ORIGIN } };
        const found = await sendHttp(address.rest, '/api/categories', options);
        expect([found.status, found.headers.allow, allowed(found)]).toEqual([204, 'GET, HEAD', ORIGIN]);
        expect((await sendHttp(address.rest, '/api/nothing', options)).status).toBe(404);
      }));
  });

  describe('malformed HTTP gets problem details:', () => {
    const problemIn = (answer: string) => {
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      const [line, ...headers] = head.toLowerCase().split('\r\n');
      expect(headers).toEqual(
        expect.arrayContaining([
          'content-type: application/problem+json',
          expect.stringMatching(/^date: /),
          'x-content-type-options: nosniff',
          `content-length: ${Buffer.byteLength(body)}`,
          'connection: close',
        ]),
      );
      const { status, code, reason } = JSON.parse(body);
      expect(line).toMatch(new RegExp(`^http/1.1 ${status} `));
      return [status, code, reason];
    };

    test('headers over the limit', async () => {
      const answer = await sendBytes(
        served().address.rest,
        `GET /api/skills HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`,
      );
      expect(problemIn(answer)).toStrictEqual([431, 'RESOURCE_EXHAUSTED', 'HEADERS_TOO_LARGE']);
    });

    test('an invalid request line', async () => {
      expect(problemIn(await sendBytes(served().address.rest, 'HELLO\r\n\r\n'))).toStrictEqual([
        400,
        'INVALID_ARGUMENT',
        'MALFORMED_REQUEST',
      ]);
    });

    test('incomplete headers after headersMsMax', () =>
      servedWith({ limits: { headersMsMax: 200 } }, async ({ address }) => {
        const { hostname, port } = new URL(address.rest);
        const chunks: Buffer[] = [];
        await new Promise<void>((resolve, reject) => {
          createConnection(Number(port), hostname)
            .on('data', (chunk: Buffer) => chunks.push(chunk))
            .on('error', reject)
            .on('close', () => resolve())
            .write('GET /api/skills HTTP/1.1\r\nHost: x\r\n');
        });
        expect(problemIn(Buffer.concat(chunks).toString())).toStrictEqual([
          408,
          'DEADLINE_EXCEEDED',
          'REQUEST_TIMEOUT',
        ]);
      }));
  });

  test('a stopping server reports that it is not ready and closes its connections', async () => {
    const { api, graph } = served().service;
    const server = await PROTOCOLS.rest.serve(api, { host: '127.0.0.1', port: 0, graph });
    const client = new Client(server.address);
    const get = async (path: string) => {
      const { statusCode, headers, body } = await client.request({ method: 'GET', path });
      return [statusCode, await body.text(), headers.connection];
    };
    expect(await get('/readyz')).toStrictEqual([200, '{"status":"ok"}', 'keep-alive']);
    const stopped = server.stop({ graceMs: 1000 });
    expect(await get('/readyz')).toStrictEqual([503, '{"status":"stopping"}', 'close']);
    await stopped;
    await client.close();
  });

  test('TLS: a client that trusts the certificate gets responses, and another one sends no request', async () => {
    const altNames = [{ type: 7 as const, ip: '127.0.0.1' }];
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'rosetta.test' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      extensions: [{ name: 'subjectAltName', altNames }],
    });
    await servedWith({ tls: { cert, key } }, async ({ address, token }) => {
      expect(address.rest).toMatch(/^https:/);
      const trusting = PROTOCOLS.rest.connect(address.rest, { token, tls: { ca: cert } });
      expect(await trusting.setProgress({ skillId: 'git', status: 'PLANNED' })).toMatchObject({
        status: 'PLANNED',
      });
      const distrusting = PROTOCOLS.rest.connect(address.rest, { token });
      expect(await errorOf(distrusting.getSkill({ id: 'git' }))).toMatchObject({
        reason: 'CONNECTION_FAILED',
      });
      await Promise.all([trusting.close(), distrusting.close()]);
      const encrypted = new Client(address.rest, { connect: { ca: cert } });
      const { headers, body } = await encrypted.request({ method: 'GET', path: '/api/skills/git' });
      await body.dump();
      expect(headers).toMatchObject({
        ...SECURITY,
        'strict-transport-security': expect.stringMatching(/^max-age=\d+/),
      });
      await encrypted.close();
    });
  });

  testNothingLogged(served);
};
