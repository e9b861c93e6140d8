/** The forms between an authorization request and its code: sign in, sign up, consent (OpenID Connect Core, section 3.1.2). */
import cookieParser from 'cookie-parser';
import { doubleCsrf } from 'csrf-csrf';
import { type Request, type Response, Router, urlencoded } from 'express';
import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import type { Account, IdentityStore } from '../store/identity-store';
import { type Accounts, type Credentials, isAccount, normalizeName } from './accounts';
import type { Attempts } from './attempts';
import type { Devices } from './device';
import { limitAttempts } from './limit-attempts';
import { consentPage, type FilledForm, type Form, signInPage, signUpPage } from './pages';
import { INTERACTION_COOKIE, RESOURCE } from './provider';

export interface InteractionOptions {
  readonly provider: Provider;
  readonly store: IdentityStore;
  readonly accounts: Accounts;
  readonly attempts: Attempts;
  readonly devices: Devices;
  readonly csrfSecret: string;
  /** Whether browsers reach the server over TLS. */
  readonly secure: boolean;
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;
type PromptName = 'login' | 'consent';

const FORM_BYTES_MAX = 4096;

/** Thrown if a request does not belong to a sign-in in progress. */
export class SignInGoneError extends Error {}

export const interactionRoutes = (options: InteractionOptions): Router => {
  const { csrfSecret, secure } = options;
  const csrf = doubleCsrf({
    getSecret: () => csrfSecret,
    // This cookie is signed by oidc-provider and belongs to one sign-in.
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

  const context: FormContext = {
    ...options,
    csrfToken: (request, response, path) =>
      csrf.generateCsrfToken(request, response, { cookieOptions: { path } }),
  };
  const { signIn, signUp } = credentialForms(context);
  const { show, showSignUp, consent, cancel } = otherForms(context);
  router.get('/:uid', show);
  router.get('/:uid/sign-up', showSignUp);
  router.post('/:uid/sign-in', signIn);
  router.post('/:uid/sign-up', signUp);
  router.post('/:uid/consent', consent);
  router.post('/:uid/cancel', cancel);
  return router;
};

interface FormContext extends InteractionOptions {
  readonly csrfToken: (request: Request, response: Response, path: string) => string;
}

type Handler = (request: Request, response: Response) => Promise<void>;

const finish = (context: FormContext, request: Request, response: Response, result: InteractionResults) =>
  context.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });

const formFor = async (
  context: FormContext,
  interaction: Interaction,
  request: Request,
  response: Response,
): Promise<Form> => {
  const path = `/interaction/${interaction.uid}`;
  const clientId = clientIdOf(interaction);
  const client = await context.provider.Client.find(clientId);
  return {
    path,
    csrfToken: context.csrfToken(request, response, path),
    client: client?.clientName ?? clientId,
    scopes: scopesOf(interaction),
  };
};

/** Sign in and sign up. Both pages list the requested scopes, so submitting either is also the consent. */
const credentialForms = (context: FormContext): Record<'signIn' | 'signUp', Handler> => ({
  signIn: (request, response) =>
    submitCredentials(context, request, response, signInPage, async (credentials) => {
      const account = await context.accounts.signIn(credentials);
      return account ?? { problem: 'The name or the password is wrong.' };
    }),

  signUp: (request, response) =>
    submitCredentials(context, request, response, signUpPage, async (credentials) => {
      const result = await context.accounts.signUp(credentials);
      return isAccount(result) ? result : { problems: result };
    }),
});

/** Counts the attempt and makes it; without an account as its result, the form is shown again. */
const submitCredentials = async (
  context: FormContext,
  request: Request,
  response: Response,
  page: (form: FilledForm) => string,
  attempt: (credentials: Credentials) => Promise<Account | Pick<FilledForm, 'problem' | 'problems'>>,
): Promise<void> => {
  const { provider, attempts, devices } = context;
  const interaction = await findInteraction(provider, request, response, 'login');
  const credentials = { name: fieldOf(request, 'name'), password: fieldOf(request, 'password') };
  const name = normalizeName(credentials.name);
  const device = devices.find(request, name);
  const counted = { address: request.ip ?? '', name, ...(device !== undefined && { device }) };
  const result = await limitAttempts(response, attempts, counted, () => attempt(credentials));
  if ('id' in result) {
    await attempts.reset(counted);
    devices.remember(response, name);
    const grantId = await saveGrant(provider, interaction, result);
    await finish(context, request, response, { login: { accountId: result.id }, consent: { grantId } });
  } else {
    if (response.statusCode === 200) response.status(422);
    const form = await formFor(context, interaction, request, response);
    response.send(page({ ...form, name: credentials.name, ...result }));
  }
};

const otherForms = (context: FormContext): Record<'show' | 'showSignUp' | 'consent' | 'cancel', Handler> => ({
  show: async (request, response) => {
    const interaction = await findInteraction(context.provider, request, response);
    const form = await formFor(context, interaction, request, response);
    if (interaction.prompt.name === 'login') response.send(signInPage(form));
    else
      response.send(consentPage({ ...form, name: (await signedInAccount(context.store, interaction)).name }));
  },

  showSignUp: async (request, response) => {
    const interaction = await findInteraction(context.provider, request, response, 'login');
    response.send(signUpPage(await formFor(context, interaction, request, response)));
  },

  consent: async (request, response) => {
    const interaction = await findInteraction(context.provider, request, response, 'consent');
    const account = await signedInAccount(context.store, interaction);
    const grantId = await saveGrant(context.provider, interaction, account);
    await finish(context, request, response, { consent: { grantId } });
  },

  cancel: async (request, response) => {
    await findInteraction(context.provider, request, response);
    const error_description = 'The person denied the request.';
    await finish(context, request, response, { error: 'access_denied', error_description });
  },
});

const fieldOf = (request: Request, field: string): string => {
  const value: unknown = request.body?.[field];
  return typeof value === 'string' ? value : '';
};

/** The sign-in in progress that the path names and the browser's cookie belongs to. Throws SignInGoneError. */
const findInteraction = async (
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

const signedInAccount = async (store: IdentityStore, { session }: Interaction): Promise<Account> => {
  const account = session && (await store.accountById(session.accountId));
  if (!account) throw new SignInGoneError();
  return account;
};

const scopesOf = ({ params }: Interaction): string[] =>
  String(params.scope ?? '')
    .split(' ')
    .filter(Boolean);

const clientIdOf = ({ params }: Interaction): string => String(params.client_id);

/** Grants the requested scopes that the account has; the others are stored as rejected, so that no form requests them again. */
const saveGrant = async (provider: Provider, interaction: Interaction, account: Account): Promise<string> => {
  const grant = new provider.Grant({ accountId: account.id, clientId: clientIdOf(interaction) });
  for (const scope of scopesOf(interaction)) {
    if (scope === 'openid') grant.addOIDCScope(scope);
    else if (account.scopes.includes(scope)) grant.addResourceScope(RESOURCE, scope);
    else grant.rejectResourceScope(RESOURCE, scope);
  }
  return grant.save();
};
