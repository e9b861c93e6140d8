/** The forms between a client's request and its code: sign in, sign up, allow. docs: OpenID Connect Core, section 3.1.2 */
import cookieParser from 'cookie-parser';
import { doubleCsrf } from 'csrf-csrf';
import { type Request, type Response, Router, urlencoded } from 'express';
import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import type { Account, IdentityStore } from '../store/identity-store';
import { type Accounts, type Credentials, isAccount, normalizeName } from './accounts';
import { type Attempts, TooManyAttemptsError } from './attempts';
import { consentPage, type FilledForm, type Form, signInPage, signUpPage } from './pages';
import { BusyError } from './passwords';
import { INTERACTION_COOKIE, RESOURCE } from './provider';

export interface InteractionOptions {
  readonly provider: Provider;
  readonly store: IdentityStore;
  readonly accounts: Accounts;
  readonly attempts: Attempts;
  readonly csrfSecret: string;
  /** Whether people come over TLS. */
  readonly secure: boolean;
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;
type PromptName = 'login' | 'consent';

const FORM_BYTES_MAX = 4096;
const BUSY_RETRY_SECONDS = 5;

/** Thrown where the request belongs to no sign-in that is under way. */
export class SignInGoneError extends Error {}

export const interactionRoutes = (options: InteractionOptions): Router => {
  const { csrfSecret, secure } = options;
  const csrf = doubleCsrf({
    getSecret: () => csrfSecret,
    // Signed by oidc-provider, and sent for one sign-in only.
    getSessionIdentifier: ({ cookies }) => String(cookies[INTERACTION_COOKIE]),
    getCsrfTokenFromRequest: ({ body }) => body?.csrf,
    cookieName: secure ? '__Secure-rosetta_csrf' : 'rosetta_csrf',
    cookieOptions: { httpOnly: true, sameSite: 'lax', secure },
  });
  const router = Router();
  router.use(
    cookieParser(),
    urlencoded({ extended: false, limit: FORM_BYTES_MAX }),
    csrf.doubleCsrfProtection,
  );

  const desk: Desk = {
    ...options,
    csrfToken: (request, response, path) =>
      csrf.generateCsrfToken(request, response, { cookieOptions: { path } }),
  };
  const { signIn, signUp } = entrances(desk);
  const { show, showSignUp, consent, cancel } = others(desk);
  router.get('/:uid', show);
  router.get('/:uid/sign-up', showSignUp);
  router.post('/:uid/sign-in', signIn);
  router.post('/:uid/sign-up', signUp);
  router.post('/:uid/consent', consent);
  router.post('/:uid/cancel', cancel);
  return router;
};

interface Desk extends InteractionOptions {
  readonly csrfToken: (request: Request, response: Response, path: string) => string;
}

type Handler = (request: Request, response: Response) => Promise<void>;

const finish = (desk: Desk, request: Request, response: Response, result: InteractionResults) =>
  desk.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });

const formFor = async (
  desk: Desk,
  interaction: Interaction,
  request: Request,
  response: Response,
): Promise<Form> => {
  const path = `/interaction/${interaction.uid}`;
  const clientId = clientIdOf(interaction);
  const client = await desk.provider.Client.find(clientId);
  return {
    path,
    csrfToken: desk.csrfToken(request, response, path),
    client: client?.clientName ?? clientId,
    scopes: scopesOf(interaction),
  };
};

/** Two ways in. Who comes in has seen what the client asks for, and so has allowed it. */
const entrances = (desk: Desk): Record<'signIn' | 'signUp', Handler> => ({
  signIn: (request, response) =>
    enter(desk, request, response, signInPage, async (credentials) => {
      const account = await desk.accounts.signIn(credentials);
      return account ?? { problem: 'The name or the password is wrong.' };
    }),

  signUp: (request, response) =>
    enter(desk, request, response, signUpPage, async (credentials) => {
      const result = await desk.accounts.signUp(credentials);
      return isAccount(result) ? result : { problems: result };
    }),
});

