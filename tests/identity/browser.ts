/** A minimal browser for the sign-in: cookies by path, single redirects, and the forms of a page. */
import { createHash, randomBytes } from 'node:crypto';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** As the server sent it. */
  readonly line: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The path of the requested address. */
  readonly path: string;
}

export class Browser {
  readonly cookies = new Map<string, Cookie>();
  /** Every Set-Cookie so far. */
  readonly seen: string[] = [];

  constructor(private readonly origin: string) {}

  /** One request, without following where it leads. */
  async go(
    path: string,
    form?: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const url = new URL(path, this.origin);
    const cookie = [...this.cookies.values()]
      .filter((one) => url.pathname === one.path || url.pathname.startsWith(one.path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie && { cookie }), ...headers },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      path: url.pathname,
    };
  }

  /** Follows redirects for as long as they stay on this server; the last answer is a page, or leads elsewhere. */
  async follow(answer: Answer): Promise<Answer> {
    const location = answer.headers.get('location');
    if (location === null || new URL(location, this.origin).origin !== this.origin) return answer;
    return this.follow(await this.go(location));
  }

  async open(path: string): Promise<Answer> {
    return this.follow(await this.go(path));
  }

  /** Sends the page's form that goes to `action`, with its hidden fields. */
  async submit(page: Answer, action: string, fields: Record<string, string> = {}): Promise<Answer> {
    const form = formsOf(page.text).find((one) => one.action.endsWith(action));
    if (!form) throw new Error(`There is no form to ${action} on ${page.path}:\n${page.text}`);
    return this.follow(await this.go(form.action, { ...form.hidden, ...fields }));
  }

  private keep(line: string): void {
    this.seen.push(line);
    const [pair = '', ...attributes] = line.split('; ');
    const at = pair.indexOf('=');
    const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/';
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const isOver = attributes.some((one) => /^expires=Thu, 01 Jan 1970/i.test(one));
    if (isOver) this.cookies.delete(`${name} ${path}`);
    else this.cookies.set(`${name} ${path}`, { name, value, path, line });
  }

  cookie(name: string): Cookie | undefined {
    return [...this.cookies.values()].find((one) => one.name === name);
  }
}

export const formsOf = (text: string) =>
  [...text.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)].map(
    ([, action = '', body = '']) => ({
      action,
      hidden: Object.fromEntries(
        [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [
          name,
          value,
        ]),
      ) as Record<string, string>,
    }),
  );

/** A client's side of RFC 7636. */
export const pkce = () => {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
};
