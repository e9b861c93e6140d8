/** Who calls, and how often the same call has an effect: the same through all five. */
import './progress';
import './tokens';
import './keys';
