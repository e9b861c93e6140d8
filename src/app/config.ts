/** The configuration from environment variables. A wrong value stops the start with an error that names the variable. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { compile } from 'proxy-addr';
import { z } from 'zod';
import { isToken } from '../contract/context';
import { LIMITS } from '../contract/limits';
import { PROTOCOL_NAMES, type ProtocolName, type ServerTls } from '../contract/protocol';
import { isLoopback } from '../runtime/loopback';
import { DEFAULT_RETENTION, type Retention } from '../store/store';
import {
  expected,
  file,
  isOrigin,
  isWholeNumber,
  list,
  messageOf,
  rejectIfThrows,
  text,
  url,
  wholeNumber,
} from './variable-types';

/** The parts that one process can serve: each protocol, the sign-in server, and the explorer. */
export type ServedPart = ProtocolName | 'auth' | 'explorer';
export const SERVED_PARTS: readonly ServedPart[] = [...PROTOCOL_NAMES, 'auth', 'explorer'];

export interface Config {
  readonly host: string;
  /** 0 means any free port. */
  readonly ports: Readonly<Record<ProtocolName, number>>;
  readonly dataFolder: string;
  /** How far the change log reaches back. */
  readonly retention: Retention;

  /** The port of the sign-in server, which is not started if `jwksUrl` names another provider's keys. */
  readonly authPort: number;
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl?: string;
  /** The bearer token that the command line sends. */
  readonly token?: string;

  /** Points of each caller; 0 means no limit. */
  readonly rateLimitPerMinute: number;
  readonly redisUrl?: string;
  /** Open connections of one address, on each port. */
  readonly connectionsPerAddress: number;
  readonly trustedProxies: readonly string[];
  /** Absent: the address of each request. */
  readonly publicUrl?: string;
  readonly corsOrigins: readonly string[];
  readonly tls?: ServerTls;
  /** Certificates that the command line trusts, as PEM. */
  readonly tlsCa?: string;
  /** Whether the servers may listen without TLS on addresses that other machines reach. */
  readonly allowPlainText: boolean;
  /** How long calls in flight may take after the operator stops the server. */
  readonly stopMs: number;

  readonly log: 'calls' | 'errors';
  /** Separate from `host`: the page issues tokens to its visitors, unless other machines can reach it. */
  readonly explorerHost: string;
  readonly explorerPort: number;

  readonly metricsPort?: number;
  readonly otlpUrl?: string;
}

