/** The configuration: each variable, its default, and the error of a wrong value. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, readConfig, rejectPlainText } from '../../src/app/config';
import { ensureSelfSignedCertificate } from '../../src/app/self-signed-certificate';
import { tempFolder } from '../support/temp';

const DEFAULTS = {
  host: '127.0.0.1',
  ports: { rest: 4001, graphql: 4002, grpc: 4003, soap: 4004 },
  dataFolder: './.rosetta',
  retention: { days: 7, changesMax: 100_000 },
  explorerHost: '127.0.0.1',
  explorerPort: 4000,
  authPort: 4005,
  issuer: 'http://localhost:4005',
  audience: 'api-rosetta',
  rateLimitPerMinute: 6000,
  connectionsPerAddress: 500,
  trustedProxies: [],
  corsOrigins: [],
  allowPlainText: false,
  stopMs: 10_000,
  log: 'errors',
};

const folder = tempFolder();
const file = (name: string, text: string): string => {
  const place = path.join(folder, name);
  writeFileSync(place, text);
  return place;
};

let certificate: { cert: string; key: string };
let TLS: { TLS_CERT: string; TLS_KEY: string };
beforeAll(async () => {
  const { cert, key } = await ensureSelfSignedCertificate(folder);
  certificate = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  TLS = { TLS_CERT: cert, TLS_KEY: key };
});

test('unset and empty variables give the defaults', () => {
  expect(readConfig({})).toStrictEqual(DEFAULTS);
  const names = ['HOST', 'REST_PORT', 'ROSETTA_DATA', 'AUTH_ISSUER', 'ROSETTA_TOKEN', 'TLS_CERT', 'TLS_KEY'];
  const more = ['RATE_LIMIT_PER_MINUTE', 'REDIS_URL', 'TRUSTED_PROXIES', 'CORS_ORIGINS', 'METRICS_PORT'];
  expect(readConfig(Object.fromEntries([...names, ...more].map((name) => [name, ''])))).toStrictEqual(
    DEFAULTS,
  );
});

test('each variable is read', () => {
  const environment = {
    ...{ HOST: '::1', ROSETTA_DATA: '/data', OTHER: 'x' },
    ...{ CHANGE_LOG_DAYS: '1', CHANGE_LOG_MAX: '50' },
    ...{ REST_PORT: '0', GRAPHQL_PORT: '1', GRPC_PORT: '65535', SOAP_PORT: '8080' },
    ...{ EXPLORER_HOST: '::1', EXPLORER_PORT: '8' },
    ...{ AUTH_PORT: '9', AUTH_ISSUER: 'https://id.example.org/realm/', AUTH_AUDIENCE: 'skills' },
    ...{ AUTH_JWKS_URL: 'https://id.example.org/keys', ROSETTA_TOKEN: 'ey.x-y_z~+/==' },
    ...{ CONNECTIONS_PER_ADDRESS: '9' },
    ...{ RATE_LIMIT_PER_MINUTE: '7', REDIS_URL: 'rediss://user:secret@redis:6380/1' },
    ...{ TRUSTED_PROXIES: 'loopback, 10.0.0.0/8,2001:db8::/32 , 192.0.2.1' },
    ...{ PUBLIC_URL: 'https://example.org/maps' },
    ...{ CORS_ORIGINS: 'https://example.org,http://localhost:8080', PLAIN_TEXT: 'allow', STOP_SECONDS: '0' },
    ...{ LOG: 'calls', METRICS_PORT: '9464', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
  };
  expect(readConfig(environment)).toStrictEqual({
    host: '::1',
    ports: { rest: 0, graphql: 1, grpc: 65_535, soap: 8080 },
    dataFolder: '/data',
    retention: { days: 1, changesMax: 50 },
    explorerHost: '::1',
    explorerPort: 8,
    authPort: 9,
    issuer: 'https://id.example.org/realm/',
    audience: 'skills',
    jwksUrl: 'https://id.example.org/keys',
    token: 'ey.x-y_z~+/==',
    rateLimitPerMinute: 7,
    connectionsPerAddress: 9,
    redisUrl: 'rediss://user:secret@redis:6380/1',
    trustedProxies: ['loopback', '10.0.0.0/8', '2001:db8::/32', '192.0.2.1'],
    publicUrl: 'https://example.org/maps',
    corsOrigins: ['https://example.org', 'http://localhost:8080'],
    allowPlainText: true,
    stopMs: 0,
    log: 'calls',
    metricsPort: 9464,
    otlpUrl: 'http://collector:4318',
  });
});

test('certificate files are read, and the default issuer then begins with https', () => {
  const config = readConfig({ ...TLS, TLS_CA: TLS.TLS_CERT, AUTH_PORT: '4443' });
  expect(config).toMatchObject({ tls: certificate, tlsCa: certificate.cert });
  expect(config.issuer).toBe('https://localhost:4443');
});

test('RATE_LIMIT_PER_MINUTE accepts off, and CORS_ORIGINS accepts *', () => {
  expect(readConfig({ RATE_LIMIT_PER_MINUTE: 'off', CORS_ORIGINS: '*' })).toMatchObject({
    ...{ rateLimitPerMinute: 0, corsOrigins: ['*'] },
  });
});

/** Expects a ConfigError whose one-line message begins with the variable's name. */
const expectConfigError = (environment: Record<string, string>, name: string, message = /./): void => {
  const read = () => readConfig(environment);
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(new RegExp(`^${name} .+$`));
  expect(read).toThrow(message);
};

