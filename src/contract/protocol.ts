import type { SkillGraph } from './graph';
import type { SkillsApi } from './skills-api';

export const PROTOCOL_NAMES = ['rest', 'graphql', 'grpc', 'soap'] as const;
export type ProtocolName = (typeof PROTOCOL_NAMES)[number];

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
}

export interface RunningServer {
  readonly address: string;
  /** Ends open connections; resolves when the port is free. */
  stop(): Promise<void>;
}

export interface ConnectOptions {
  /** For calls whose context sets none. Default 30,000. */
  readonly timeoutMs?: number;
  /** Ask for compressed answers. Without effect on gRPC, whose client always says that it reads gzip. */
  readonly gzip?: boolean;
}

export interface SkillsClient extends SkillsApi {
  close(): Promise<void>;
}