/** Its message is one line that names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

const PORT_MAX = 65_535;
const POINTS_MAX = 1_000_000_000;
const STOP_SECONDS_MAX = 3600;
const CHANGE_LOG_DAYS_MAX = 3650;
const CHANGES_MAX = 1_000_000_000;
const CONNECTIONS_MAX = LIMITS.connectionsMax;

export const portVariable = (protocol: ProtocolName): string => `${protocol.toUpperCase()}_PORT`;

const port = wholeNumber(PORT_MAX);

/** Each variable with its check and its default. */
const ENVIRONMENT = z.object({
  HOST: text.default('127.0.0.1'),
  REST_PORT: port.default(4001),
  GRAPHQL_PORT: port.default(4002),
  GRPC_PORT: port.default(4003),
  SOAP_PORT: port.default(4004),
  AUTH_PORT: port.default(4005),
  EXPLORER_HOST: text.default('127.0.0.1'),
  EXPLORER_PORT: port.default(4000),
  METRICS_PORT: port.optional(),
  ROSETTA_DATA: text.default('./.rosetta'),
  CHANGE_LOG_DAYS: wholeNumber(CHANGE_LOG_DAYS_MAX).default(DEFAULT_RETENTION.days),
  CHANGE_LOG_MAX: wholeNumber(CHANGES_MAX).default(DEFAULT_RETENTION.changesMax),
  AUTH_ISSUER: url('http:', 'https:').optional(),
  AUTH_AUDIENCE: text.default('api-rosetta'),
  AUTH_JWKS_URL: url('http:', 'https:').optional(),
  /** The error leaves the value out, because it is a secret. */
  ROSETTA_TOKEN: text.refine(isToken, { error: 'must be one bearer token (RFC 6750)' }).optional(),
  RATE_LIMIT_PER_MINUTE: text
    .refine(
      (value) => value === 'off' || isWholeNumber(value, POINTS_MAX),
      expected(`a whole number from 0 to ${POINTS_MAX}, or off`),
    )
    .transform((value) => (value === 'off' ? 0 : Number(value)))
    .default(6000),
  REDIS_URL: url('redis:', 'rediss:').optional(),
  CONNECTIONS_PER_ADDRESS: wholeNumber(CONNECTIONS_MAX)
    .refine((count) => count > 0, expected(`a whole number from 1 to ${CONNECTIONS_MAX}`))
    .default(LIMITS.addressConnectionsMax),
  TRUSTED_PROXIES: list
    .superRefine(rejectIfThrows(compile, 'must be addresses, subnets or loopback'))
    .default([]),
  PUBLIC_URL: url('http:', 'https:').optional(),
  CORS_ORIGINS: list
    .refine(
      (origins) => origins.every(isOrigin),
      expected('a list of origins, for example https://example.org, or *'),
    )
    .default([]),
  TLS_CERT: file.optional(),
  TLS_KEY: file.optional(),
  TLS_CA: file
    .superRefine(rejectIfThrows((pem) => new X509Certificate(pem), 'must be certificates as PEM'))
    .optional(),
  PLAIN_TEXT: z.enum(['allow', 'local'], expected('allow or local')).default('local'),
  STOP_SECONDS: wholeNumber(STOP_SECONDS_MAX).default(10),
  LOG: z.enum(['calls', 'errors'], expected('calls or errors')).default('errors'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http:', 'https:').optional(),
});

/** Throws a ConfigError. An empty variable counts as one that is not set. */
export const readConfig = (environment: Environment): Config => {
  const nonEmpty = Object.entries(environment).filter(([, value]) => value);
  const { success, data, error } = ENVIRONMENT.safeParse(Object.fromEntries(nonEmpty));
  if (!success) {
    const { path, message } = error.issues[0]!;
    throw new ConfigError(`${String(path[0])} ${message}`);
  }
  const { AUTH_ISSUER, AUTH_JWKS_URL, ROSETTA_TOKEN, REDIS_URL, TLS_CA } = data;
  const { METRICS_PORT, OTEL_EXPORTER_OTLP_ENDPOINT, PUBLIC_URL } = data;
  if (AUTH_JWKS_URL !== undefined && AUTH_ISSUER === undefined) {
    throw new ConfigError('AUTH_JWKS_URL needs AUTH_ISSUER, the trusted token issuer');
  }
  const tls = tlsOf(data.TLS_CERT, data.TLS_KEY);
  return {
    host: data.HOST,
    ports: {
      rest: data.REST_PORT,
      graphql: data.GRAPHQL_PORT,
      grpc: data.GRPC_PORT,
      soap: data.SOAP_PORT,
    },
    explorerHost: data.EXPLORER_HOST,
    explorerPort: data.EXPLORER_PORT,
    dataFolder: data.ROSETTA_DATA,
    retention: { days: data.CHANGE_LOG_DAYS, changesMax: data.CHANGE_LOG_MAX },
    authPort: data.AUTH_PORT,
    issuer: AUTH_ISSUER ?? `${tls ? 'https' : 'http'}://localhost:${data.AUTH_PORT}`,
    audience: data.AUTH_AUDIENCE,
    ...(AUTH_JWKS_URL !== undefined && { jwksUrl: AUTH_JWKS_URL }),
    ...(ROSETTA_TOKEN !== undefined && { token: ROSETTA_TOKEN }),
    rateLimitPerMinute: data.RATE_LIMIT_PER_MINUTE,
    ...(REDIS_URL !== undefined && { redisUrl: REDIS_URL }),
    connectionsPerAddress: data.CONNECTIONS_PER_ADDRESS,
    trustedProxies: data.TRUSTED_PROXIES,
    ...(PUBLIC_URL !== undefined && { publicUrl: PUBLIC_URL }),
    corsOrigins: data.CORS_ORIGINS,
    ...(tls && { tls }),
    ...(TLS_CA !== undefined && { tlsCa: TLS_CA }),
    allowPlainText: data.PLAIN_TEXT === 'allow',
    stopMs: data.STOP_SECONDS * 1000,
    log: data.LOG,
    ...(METRICS_PORT !== undefined && { metricsPort: METRICS_PORT }),
    ...(OTEL_EXPORTER_OTLP_ENDPOINT !== undefined && { otlpUrl: OTEL_EXPORTER_OTLP_ENDPOINT }),
  };
};

const tlsOf = (cert: string | undefined, key: string | undefined): ServerTls | undefined => {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new ConfigError('TLS_CERT and TLS_KEY must be set together');
  try {
    if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return { cert, key };
  } catch (error) {
    throw new ConfigError(
      `TLS_CERT and TLS_KEY must be a certificate and its key as PEM: ${messageOf(error)}`,
    );
  }
  throw new ConfigError('TLS_CERT and TLS_KEY must belong together: the key is that of another certificate');
};

/** Throws a ConfigError if bearer tokens would cross a network without TLS. */
export const rejectPlainText = ({ host, explorerHost, tls, allowPlainText }: Config): void => {
  if (tls || allowPlainText) return;
  const exposed = [`HOST ${host}`, `EXPLORER_HOST ${explorerHost}`].find(
    (address) => !isLoopback(address.replace(/^.* /, '')),
  );
  if (exposed === undefined) return;
  throw new ConfigError(
    `${exposed} can be reached by other machines: set TLS_CERT and TLS_KEY, or PLAIN_TEXT=allow behind a proxy that terminates TLS`,
  );
};
