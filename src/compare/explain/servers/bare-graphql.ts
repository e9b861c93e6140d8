/** Apollo Server on Express with its defaults and the same schema: it parses, validates and executes. The data is constant. */
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type RequestHandler } from 'express';
import { PATH, SDL } from '../../../adapters/graphql/schema';
import type { RunningServer } from '../../../contract/protocol';
import { listen } from '../loopback';

/** `data` holds the value of each root field of the query; nested fields read its members. */
export const serve = async (data: Readonly<Record<string, unknown>>): Promise<RunningServer> => {
  const fields = Object.keys(data).map((name) => [name, () => data[name]]);
  const apollo = new ApolloServer({ typeDefs: SDL, resolvers: { Query: Object.fromEntries(fields) } });
  await apollo.start();
  const app = express();
  app.use(PATH, express.json(), expressMiddleware(apollo) as RequestHandler);
  const server = await listen(createServer(app));
  return { address: server.address, stop: () => server.stop().then(() => apollo.stop()) };
};
