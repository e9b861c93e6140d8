import { together } from '../support/together';

together('telemetry');
