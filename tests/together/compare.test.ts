import { together } from '../support/together';

together('compare');
