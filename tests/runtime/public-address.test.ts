/** Links and contracts have the address at which the client reached the server, also behind a trusted proxy. */
import { PROTOCOLS } from '../../src/app/servers';
import type { RunningServer, ServeOptions } from '../../src/contract/protocol';
import { NO_GRAPH } from '../support/implementations';
import { sendBytes, sendHttp } from '../support/raw/http';
import { serveForTests } from '../support/raw/table';

const served = serveForTests(['rest']);
const running: RunningServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

const serve = async (protocol: 'rest' | 'soap', options: Partial<ServeOptions>): Promise<string> => {
  const here = { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH };
  const server = await PROTOCOLS[protocol].serve(served().service.api, { ...here, ...options });
  running.push(server);
  return server.address;
};

type Headers = Record<string, string>;

/** The addresses in the WSDL, the OpenAPI document and a link to the next page. */
const addressesFor = async (options: Partial<ServeOptions>, headers: Headers) => {
  const [rest, soap] = [await serve('rest', options), await serve('soap', options)];
  const wsdl = await sendHttp(soap, '/soap?wsdl', { headers });
  const document = await sendHttp(rest, '/api/openapi.json', { headers });
  const page = await sendHttp(rest, '/api/skills?pageSize=1', { headers });
  return {
    wsdl: /<soap:address location="([^"]*)"/.exec(wsdl.text)?.[1],
    openapi: JSON.parse(document.text).servers,
    link: String(page.headers.link).replace(/\?.*/, ''),
  };
};

const expected = (address: string, prefix = '') => ({
  wsdl: `${address}${prefix}/soap`,
  openapi: [{ url: `${address}${prefix}/api` }],
  link: `<${prefix}/api/skills`,
});

const BEHIND = { trustedProxies: ['loopback'] };
const FORWARDED = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'svc.example' };

test.each<[string, Partial<ServeOptions>, Headers, ReturnType<typeof expected>]>([
  ['the Host of the request', {}, { host: 'svc.example:8080' }, expected('http://svc.example:8080')],
  [
    'no header of a proxy that is not trusted',
    {},
    { host: 'a.example', ...FORWARDED },
    expected('http://a.example'),
  ],
  [
    'X-Forwarded-Proto with the Host',
    BEHIND,
    { host: 'a.example', 'x-forwarded-proto': 'https' },
    expected('https://a.example'),
  ],
  ['X-Forwarded-Host', BEHIND, FORWARDED, expected('https://svc.example')],
  [
    'X-Forwarded-Prefix',
    BEHIND,
    { ...FORWARDED, 'x-forwarded-prefix': '/maps/' },
    expected('https://svc.example', '/maps'),
  ],
  [
    'what the first of several proxies received',
    BEHIND,
    { 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'svc.example, inner' },
    expected('https://svc.example'),
  ],
  [
    'Forwarded (RFC 7239)',
    BEHIND,
    { forwarded: 'for=192.0.2.1;Proto=https;host="svc.example:8443", for=10.0.0.1' },
    expected('https://svc.example:8443'),
  ],
  [
    'the Host if the headers of the proxy are invalid',
    BEHIND,
    { host: 'a.example', 'x-forwarded-proto': 'ftp', 'x-forwarded-prefix': '"><script>' },
    expected('http://a.example'),
  ],
  [
    'PUBLIC_URL before everything else',
    { ...BEHIND, publicUrl: 'https://example.org/maps/' },
    FORWARDED,
    expected('https://example.org', '/maps'),
  ],
])('the address is %s', async (_what, options, headers, addresses) => {
  expect(await addressesFor(options, headers)).toStrictEqual(addresses);
});

test('a request without a Host, or with an invalid one, gets the address of the socket', async () => {
  const address = await serve('soap', {});
  const location = `<soap:address location="${address}/soap"`;
  expect(await sendBytes(address, 'GET /soap?wsdl HTTP/1.0\r\n\r\n')).toContain(location);
  expect((await sendHttp(address, '/soap?wsdl', { headers: { host: '"><script>' } })).text).toContain(
    location,
  );
});

test('the Location of a new skill begins with the path in front of the server', async () => {
  const address = await serve('rest', { publicUrl: 'https://example.org/maps' });
  const { headers } = await sendHttp(address, '/api/skills', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${served().token}` },
    body: JSON.stringify({ id: 'prefixed', name: 'Prefixed', categoryIds: ['tools'] }),
  });
  expect(headers.location).toBe('/maps/api/skills/prefixed');
});
