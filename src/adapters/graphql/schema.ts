/** SDL, served at /schema.graphql: Apollo makes the executable schema from this very text. */
import { readContract } from '../common/contract-file';

export const PATH = '/graphql';

export const SDL: string = readContract('graphql', 'skills.graphql');
