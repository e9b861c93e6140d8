import { together } from '../support/together';

together('inside');
