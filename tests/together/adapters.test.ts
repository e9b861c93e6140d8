import { together } from '../support/together';

together('adapters');
