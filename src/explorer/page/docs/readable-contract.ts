/** A contract in a form that is independent of its language: `/data/contracts/{proto,wsdl}.json`. */

export interface ReadableContract {
  /** Path in the repository. */
  readonly file: string;
  readonly description: string;
  readonly operations: readonly ReadableOperation[];
  readonly types: readonly ReadableType[];
}

export interface ReadableOperation {
  readonly name: string;
  /** Type name. */
  readonly request: string;
  readonly response: string;
  readonly description?: string;
}

export interface ReadableType {
  readonly name: string;
  readonly kind: 'message' | 'enum' | 'element' | 'complex type' | 'simple type';
  readonly members: readonly ReadableMember[];
  readonly description?: string;
}

export interface ReadableMember {
  readonly name: string;
  readonly type: string;
  /** Protobuf field number. */
  readonly number?: number;
  readonly occurs?: string;
  readonly description?: string;
}
