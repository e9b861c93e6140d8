/** All mutants. A name begins with the part of the tree that it breaks. */
import type { Mutant } from '../mutant';
import { CONTRACTS } from './contracts';
import { DOMAIN } from './domain';
import { GRAPHQL } from './graphql';
import { GRPC } from './grpc';
import { POLICY } from './policy';
import { REST } from './rest';
import { RUNTIME } from './runtime';
import { SOAP } from './soap';
import { STORE } from './store';

const prefixed = (part: string, mutants: readonly Mutant[]): Mutant[] =>
  mutants.map((mutant) => ({ ...mutant, name: `${part}: ${mutant.name}` }));

export const MUTANTS: readonly Mutant[] = [
  ...prefixed('rest', REST),
  ...prefixed('graphql', GRAPHQL),
  ...prefixed('grpc', GRPC),
  ...prefixed('soap', SOAP),
  ...prefixed('contract', CONTRACTS),
  ...prefixed('domain', DOMAIN),
  ...prefixed('policy', POLICY),
  ...prefixed('store', STORE),
  ...prefixed('runtime', RUNTIME),
];
