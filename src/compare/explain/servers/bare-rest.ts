/** Express as its first page shows it, with its defaults. No rules, no store, no errors: one object, whatever is asked. */
import { createServer } from 'node:http';
import express from 'express';
import type { RunningServer } from '../../../contract/protocol';
import { listen } from '../loopback';

export const serve = (constant: unknown): Promise<RunningServer> => {
  const app = express();
  app.get('/api/*path', (_request, response) => {
    response.json(constant);
  });
  return listen(createServer(app));
};
