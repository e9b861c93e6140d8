/** Everything the environment may say; wrong values stop the start, with the variable's name. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { compile } from 'proxy-addr';
import { isToken } from '../contract/context';
import { PROTOCOL_NAMES, type ProtocolName, type ServerTls } from '../contract/protocol';
import { isLoopback } from '../runtime/loopback';

/** What one process can serve: each protocol, the sign-in server, and the explorer. */
export type ServedPart = ProtocolName | 'auth' | 'explorer';
export const SERVED_PARTS: readonly ServedPart[] = [...PROTOCOL_NAMES, 'auth', 'explorer'];

export interface Config {
  readonly host: string;
  /** 0 takes a free port. */
  readonly ports: Readonly<Record<ProtocolName, number>>;
  readonly dataFolder: string;

  /** Where people sign in and services get their tokens, unless another provider's keys are named. */
  readonly authPort: number;
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl?: string;
  /** The token that the command sends. */
  readonly token?: string;

  /** Points of each caller; 0 is no limit. */
  readonly rateLimitPerMinute: number;
  readonly redisUrl?: string;
  readonly trustedProxies: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly tls?: ServerTls;
  /** Certificates that the command trusts, as PEM. */
  readonly tlsCa?: string;
  /** Whether plain text may leave this machine. */
  readonly allowPlainText: boolean;
  /** How long calls in flight may take once the server was told to stop. */
  readonly stopMs: number;

  readonly log: 'calls' | 'errors';
  /** Of its own, as the page makes tokens for whoever reaches it; it makes none where that is not this machine alone. */
  readonly explorerHost: string;
  readonly explorerPort: number;

  readonly metricsPort?: number;
  readonly otlpUrl?: string;
}

/** Its message is one line for the person who set the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

const PORT_DEFAULTS = {
  rest: 4001,
  graphql: 4002,
  grpc: 4003,
  soap: 4004,
} as const satisfies Record<ProtocolName, number>;
const AUTH_PORT_DEFAULT = 4005;
const EXPLORER_PORT_DEFAULT = 4000;

const PORT_MAX = 65_535;
const POINTS_MAX = 1_000_000_000;
const STOP_SECONDS_MAX = 3600;

export const portVariable = (protocol: ProtocolName): string => `${protocol.toUpperCase()}_PORT`;

/** An empty variable counts as one that is not set. */
export const readConfig = (environment: Environment): Config => {
  const { text, given, number, list, url, file } = readers(environment);
  const authPort = number('AUTH_PORT', AUTH_PORT_DEFAULT, PORT_MAX);
  const tls = tlsOf(file('TLS_CERT'), file('TLS_KEY'));
  const token = given('ROSETTA_TOKEN');
  if (token !== undefined && !isToken(token)) throw new ConfigError('ROSETTA_TOKEN must be one bearer token');
  const jwksUrl = url('AUTH_JWKS_URL', ['http:', 'https:']);
  if (jwksUrl !== undefined && given('AUTH_ISSUER') === undefined) {
    throw new ConfigError('AUTH_JWKS_URL needs AUTH_ISSUER: whose tokens they are');
  }
  const metricsPort = given('METRICS_PORT') === undefined ? undefined : number('METRICS_PORT', 0, PORT_MAX);
  const tlsCa = certificates('TLS_CA', file('TLS_CA'));
  const redisUrl = url('REDIS_URL', ['redis:', 'rediss:']);
  const otlpUrl = url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:']);
  return {
    host: text('HOST', '127.0.0.1'),
    ports: Object.fromEntries(
      PROTOCOL_NAMES.map((name) => [name, number(portVariable(name), PORT_DEFAULTS[name], PORT_MAX)]),
    ) as Config['ports'],
    explorerHost: text('EXPLORER_HOST', '127.0.0.1'),
    explorerPort: number('EXPLORER_PORT', EXPLORER_PORT_DEFAULT, PORT_MAX),
    dataFolder: text('ROSETTA_DATA', './.rosetta'),
    authPort,
    issuer: url('AUTH_ISSUER', ['http:', 'https:']) ?? `${tls ? 'https' : 'http'}://localhost:${authPort}`,
    audience: text('AUTH_AUDIENCE', 'api-rosetta'),
    ...(jwksUrl !== undefined && { jwksUrl }),
    ...(token !== undefined && { token }),
    rateLimitPerMinute:
      given('RATE_LIMIT_PER_MINUTE') === 'off' ? 0 : number('RATE_LIMIT_PER_MINUTE', 6000, POINTS_MAX, 'off'),
    ...(redisUrl !== undefined && { redisUrl }),
    trustedProxies: proxies(list('TRUSTED_PROXIES')),
    corsOrigins: list('CORS_ORIGINS').map(origin),
    ...(tls && { tls }),
    ...(tlsCa !== undefined && { tlsCa }),
    allowPlainText: oneOf('PLAIN_TEXT', ['allow', 'local'], text('PLAIN_TEXT', 'local')) === 'allow',
    stopMs: number('STOP_SECONDS', 10, STOP_SECONDS_MAX) * 1000,
    log: oneOf('LOG', ['calls', 'errors'], text('LOG', 'errors')),
    ...(metricsPort !== undefined && { metricsPort }),
    ...(otlpUrl !== undefined && { otlpUrl }),
  };
};

