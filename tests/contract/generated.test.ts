/** Property tests of the contract: generated reads, generated writes, and catalogues written over several protocols. */
import { SEED } from '../support/generated-cases';
import { implementationsAsAda } from '../support/implementations';
import { describeGeneratedCatalogues } from './generated-catalogues';
import { describeGeneratedReads } from './generated-reads';
import { describeGeneratedWrites } from './generated-writes';

beforeAll(() => {
  process.stdout.write(`generated cases: FC_SEED=${SEED}\n`);
});

// Reads come before catalogues, because both use one service and catalogues change it.
const apiOf = implementationsAsAda();
// One file runs all of these suites, because starting the servers costs more than each suite.
describe('generated reads', () => describeGeneratedReads(apiOf));
describe('generated writes', describeGeneratedWrites);
describe('generated catalogues', () => describeGeneratedCatalogues(apiOf));