/** Counts, tries, and shows the form again where that did not lead to an account. */
const enter = async (
  desk: Desk,
  request: Request,
  response: Response,
  page: (form: FilledForm) => string,
  attempt: (credentials: Credentials) => Promise<Account | Pick<FilledForm, 'problem' | 'problems'>>,
): Promise<void> => {
  const { provider, attempts } = desk;
  const interaction = await underWay(provider, request, response, 'login');
  const credentials = { name: typed(request, 'name'), password: typed(request, 'password') };
  const name = normalizeName(credentials.name);
  const result = await counted(response, attempts, request.ip ?? '', name, () => attempt(credentials));
  if ('id' in result) {
    await attempts.reset(name);
    const grantId = await grantTo(provider, interaction, result);
    await finish(desk, request, response, { login: { accountId: result.id }, consent: { grantId } });
  } else {
    if (response.statusCode === 200) response.status(422);
    const form = await formFor(desk, interaction, request, response);
    response.send(page({ ...form, name: credentials.name, ...result }));
  }
};

const others = (desk: Desk): Record<'show' | 'showSignUp' | 'consent' | 'cancel', Handler> => ({
  show: async (request, response) => {
    const interaction = await underWay(desk.provider, request, response);
    const form = await formFor(desk, interaction, request, response);
    if (interaction.prompt.name === 'login') response.send(signInPage(form));
    else response.send(consentPage({ ...form, name: (await signedIn(desk.store, interaction)).name }));
  },

  showSignUp: async (request, response) => {
    const interaction = await underWay(desk.provider, request, response, 'login');
    response.send(signUpPage(await formFor(desk, interaction, request, response)));
  },

  consent: async (request, response) => {
    const interaction = await underWay(desk.provider, request, response, 'consent');
    const account = await signedIn(desk.store, interaction);
    const grantId = await grantTo(desk.provider, interaction, account);
    await finish(desk, request, response, { consent: { grantId } });
  },

  cancel: async (request, response) => {
    await underWay(desk.provider, request, response);
    const error_description = 'The person said no.';
    await finish(desk, request, response, { error: 'access_denied', error_description });
  },
});

const typed = (request: Request, field: string): string => {
  const value: unknown = request.body?.[field];
  return typeof value === 'string' ? value : '';
};

/** The sign-in that the path names, and that this browser has the cookie of. */
const underWay = async (
  provider: Provider,
  request: Request,
  response: Response,
  prompt?: PromptName,
): Promise<Interaction> => {
  const { errors } = await import('oidc-provider');
  try {
    const interaction = await provider.interactionDetails(request, response);
    if (interaction.uid !== request.params.uid) throw new SignInGoneError();
    if (prompt && interaction.prompt.name !== prompt) throw new SignInGoneError();
    return interaction;
  } catch (error) {
    throw error instanceof errors.SessionNotFound ? new SignInGoneError() : error;
  }
};

const signedIn = async (store: IdentityStore, { session }: Interaction): Promise<Account> => {
  const account = session && (await store.accountById(session.accountId));
  if (!account) throw new SignInGoneError();
  return account;
};

const scopesOf = ({ params }: Interaction): string[] =>
  String(params.scope ?? '')
    .split(' ')
    .filter(Boolean);

const clientIdOf = ({ params }: Interaction): string => String(params.client_id);

/** What was asked for, as far as the account has it; the rest is noted as refused, so that it is not asked for again. */
const grantTo = async (provider: Provider, interaction: Interaction, account: Account): Promise<string> => {
  const grant = new provider.Grant({ accountId: account.id, clientId: clientIdOf(interaction) });
  for (const scope of scopesOf(interaction)) {
    if (scope === 'openid') grant.addOIDCScope(scope);
    else if (account.scopes.includes(scope)) grant.addResourceScope(RESOURCE, scope);
    else grant.rejectResourceScope(RESOURCE, scope);
  }
  return grant.save();
};

/** 429 where there were too many attempts, and 503 where too many people sign in at this moment. */
const counted = async <T>(
  response: Response,
  attempts: Attempts,
  address: string,
  name: string,
  attempt: () => Promise<T>,
): Promise<T | { readonly problem: string }> => {
  try {
    await attempts.countPassword(address, name);
    return await attempt();
  } catch (error) {
    if (error instanceof TooManyAttemptsError) {
      response.status(429).set('Retry-After', String(error.retrySeconds));
      const minutes = Math.ceil(error.retrySeconds / 60);
      return {
        problem: `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      };
    }
    if (error instanceof BusyError) {
      response.status(503).set('Retry-After', String(BUSY_RETRY_SECONDS));
      return { problem: 'Too many people sign in at this moment. Try again in a few seconds.' };
    }
    throw error;
  }
};