test.each([
  ['REST_PORT', 'http'],
  ['GRAPHQL_PORT', '-1'],
  ['GRPC_PORT', '65536'],
  ['SOAP_PORT', '80.5'],
  ['SOAP_PORT', '1e3'],
  ['SOAP_PORT', '0x50'],
  ['REST_PORT', ' 80'],
  ['REST_PORT', '80\n81'],
  ['AUTH_PORT', '70000'],
  ['METRICS_PORT', 'on'],
  ['HOST', ' localhost'],
  ['ROSETTA_DATA', 'folder '],
  ['AUTH_ISSUER', 'id.example.org'],
  ['AUTH_ISSUER', 'ftp://id.example.org'],
  ['AUTH_JWKS_URL', 'keys.json'],
  ['AUTH_JWKS_URL', 'file:///etc/keys.json'],
  ['AUTH_AUDIENCE', 'skills '],
  ['ROSETTA_TOKEN', 'two words'],
  ['ROSETTA_TOKEN', 'x'.repeat(8193)],
  ['RATE_LIMIT_PER_MINUTE', 'none'],
  ['CONNECTIONS_PER_ADDRESS', '0'],
  ['CONNECTIONS_PER_ADDRESS', '5001'],
  ['RATE_LIMIT_PER_MINUTE', '-1'],
  ['RATE_LIMIT_PER_MINUTE', '1000000001'],
  ['REDIS_URL', 'localhost:6379'],
  ['REDIS_URL', 'http://localhost:6379'],
  ['TRUSTED_PROXIES', 'everybody'],
  ['TRUSTED_PROXIES', '10.0.0.0/99'],
  ['TRUSTED_PROXIES', 'loopback,,10.0.0.1'],
  ['PUBLIC_URL', 'example.org'],
  ['CORS_ORIGINS', 'example.org'],
  ['CORS_ORIGINS', 'https://example.org/'],
  ['CORS_ORIGINS', 'https://example.org,'],
  ['CORS_ORIGINS', 'https://*.example.org/x'],
  ['PLAIN_TEXT', 'yes'],
  ['STOP_SECONDS', '3601'],
  ['STOP_SECONDS', '1.5'],
  ['LOG', 'everything'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['TLS_CA', '/nowhere/ca.pem'],
])('%s=%j is rejected in one line that names the variable', (name, value) => {
  expectConfigError({ AUTH_ISSUER: 'https://id.example.org', [name]: value }, name);
});

test('AUTH_JWKS_URL is rejected without AUTH_ISSUER', () => {
  expectConfigError({ AUTH_JWKS_URL: 'https://id.example.org/keys' }, 'AUTH_JWKS_URL', /AUTH_ISSUER/);
});

test('a certificate without its key, a file that is not a certificate, and the key of another certificate are rejected', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const otherKey = file('other.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const text = file('text.pem', 'not a certificate');
  mkdirSync(path.join(folder, 'directory'), { recursive: true });
  expectConfigError({ TLS_CERT: TLS.TLS_CERT }, 'TLS_CERT', /TLS_KEY/);
  expectConfigError({ TLS_KEY: TLS.TLS_KEY }, 'TLS_CERT', /TLS_KEY/);
  expectConfigError({ ...TLS, TLS_CERT: path.join(folder, 'nothing') }, 'TLS_CERT', /ENOENT/);
  expectConfigError({ ...TLS, TLS_KEY: path.join(folder, 'directory') }, 'TLS_KEY', /EISDIR/);
  expectConfigError({ ...TLS, TLS_CERT: text }, 'TLS_CERT', /PEM/);
  expectConfigError({ ...TLS, TLS_KEY: otherKey }, 'TLS_CERT', /belong together/);
  expectConfigError({ TLS_CA: text }, 'TLS_CA', /PEM/);
});

test('an error does not contain the value of a secret variable', () => {
  const secrets = { ROSETTA_TOKEN: 'hush hush', REDIS_URL: 'http://user:hush@redis' };
  for (const [name, value] of Object.entries(secrets)) {
    try {
      readConfig({ [name]: value });
    } catch (error) {
      expect(String(error)).toContain(name);
      expect(String(error)).not.toContain('hush');
    }
  }
  expect.assertions(4);
});

describe('plain text', () => {
  const checking = (environment: Record<string, string>) => () => rejectPlainText(readConfig(environment));

  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('is accepted on %s', (HOST) => {
    expect(checking({ HOST })).not.toThrow();
  });

  test.each([
    '0.0.0.0',
    '::',
    '192.0.2.1',
    'example.org',
    'localhost.example.org',
    '127.0.0.1.example.org',
    '1127.0.0.1',
  ])('is rejected on %s, unless PLAIN_TEXT allows it or a certificate is set', (HOST) => {
    expect(checking({ HOST })).toThrow(ConfigError);
    expect(checking({ HOST })).toThrow(/^HOST .*TLS_CERT.*PLAIN_TEXT=allow.*$/);
    expect(checking({ HOST, PLAIN_TEXT: 'local' })).toThrow(ConfigError);
    expect(checking({ HOST, PLAIN_TEXT: 'allow' })).not.toThrow();
    expect(checking({ HOST, ...TLS })).not.toThrow();
  });
});
