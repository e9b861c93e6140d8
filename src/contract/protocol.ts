import type { ConnectionLimits } from './limits';
import type { ProtocolName } from './protocol-names';
import type { SkillGraph } from './skill-graph';
import type { SkillsApi } from './skills-api';
import type { Telemetry } from './telemetry';

export { PROTOCOL_NAMES, type ProtocolName } from './protocol-names';

/** A way to serve any SkillsApi and to be a client of it. The law: `connect(serve(api))` behaves as `api`. */
export interface Protocol {
  readonly name: ProtocolName;
  /** Rejects with the system's error where the port is taken or not allowed. Port 0 takes a free one. */
  serve(api: SkillsApi, options: ServeOptions): Promise<RunningServer>;
  /** `address` is a RunningServer's: an http origin, or host:port for gRPC. Connects when first used. */
  connect(address: string, options?: ConnectOptions): SkillsClient;
}

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  /** The catalogue as it stands at this moment. */
  readonly graph: () => SkillGraph;
  /** Plain text when absent. */
  readonly tls?: ServerTls;
  /** Proxies whose X-Forwarded-For is believed: addresses, subnets, `loopback`. None when absent. */
  readonly trustedProxies?: readonly string[];
  /** Web pages of these origins may call; `*` means any. None when absent. HTTP only. */
  readonly corsOrigins?: readonly string[];
  readonly telemetry?: Telemetry;
  /** In the place of those in LIMITS. */
  readonly limits?: Partial<ConnectionLimits>;
}

/** PEM. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
}

export interface RunningServer {
  readonly address: string;
  /**
   * Stops accepting and says "not ready", lets what is in flight finish for `graceMs` (0 when absent), then ends what is
   * left. Resolves when the port is free.
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}

export interface ConnectOptions {
  /** For calls whose context sets none. Default 30,000. */
  readonly timeoutMs?: number;
  /** For calls whose context has none. */
  readonly token?: string;
  /** `ca`: certificates to trust beside the system's, as PEM. Over TLS in any case, as gRPC's address does not tell. */
  readonly tls?: { readonly ca?: string };
  /** Ask for compressed answers. Without effect on gRPC, whose client always says that it reads gzip. */
  readonly gzip?: boolean;
}

export interface SkillsClient extends SkillsApi {
  close(): Promise<void>;
}
