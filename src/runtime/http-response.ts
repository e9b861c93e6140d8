/** Writes HTTP responses: one write each, with security headers. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import helmet from 'helmet';

export interface HttpErrorResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The headers that helmet sets for an API, computed once. docs/decisions/0012-security-headers.md */
const helmetHeaders = (strictTransportSecurity: boolean): Record<string, string> => {
  const headers: Record<string, string> = {};
  const response = { setHeader: (name: string, value: string) => Object.assign(headers, { [name]: value }) };
  const api = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    referrerPolicy: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xFrameOptions: false,
    xPermittedCrossDomainPolicies: false,
    xPoweredBy: false,
    xXssProtection: false,
  });
  api({} as never, response as never, () => undefined);
  return headers;
};
const [PLAIN, ENCRYPTED] = [helmetHeaders(false), helmetHeaders(true)];

export const securityHeaders = (encrypted: boolean): Readonly<Record<string, string>> =>
  encrypted ? ENCRYPTED : PLAIN;

/** One write per response: its length is known, so it is not chunked. */
export const send = (
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body?: string,
): void => {
  Object.assign(headers, securityHeaders('encrypted' in response.req.socket));
  if (body === undefined) {
    response.writeHead(status, headers).end();
  } else {
    headers['Content-Length'] = String(Buffer.byteLength(body));
    response.writeHead(status, STATUS_CODES[status], headers).end(body);
  }
};

/** A whole response as text, for a socket that has no response object. */
export const responseText = ({ status, headers, body }: HttpErrorResponse, encrypted: boolean): string => {
  const all = {
    ...headers,
    ...securityHeaders(encrypted),
    'Content-Length': String(Buffer.byteLength(body)),
    Date: new Date().toUTCString(),
    Connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
};
