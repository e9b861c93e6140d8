import { together } from '../support/together';

together('explorer');
