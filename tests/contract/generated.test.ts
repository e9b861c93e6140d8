/** The law on generated input: queries, twins that write the same, catalogues written over one protocol for all. */
import { SEED } from '../support/law';
import './generated-queries';
import './generated-twins';
import './generated-catalogues';

beforeAll(() => {
  process.stdout.write(`generated cases: FC_SEED=${SEED}\n`);
});
