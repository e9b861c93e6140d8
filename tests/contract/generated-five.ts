/** The five that the generated queries ask, and that the catalogues are then written to. */
import { implementationsAsAda } from '../support/implementations';

export const apiOf = implementationsAsAda();
