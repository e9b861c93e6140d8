/** HTTP semantics of the REST server: content negotiation, methods, request ids and health endpoints. */
import { type RawRequest, sendHttp } from '../../support/raw/http';
import { serveForTests, testNothingLogged } from '../../support/raw/table';

export const describeHttp = (): void => {
  const served = serveForTests(['rest']);
  const http = (path: string, request?: RawRequest) => sendHttp(served().address.rest, path, request);

  describe('Accept (RFC 9110, section 12.5.1):', () => {
    const typeFor = async (accept: string, path = '/api/skills/git') => {
      const { status, headers } = await http(path, { headers: { accept } });
      return [status, headers['content-type'], headers.vary];
    };

    test.each([
      ['*/*', 'json'],
      ['application/*', 'json'],
      ['application/json', 'json'],
      ['application/json, application/xml', 'json'],
      ['application/xml', 'xml'],
      ['application/xml, application/json', 'xml'],
      ['application/xml;q=0.5, application/json;q=0.9', 'json'],
      ['application/json;q=0.5, application/xml', 'xml'],
      ['text/html, application/xml;q=0.9, */*;q=0.8', 'xml'],
      ['application/xml;q=0, */*', 'json'],
      ['application/json; charset=utf-8', 'json'],
      ['application/xml;charset="utf-8";q=0.5, application/json;q=0.4', 'xml'],
      ['text/xml', 'xml'],
    ])('%s gets %s', async (accept, format) => {
      expect(await typeFor(accept)).toStrictEqual([200, `application/${format}`, 'Accept']);
    });

    test.each(['text/html', 'application/json;q=0', 'image/*, text/plain'])('%s gets 406', async (accept) => {
      expect((await typeFor(accept)).slice(0, 2)).toStrictEqual([406, 'application/problem+json']);
    });

    test.each([
      ['application/problem+xml', 'xml'],
      ['application/problem+xml, application/json;q=0.5', 'xml'],
      ['application/problem+json, application/xml;q=0.5', 'json'],
    ])('an error for %s is a problem in %s', async (accept, format) => {
      const { headers, text } = await http('/api/skills:batchGet', { headers: { accept } });
      expect(headers['content-type']).toBe(`application/problem+${format}`);
      if (format === 'xml')
        expect(text).toContain('<problem xmlns="urn:ietf:rfc:7807"><type>about:blank</type>');
    });

    test('a response without content is acceptable to a client that names the types of errors', async () => {
      const authorization = `Bearer ${served().token}`;
      const body = JSON.stringify({ id: 'not-kept', name: 'Not kept', categoryIds: ['tools'] });
      await http('/api/skills', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body,
      });
      const headers = { accept: 'application/problem+json', 'if-match': '*', authorization };
      expect((await http('/api/skills/not-kept', { method: 'DELETE', headers })).status).toBe(204);
    });

    test('a write without an acceptable response format is not made', async () => {
      const { status } = await http('/api/skills/git', {
        method: 'DELETE',
        headers: { accept: 'text/html', 'if-match': '*' },
      });
      expect(status).toBe(406);
    });
  });

  describe('methods:', () => {
    test.each([
      ['/api/categories', 'GET, HEAD'],
      ['/api/categories/tools', 'GET, HEAD'],
      ['/api/skills', 'GET, POST, HEAD'],
      ['/api/skills:batchGet', 'GET, HEAD'],
      ['/api/skills/git/learning-path', 'GET, HEAD'],
      ['/api/skills/git', 'GET, PATCH, DELETE, HEAD'],
      ['/api/progress/git', 'PUT'],
      ['/api/progress', 'GET, HEAD'],
      ['/api/openapi.json', 'GET, HEAD'],
    ])('%s allows %s', async (path, allow) => {
      const options = await http(path, { method: 'OPTIONS' });
      expect([options.status, options.headers.allow, options.text]).toStrictEqual([204, allow, '']);
      const rejected = await http(path, {
        method: allow === 'PUT' ? 'POST' : 'PUT',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      expect([rejected.status, rejected.headers.allow]).toStrictEqual([405, allow]);
      expect(JSON.parse(rejected.text)).toMatchObject({
        code: 'UNIMPLEMENTED',
        reason: 'METHOD_NOT_ALLOWED',
      });
    });

    test('HEAD returns the headers of GET without a body', async () => {
      const [get, head] = [await http('/api/skills/git'), await http('/api/skills/git', { method: 'HEAD' })];
      const { date: _date, connection: _connection, 'keep-alive': _keepAlive, ...headers } = get.headers;
      expect(head).toMatchObject({ status: 200, text: '', headers });
      expect((await http('/api/skills/nothing', { method: 'HEAD' })).status).toBe(404);
    });
  });

  describe('X-Request-Id:', () => {
    test.each(['/api/skills/git', '/api/skills/nothing', '/nowhere', '/api/skills?pageSize=x'])(
      'is returned by %s',
      async (path) => {
        expect((await http(path, { headers: { 'x-request-id': 'rest-1' } })).headers['x-request-id']).toBe(
          'rest-1',
        );
      },
    );

    test('is absent from the response if the request has none or an invalid one', async () => {
      expect((await http('/api/skills/git')).headers).not.toHaveProperty('x-request-id');
      const { status, headers } = await http('/api/skills/git', { headers: { 'x-request-id': 'two words' } });
      expect([status, headers['x-request-id']]).toStrictEqual([400, undefined]);
    });
  });

  test.each(['/livez', '/readyz'])('GET %s reports that the server is healthy', async (path) => {
    expect(await http(path)).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  });

  test('responses do not disclose the server software', async () => {
    const { headers } = await http('/api/skills/git');
    expect(Object.keys(headers)).toStrictEqual(expect.not.arrayContaining(['x-powered-by', 'server']));
  });

  testNothingLogged(served);
};
