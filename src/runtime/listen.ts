/** Serves pages or a plain listener with the limits of every port: the sign-in server, the explorer, metrics. */
import type { SkillsError } from '../contract/errors';
import type { RunningServer, ServeOptions } from '../contract/protocol';
import type { App } from './create-http-server';
import type { HttpErrorResponse } from './http-response';
import { serveHttp } from './http-server';
import { HTTP_STATUS_OF_REASON } from './transport-errors';

/** A server whose `admit` is absent charges nothing, for example metrics. */
export type ListenOptions = Pick<
  ServeOptions,
  'host' | 'port' | 'tls' | 'readiness' | 'admit' | 'limits' | 'trustedProxies'
>;

/** Rejects with the system's error where the port can't be opened. */
export const listen = (app: App, options: ListenOptions): Promise<RunningServer> =>
  serveHttp({ app, transportError }, options);

const STATUS: Readonly<Record<string, number>> = { RESOURCE_EXHAUSTED: 429, UNAVAILABLE: 503, INTERNAL: 500 };

const transportError = ({ code, reason, message }: SkillsError): HttpErrorResponse => ({
  status: HTTP_STATUS_OF_REASON[reason] ?? STATUS[code] ?? 400,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  body: `${message}\n`,
});
