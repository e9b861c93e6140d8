/** Device cookies (OWASP): a browser in which a person has signed in before is not locked out by others who guess. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { CookieOptions, Request, Response } from 'express';

export interface Devices {
  /** The id of the device if its cookie is for this account name. */
  find(request: Request, name: string): string | undefined;
  /** Marks the device after a correct password. */
  remember(response: Response, name: string): void;
}

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** The cookie is `id.signature`; the signature names the account, so a person cannot use it for another account. */
export const deviceCookies = (secret: string, secure: boolean): Devices => {
  const cookieName = secure ? '__Secure-rosetta_device' : 'rosetta_device';
  const options: CookieOptions = {
    ...{ httpOnly: true, sameSite: 'lax', secure },
    ...{ path: '/interaction', maxAge: YEAR_MS },
  };
  const sign = (id: string, name: string) =>
    createHmac('sha256', secret).update(`${id} ${name}`).digest('base64url');
  return {
    find: ({ cookies }, name) => {
      const [id = '', signature = ''] = String(cookies[cookieName] ?? '').split('.');
      const [given, expected] = [Buffer.from(signature), Buffer.from(sign(id, name))];
      return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined;
    },
    remember: (response, name) => {
      const id = randomBytes(16).toString('base64url');
      response.cookie(cookieName, `${id}.${sign(id, name)}`, options);
    },
  };
};
