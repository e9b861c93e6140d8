/** The part of the .proto contract that decoding gRPC's bytes needs. Callers pass it in, as wire/ imports no adapter. */
import type { Operation } from '../contract/skills-api';

export interface GrpcContract {
  /** Finds a message or an enum by its full name, in proto-loader's form; undefined for an unknown name. */
  readonly definition: (name: string) => { readonly type?: object } | object | undefined;
  readonly methods: Readonly<Record<Operation, GrpcMethod>>;
}

export interface GrpcMethod {
  /** `/skills.v1.SkillsService/GetSkill` */
  readonly path: string;
  readonly requestDeserialize: (bytes: Buffer) => Record<string, unknown>;
}
