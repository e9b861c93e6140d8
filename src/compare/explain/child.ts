/** A process of its own for one of `servers/`: its parent says which, and with its parent it goes. */
import { join } from 'node:path';
import type { RunningServer } from '../../contract/protocol';
import type { ServerName, ServerSpec } from './start';

type Serve = (what: unknown) => Promise<RunningServer>;

process.once('disconnect', () => process.exit());
process.once('message', async ({ name, what }: ServerSpec<ServerName>) => {
  // Only the one asked for is loaded: the libraries of the others would be in its memory, and in its start.
  const { serve } = require(join(__dirname, 'servers', name)) as { readonly serve: Serve };
  const { address } = await serve(what);
  process.send?.(address);
});
