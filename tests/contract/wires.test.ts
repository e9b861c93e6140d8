/** What only a wire can get wrong: errors on their way, and calls that nobody answers. */
import './errors';
import './calls';
