/** What the readers of gRPC's bytes need to know of the .proto files. Callers pass it in: wire/ imports no adapter. */
import type { Operation } from '../contract/skills-api';

export interface GrpcContract {
  /** A message or an enum by its full name, as proto-loader describes it; undefined for an unknown name. */
  readonly definition: (name: string) => { readonly type?: object } | object | undefined;
  readonly methods: Readonly<Record<Operation, GrpcMethod>>;
}

export interface GrpcMethod {
  /** `/skills.v1.SkillsService/GetSkill` */
  readonly path: string;
  readonly requestDeserialize: (bytes: Buffer) => Record<string, unknown>;
}
