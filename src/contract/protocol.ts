import type { Admit } from './admission';
import type { ConnectionLimits } from './limits';
import type { ProtocolName } from './protocol-names';
import type { Readiness } from './readiness';
import type { SkillGraph } from './skill-graph';
import type { SkillsApi } from './skills-api';
import type { Telemetry } from './telemetry';

export { PROTOCOL_NAMES, type ProtocolName } from './protocol-names';

/** A server and a client for any SkillsApi. For every protocol, `connect(serve(api))` behaves like `api`. */
export interface Protocol {
  readonly name: ProtocolName;
  /** Rejects with the system's error if the port is in use or not allowed. Port 0 means any free port. */
  serve(api: SkillsApi, options: ServeOptions): Promise<RunningServer>;
  /** `address` is that of a RunningServer: an HTTP origin, or host:port for gRPC. The first call connects. */
  connect(address: string, options?: ConnectOptions): SkillsClient;
}

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  /** Returns the current catalogue. */
  readonly graph: () => SkillGraph;
  /** The service is always ready when absent. */
  readonly readiness?: Readiness;
  /** Absent for plain text. */
  readonly tls?: ServerTls;
  /** Proxies whose X-Forwarded-* and Forwarded are trusted: addresses, subnets, `loopback`. Default none. */
  readonly trustedProxies?: readonly string[];
  /** The address at which clients reach the servers, for links; that of the request when absent. HTTP only. */
  readonly publicUrl?: string;
  /** Origins whose web pages can call the server; `*` means any. Default none. HTTP only. */
  readonly corsOrigins?: readonly string[];
  readonly telemetry?: Telemetry;
  /** Charges each request at its arrival; requests are free when absent. */
  readonly admit?: Admit;
  /** These replace the values in LIMITS. */
  readonly limits?: Partial<ConnectionLimits>;
}

/** Both are PEM. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
}

export interface RunningServer {
  readonly address: string;
  /**
   * Accepts no more connections, reports "not ready", waits up to `graceMs` (default 0) for the calls in flight, and then
   * closes all connections. Resolves when the port is free.
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}

export interface ConnectOptions {
  /** The timeout of calls whose context has none. Default 30,000. */
  readonly timeoutMs?: number;
  /** The token of calls whose context has none. */
  readonly token?: string;
  /** Enables TLS, which a gRPC address does not tell. `ca`: PEM of certificates to trust in addition to the system's. */
  readonly tls?: { readonly ca?: string };
  /** Requests compressed responses. No effect in gRPC, whose client always accepts gzip. */
  readonly gzip?: boolean;
}

export interface SkillsClient extends SkillsApi {
  close(): Promise<void>;
}
