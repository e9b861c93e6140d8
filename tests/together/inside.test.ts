import { together } from '../support/together';

together('domain', 'identity', 'policy', 'store');
