/** The program of a child process: it starts the server in `servers/` that its parent names, and ends with its parent. */
import { join } from 'node:path';
import type { RunningServer } from '../../contract/protocol';
import type { ServerName, ServerSpec } from './start';

type Serve = (answer: unknown) => Promise<RunningServer>;

process.once('disconnect', () => process.exit());
process.once('message', async ({ name, answer }: ServerSpec<ServerName>) => {
  // Only that server's module is loaded, as the other libraries would cost memory and start time.
  const { serve } = require(join(__dirname, 'servers', name)) as { readonly serve: Serve };
  const { address } = await serve(answer);
  process.send?.(address);
});
