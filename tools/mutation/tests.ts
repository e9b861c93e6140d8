/** Which tests a mutant runs: a path, and words that the test's full name has, such as an operation and a protocol. */
export interface Tests {
  /** A path pattern of jest's. */
  readonly path: string;
  readonly words: readonly string[];
}

const inFiles =
  (path: string) =>
  (...words: readonly string[]): Tests => ({ path, words });

/** Golden bytes, by scene. */
export const wire = inFiles('tests/wire');
/** The four contract documents against the model. */
export const drift = inFiles('tests/drift');
/** The contract of SkillsApi, through the service itself and through each protocol. */
export const contract = inFiles('tests/contract/facts');
/** Errors, contexts, timeouts and aborts over each protocol. */
export const transport = inFiles('tests/contract/wires');
/** Bytes of foreign clients and servers. */
export const bytes = inFiles('tests/contract/bytes');
/** Callers, progress and idempotency keys. */
export const callers = inFiles('tests/contract/guards');
/** Error tables and the names that each protocol gives to fields. */
export const errorForms = inFiles('tests/adapters/names');
export const badInput = inFiles('tests/adapters/bad-input');
export const rest = inFiles('tests/adapters/rest');
export const graphql = inFiles('tests/adapters/graphql.test');
export const graphqlCallers = inFiles('tests/adapters/graphql/guards');
export const grpc = inFiles('tests/adapters/grpc.test');
export const grpcCalls = inFiles('tests/adapters/grpc/calls');
export const grpcConnections = inFiles('tests/adapters/grpc/connections');
export const soap = inFiles('tests/adapters/soap.test');
export const hostileConnections = inFiles('tests/abuse/connections');
export const soapEnvelope = inFiles('tests/adapters/soap/envelope');
export const domain = inFiles('tests/domain/service');
export const pageTokens = inFiles('tests/domain/page-token');
export const learningPath = inFiles('tests/domain/learning-path');
export const policy = inFiles('tests/policy/guard');
export const rateLimit = inFiles('tests/policy/rate-limit');
export const store = inFiles('tests/store/sqlite');
export const storeChanges = inFiles('tests/store/changes');
export const tokens = inFiles('tests/identity/tokens');
export const config = inFiles('tests/app/config');

/** The tests that must notice a mutant that its own tests miss. */
export const WIDE: readonly Tests[] = [
  'wire',
  'drift',
  'adapters',
  'contract',
  'domain',
  'policy',
  'store',
].map((folder) => inFiles(`tests/${folder}`)());
