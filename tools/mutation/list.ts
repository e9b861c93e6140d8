/** All mutants; a name begins with what it breaks. */
import { CONTRACTS } from './contracts';
import { DOMAIN } from './domain';
import { GRAPHQL_AROUND } from './graphql-around';
import { GRAPHQL_CODEC } from './graphql-codec';
import { GRPC_AROUND } from './grpc-around';
import { GRPC_CODEC } from './grpc-codec';
import { GUARDS } from './guards';
import { INSIDE } from './inside';
import type { Mutant } from './mutant';
import { REST_AROUND } from './rest-around';
import { REST_CODEC } from './rest-codec';
import { ROUTES } from './routes';
import { ROWS } from './rows';
import { SOAP_AROUND } from './soap-around';
import { SOAP_CODEC } from './soap-codec';

const named = (what: string, ...mutants: readonly Mutant[]): Mutant[] =>
  mutants.map((mutant) => ({ ...mutant, name: `${what}: ${mutant.name}` }));

export const MUTANTS: readonly Mutant[] = [
  ...named('rest', ...REST_CODEC, ...REST_AROUND),
  ...named('graphql', ...GRAPHQL_CODEC, ...GRAPHQL_AROUND),
  ...named('grpc', ...GRPC_CODEC, ...GRPC_AROUND),
  ...named('soap', ...SOAP_CODEC, ...SOAP_AROUND),
  ...named('error row', ...ROWS),
  ...named('route', ...ROUTES),
  ...named('contract', ...CONTRACTS),
  ...named('domain', ...DOMAIN),
  ...named('guards', ...GUARDS),
  ...named('inside', ...INSIDE),
];