const messageOf = (error: unknown): string => (error as Error).message;

const readers = (environment: Environment) => {
  const given = (name: string): string | undefined => {
    const value = environment[name] || undefined;
    if (value?.trim() !== value) throw new ConfigError(`${name} must not begin or end with a space`);
    return value;
  };
  const list = (name: string): string[] => given(name)?.split(/ *, */) ?? [];
  const number = (name: string, fallback: number, most: number, or = ''): number => {
    const value = given(name) ?? String(fallback);
    if (/^\d{1,10}$/.test(value) && Number(value) <= most) return Number(value);
    const what = `a whole number from 0 to ${most}${or && `, or ${or}`}`;
    throw new ConfigError(`${name} must be ${what}, not ${JSON.stringify(value)}`);
  };
  const url = (name: string, protocols: readonly string[]): string | undefined => {
    const value = given(name);
    if (value === undefined || (URL.canParse(value) && protocols.includes(new URL(value).protocol)))
      return value;
    throw new ConfigError(`${name} must be a URL that begins with ${protocols.join('// or ')}//`);
  };
  const file = (name: string): string | undefined => {
    const value = given(name);
    try {
      return value && readFileSync(value, 'utf8');
    } catch (error) {
      throw new ConfigError(`${name} names a file that cannot be read: ${messageOf(error)}`);
    }
  };
  return {
    given,
    text: (name: string, fallback: string) => given(name) ?? fallback,
    list,
    number,
    url,
    file,
  };
};

const oneOf = <const T extends string>(name: string, choices: readonly T[], value: string): T => {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new ConfigError(`${name} must be ${choices.join(' or ')}, not ${JSON.stringify(value)}`);
};

const tlsOf = (cert: string | undefined, key: string | undefined): ServerTls | undefined => {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new ConfigError('TLS_CERT and TLS_KEY must be given together');
  try {
    if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return { cert, key };
  } catch (error) {
    throw new ConfigError(
      `TLS_CERT and TLS_KEY must be a certificate and its key as PEM: ${messageOf(error)}`,
    );
  }
  throw new ConfigError(
    'TLS_CERT and TLS_KEY do not belong together: the key is that of another certificate',
  );
};

const certificates = (name: string, pem: string | undefined): string | undefined => {
  try {
    if (pem !== undefined) new X509Certificate(pem);
    return pem;
  } catch (error) {
    throw new ConfigError(`${name} must be certificates as PEM: ${messageOf(error)}`);
  }
};

const proxies = (addresses: string[]): string[] => {
  try {
    compile(addresses);
    return addresses;
  } catch (error) {
    throw new ConfigError(`TRUSTED_PROXIES must be addresses, subnets or loopback: ${messageOf(error)}`);
  }
};

const origin = (text: string): string => {
  if (text === '*' || (URL.canParse(text) && new URL(text).origin === text)) return text;
  throw new ConfigError(
    `CORS_ORIGINS must be origins such as https://example.org, or *, not ${JSON.stringify(text)}`,
  );
};

/** Throws a ConfigError where bearer tokens would go over a network for all to read. */
export const rejectPlainText = ({ host, explorerHost, tls, allowPlainText }: Config): void => {
  if (tls || allowPlainText) return;
  const open = [`HOST ${host}`, `EXPLORER_HOST ${explorerHost}`].find(
    (text) => !isLoopback(text.replace(/^.* /, '')),
  );
  if (open === undefined) return;
  throw new ConfigError(
    `${open} is not this machine alone: set TLS_CERT and TLS_KEY, or PLAIN_TEXT=allow where something in front does TLS`,
  );
};
