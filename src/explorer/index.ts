/** The explorer's HTTP server: the page, and the API behind it, which calls only this project's four servers. */
import { randomBytes } from 'node:crypto';
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import helmet from 'helmet';
import type { ExplorerInfo, Problem, RaceRequest } from './api';
import { askProtocols } from './ask';
import { serveBuiltFiles, servePage } from './built-files';
import { consoleProxy } from './console-proxy';
import { issueFor, limitCalls, proxyHeaderOf, rejectForeignHosts, rejectForeignPages } from './guards';
import { explorerInfo } from './info';
import { PROVOCATIONS, provoke } from './provoke';
import { openRaces, type Races } from './race';
import { ExplorerError, parseAskRequest, parseRaceRequest } from './requests';
import { findSuggestions, isSuggestionKind } from './suggestions';
import { connectTo, type ExplorerTarget } from './target';

export interface ExplorerOptions extends ExplorerTarget {
  /** The explorer listens on a loopback address only. */
  readonly isLocal: boolean;
  readonly log: (error: unknown) => void;
}

export interface Explorer {
  readonly app: Express;
  /** Ends running races, then calls `stopServer`, then closes the explorer's own client. */
  close(stopServer: () => Promise<void>): Promise<void>;
}

export const openExplorer = (options: ExplorerOptions): Explorer => {
  const suggestionClient = connectTo(options, 'rest');
  const races = openRaces(options);
  return {
    app: createApp(options, suggestionClient, races),
    close: async (stopServer) => {
      await races.stop();
      await stopServer();
      await suggestionClient.close();
    },
  };
};

const createApp = (
  options: ExplorerOptions,
  suggesting: ReturnType<typeof connectTo>,
  races: Races,
): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(setSecurityHeaders(CONTENT_SECURITY_POLICY));
  app.use(rejectForeignHosts(options.isLocal));
  // Express decides what is below /api, so that a guard and its endpoint agree about the case of a path.
  app.use('/api', rejectForeignPages);
  app.use('/consoles', setSecurityHeaders(CONSOLE_POLICY), serveBuiltFiles('consoles'));
  app.use('/api', limitCalls(), (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.use('/api/through', consoleProxy(options));
  app.use('/api', express.json({ limit: '64kb' }));
  const pageSecret = randomBytes(32).toString('base64url');
  const targetFor = (request: Request): ExplorerTarget =>
    options.issue ? { ...options, issue: issueFor(options.issue, pageSecret, request) } : options;
  let about: ExplorerInfo | undefined;
  app.get('/api/about', (request, response) => {
    about ??= explorerInfo(options);
    const makesTokens = about.makesTokens && proxyHeaderOf(request) === undefined;
    response.json({ ...about, makesTokens, ...(makesTokens && { pageSecret }) });
  });
  app.get('/api/suggest', async ({ query: { kind, text } }, response) => {
    if (!isSuggestionKind(kind)) throw new ExplorerError(400, 'kind must be skills, categories or tags');
    response.json(await findSuggestions(suggesting, kind, typeof text === 'string' ? text : ''));
  });
  app.post('/api/ask', async (request, response) => {
    response.json(await askProtocols(targetFor(request), parseAskRequest(request.body)));
  });
  app.post('/api/provoke', async (request, response) => {
    const provocation = PROVOCATIONS.find(({ name }) => name === request.body?.name);
    if (!provocation) throw new ExplorerError(404, 'There is no provocation with this name.');
    response.json(await provoke(targetFor(request), provocation));
  });
  app.post('/api/race', async ({ body }, response) => {
    await sendRace(races, parseRaceRequest(body), response);
  });
  app.use('/api', () => {
    throw new ExplorerError(404, 'The explorer has no such endpoint.');
  });
  app.use(serveBuiltFiles('site'), servePage('site'));
  app.use(sendProblem(options.log));
  return app;
};

/** Every resource comes from this origin. Inline styles are forbidden too, so a text of the catalogue cannot inject one. */
const CONTENT_SECURITY_POLICY = {
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

const setSecurityHeaders = (directives: Readonly<Record<string, string[]>>): RequestHandler =>
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    // HSTS would apply to every other server on localhost too.
    strictTransportSecurity: false,
  });

/** GraphiQL's editor adds its styles by script and embeds its fonts in them. */
const CONSOLE_POLICY = {
  ...CONTENT_SECURITY_POLICY,
  styleSrc: ["'self'", "'unsafe-inline'"],
  fontSrc: ["'self'", 'data:'],
};

/** Sends one line of JSON per event. A disconnect of the page ends the race. */
const sendRace = async (races: Races, request: RaceRequest, response: Response): Promise<void> => {
  const disconnect = new AbortController();
  response.on('close', () => disconnect.abort());
  response.set('Content-Type', 'application/x-ndjson');
  for await (const event of races.race(request, disconnect.signal)) {
    response.write(`${JSON.stringify(event)}\n`);
  }
  response.end();
};

const sendProblem =
  (log: (error: unknown) => void) =>
  (error: unknown, _request: Request, response: Response, _next: NextFunction): void => {
    const status = (error as { status?: unknown }).status;
    const isClientError = typeof status === 'number' && status < 500;
    if (!isClientError && !(error instanceof ExplorerError)) log(error);
    const problem: Problem =
      isClientError || error instanceof ExplorerError
        ? { title: (error as Error).message, status: Number(status) }
        : {
            title: 'The explorer failed with an internal error; the server log has the details.',
            status: 500,
          };
    if (response.headersSent) return void response.end();
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
