/** The HTML pages of the identity server: one style, no scripts. Every inserted value is escaped. */
import type { Problems } from './accounts';
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from './passwords';
import { STYLE } from './style';

/** Text that is already HTML and is not escaped again. */
class Html {
  constructor(readonly text: string) {}
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (value: unknown): string =>
  String(value).replace(/[&<>"']/g, (character) => ESCAPES[character] as string);

const html = (strings: TemplateStringsArray, ...values: readonly (string | number | Html)[]): Html =>
  new Html(
    String.raw(
      { raw: strings },
      ...values.map((value) => (value instanceof Html ? value.text : escapeHtml(value))),
    ),
  );

const EMPTY = new Html('');

const page = (title: string, content: Html): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - API Rosetta</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content.text}
</main>
</body>
</html>
`;

/** The content of a form: its path, the CSRF token, and the client with its requested scopes. */
export interface Form {
  /** The path of the sign-in in progress. */
  readonly path: string;
  readonly csrfToken: string;
  /** The name of the client that will get the token. */
  readonly client: string;
  /** The requested scopes. */
  readonly scopes: readonly string[];
}

export interface FilledForm extends Form {
  readonly name?: string;
  readonly problems?: Problems;
  /** The problem of the form as a whole. */
  readonly problem?: string;
}

const SCOPE_DESCRIPTIONS: Readonly<Record<string, string>> = {
  openid: 'know who you are, and read and change your learning progress',
  'skills:write': 'change the skill map, where your account may',
};

const request = ({ client, scopes }: Form): Html => {
  const items = scopes.map((scope) => html`<li>${SCOPE_DESCRIPTIONS[scope] ?? scope}</li>`.text).join('\n');
  return html`<p><strong>${client}</strong> asks to:</p>
<ul>
${new Html(items)}
</ul>`;
};

const hidden = ({ csrfToken }: Form): Html => html`<input type="hidden" name="csrf" value="${csrfToken}">`;

const cancel = (form: Form): Html => html`<form method="post" action="${form.path}/cancel">
${hidden(form)}
<button class="plain">Cancel</button>
</form>`;

const alert = (problem: string | undefined): Html =>
  problem === undefined ? EMPTY : html`<p class="wrong" role="alert" id="problem">${problem}</p>`;

interface Field {
  readonly id: 'name' | 'password';
  readonly label: string;
  readonly type: 'text' | 'password';
  readonly autocomplete: string;
  readonly value?: string;
  readonly hint?: string;
  readonly problem?: string;
  /** The problem of the whole form concerns this field too. */
  readonly hasFormProblem?: boolean;
}

const field = ({ id, label, type, autocomplete, value = '', hint, problem, hasFormProblem }: Field): Html => {
  const describedBy = [hint && `${id}-hint`, problem && `${id}-problem`, hasFormProblem && 'problem'].filter(
    Boolean,
  );
  const described = describedBy.length ? html` aria-describedby="${describedBy.join(' ')}"` : EMPTY;
  const invalid = problem || hasFormProblem ? html` aria-invalid="true"` : EMPTY;
  return html`<label for="${id}">${label}</label>
${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : EMPTY}
<input id="${id}" name="${id}" type="${type}" value="${value}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" required${described}${invalid}>
${problem ? html`<p class="wrong" id="${id}-problem">${problem}</p>` : EMPTY}`;
};

export const signInPage = (form: FilledForm): string => {
  const hasFormProblem = form.problem !== undefined;
  return page(
    'Sign in',
    html`${request(form)}
${alert(form.problem)}
<form method="post" action="${form.path}/sign-in">
${hidden(form)}
${field({ id: 'name', label: 'Name', type: 'text', autocomplete: 'username', value: form.name, hasFormProblem })}
${field({ id: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', hasFormProblem })}
<button>Sign in and allow</button>
</form>
${cancel(form)}
<p>No account yet? <a href="${form.path}/sign-up">Sign up</a></p>`,
  );
};

export const signUpPage = (form: FilledForm): string =>
  page(
    'Sign up',
    html`${request(form)}
${alert(form.problem)}
<form method="post" action="${form.path}/sign-up">
${hidden(form)}
${field({
  id: 'name',
  label: 'Name',
  type: 'text',
  autocomplete: 'username',
  value: form.name,
  problem: form.problems?.name,
})}
${field({
  id: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'new-password',
  hint: `${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters; a few words that do not belong together are good.`,
  problem: form.problems?.password,
})}
<button>Sign up and allow</button>
</form>
${cancel(form)}
<p>You have an account? <a href="${form.path}">Sign in</a></p>`,
  );

export const consentPage = (form: Form & { readonly name: string }): string =>
  page(
    'Allow access',
    html`<p>You are signed in as <strong>${form.name}</strong>.</p>
${request(form)}
<form method="post" action="${form.path}/consent">
${hidden(form)}
<button>Allow</button>
</form>
${cancel(form)}`,
  );

/** `form` comes from oidc-provider, with its own CSRF token; the buttons refer to it by its id. */
export const signOutPage = (form: string): string =>
  page(
    'Sign out',
    html`<p>Do you want to sign out here?</p>
${new Html(form)}
<button form="op.logoutForm" name="logout" value="yes">Sign out</button>
<button form="op.logoutForm" class="plain">Stay signed in</button>`,
  );

export const signedOutPage = (): string => page('Signed out', html`<p>You can close this page.</p>`);

export const errorPage = (title: string, sentence: string): string => page(title, html`<p>${sentence}</p>`);
