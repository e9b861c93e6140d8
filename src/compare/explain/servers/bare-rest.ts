/** Express as in its introduction, with its defaults. It has no rules, store or errors: every response is one object. */
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
