/** The sign-in pages in Chromium: their size on a phone, and their Content-Security-Policy. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, openBrowser } from '../compare/browser';
import { tempFolder } from '../support/temp';
import { pkce } from './browser';
import { freePort, type IdentityProcess, newSigningKey, startIdentity } from './identity-server';

const executable = chromiumPath();

(executable === undefined ? describe.skip : describe)('in Chromium (skipped where none is installed)', () => {
  let browser: Browser;
  let identity: IdentityProcess;
  let issuer: string;
  let client: Server;
  let redirect: string;
  beforeAll(async () => {
    const port = await freePort();
    issuer = `http://127.0.0.1:${port}`;
    identity = await startIdentity({ folder: tempFolder(), port, issuer, signingKey: newSigningKey() });
    client = createServer((_request, response) => response.end('the client has its code'));
    await new Promise<void>((resolve) => client.listen(0, '127.0.0.1', resolve));
    redirect = `http://127.0.0.1:${(client.address() as AddressInfo).port}/callback`;
    browser = await openBrowser(executable!);
  });
  afterAll(async () => {
    await browser?.close();
    await identity?.stop();
    client?.close();
    client?.closeAllConnections();
  });

  const authUrl = (more: Record<string, string> = {}): string =>
    `${issuer}/auth?${new URLSearchParams({
      client_id: 'rosetta-cli',
      response_type: 'code',
      redirect_uri: redirect,
      scope: 'openid skills:write',
      code_challenge: pkce().challenge,
      code_challenge_method: 'S256',
      ...more,
    })}`;

  const PHONE = { width: 390, height: 844 };
  const MEASURE = `({
    width: document.documentElement.scrollWidth,
    background: getComputedStyle(document.body).backgroundColor,
    smallest: Math.min(...[...document.querySelectorAll('input:not([type=hidden]),button')].map((one) => one.getBoundingClientRect().height)),
  })`;

  const fill = async (page: Page, name: string, button: string): Promise<void> => {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill('a long walk in the rain');
    await page.getByRole('button', { name: button }).click();
  };

  test('two people sign up and sign in after each other without a policy violation', async () => {
    const context = await browser.newContext({ viewport: PHONE });
    const page = await context.newPage();
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    for (const name of ['ada', 'grace']) {
      await page.goto(authUrl({ prompt: 'login' }));
      await page.getByRole('link', { name: 'Sign up' }).click();
      await fill(page, name, 'Sign up and allow');
      // At the second sign-up the first session ends by a page that submits itself.
      await page.waitForURL(`${redirect}**`);
      expect(new URL(page.url()).searchParams.get('code')).toMatch(/^[\w-]{43}$/);
    }
    await page.goto(authUrl());
    await page.getByText('You are signed in as grace.').waitFor();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(`${redirect}**`);
    expect(messages.filter((text) => !text.includes('favicon'))).toStrictEqual([]);
    await context.close();
  });

  test.each(['light', 'dark'] as const)('the pages fit a phone in %s mode', async (colorScheme) => {
    const context = await browser.newContext({ viewport: PHONE, colorScheme });
    const page = await context.newPage();
    await page.goto(authUrl());
    await fill(page, 'nobody', 'Sign in and allow');
    await page.getByRole('alert').waitFor();
    const { width, background, smallest } = (await page.evaluate(MEASURE)) as {
      width: number;
      background: string;
      smallest: number;
    };
    expect(width).toBe(PHONE.width);
    expect(background).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(27, 27, 31)');
    // WCAG 2.2, criterion 2.5.8, requires 24.
    expect(smallest).toBeGreaterThanOrEqual(40);
    await context.close();
  });
});
