/** One suite, five implementations. Its parts share a file, because loading four protocols costs more than a part. */
import './reads';
import './lists';
import './writes';
import './refusals';
