/** The explorer's server: the page, and the few calls behind it, which reach the project's own four servers and no other. */
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import helmet from 'helmet';
import { aboutOf } from './info';
import type { About, Problem, RaceRequest } from './api';
import { ask } from './ask';
import { connectTo, type Explored } from './target';
import { forOurPagesOnly, limited } from './guards';
import { PROVOCATIONS, provoke } from './provoke';
import { openRaces, type Races } from './race';
import { askRequest, ExplorerError, raceRequest } from './requests';
import { built, pageOf } from './built-files';
import { isSuggestionKind, suggest } from './suggestions';
import { throughRouter } from './console-proxy';

export interface ExplorerOptions extends Explored {
  /** Only this machine reaches the explorer. */
  readonly isLocal: boolean;
  readonly log: (error: unknown) => void;
}

export interface Explorer {
  readonly app: Express;
  /** Ends races before `stopServer`, and other calls after it. */
  close(stopServer: () => Promise<void>): Promise<void>;
}

export const openExplorer = (options: ExplorerOptions): Explorer => {
  const suggesting = connectTo(options, 'rest');
  const races = openRaces(options);
  return {
    app: explorerApp(options, suggesting, races),
    close: async (stopServer) => {
      await races.stop();
      await stopServer();
      await suggesting.close();
    },
  };
};

const explorerApp = (
  options: ExplorerOptions,
  suggesting: ReturnType<typeof connectTo>,
  races: Races,
): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(secured(POLICY));
  app.use(forOurPagesOnly(options.isLocal));
  app.use('/consoles', secured(CONSOLE_POLICY), built('consoles'));
  app.use('/api', limited(), (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.use('/api/through', throughRouter(options));
  app.use('/api', express.json({ limit: '64kb' }));
  let about: About | undefined;
  app.get('/api/about', (_request, response) => {
    about ??= aboutOf(options);
    response.json(about);
  });
  app.get('/api/suggest', async ({ query: { kind, text } }, response) => {
    if (!isSuggestionKind(kind)) throw new ExplorerError(400, 'kind must be skills, categories or tags');
    response.json(await suggest(suggesting, kind, typeof text === 'string' ? text : ''));
  });
  app.post('/api/ask', async ({ body }, response) => {
    response.json(await ask(options, askRequest(body)));
  });
  app.post('/api/provoke', async ({ body }, response) => {
    const found = PROVOCATIONS.find(({ name }) => name === body?.name);
    if (!found) throw new ExplorerError(404, 'There is no such provocation.');
    response.json(await provoke(options, found));
  });
  app.post('/api/race', async ({ body }, response) => {
    await streamRace(races, raceRequest(body), response);
  });
  app.use('/api', () => {
    throw new ExplorerError(404, 'There is no such call.');
  });
  app.use(built('site'), pageOf('site'));
  app.use(failed(options.log));
  return app;
};

/** Everything is served from here; styles too, so that no text of the catalogue can become one. */
const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  workerSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

const secured = (directives: Readonly<Record<string, string[]>>): RequestHandler =>
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    // It would hold for every other server on localhost too.
    strictTransportSecurity: false,
  });

/** GraphiQL's editor makes its styles by script, and has its fonts within them. */
const CONSOLE_POLICY = {
  ...POLICY,
  styleSrc: ["'self'", "'unsafe-inline'"],
  fontSrc: ["'self'", 'data:'],
};

/** A line of JSON for each event, as it comes. Ends early where the page goes away. */
const streamRace = async (races: Races, request: RaceRequest, response: Response): Promise<void> => {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.set('Content-Type', 'application/x-ndjson');
  for await (const event of races.race(request, gone.signal)) {
    response.write(`${JSON.stringify(event)}\n`);
  }
  response.end();
};

const failed =
  (log: (error: unknown) => void) =>
  (error: unknown, _request: Request, response: Response, _next: NextFunction): void => {
    const status = (error as { status?: unknown }).status;
    const isTold = typeof status === 'number' && status < 500;
    if (!isTold && !(error instanceof ExplorerError)) log(error);
    const problem: Problem =
      isTold || error instanceof ExplorerError
        ? { title: (error as Error).message, status: Number(status) }
        : { title: 'The explorer failed; the fault is ours, not yours.', status: 500 };
    if (response.headersSent) return void response.end();
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
