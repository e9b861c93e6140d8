/** Malformed and ambiguous HTTP/1.1, including request smuggling (RFC 9112, section 11.2). */
import { type Attack, Findings, type Run } from '../attack';
import { NoResponse, sendBytes } from '../http1';
import { originOf } from '../open-socket';
import { checkResponse, summaryOf } from '../response-forms';

const PATHS = { rest: '/api/skills', graphql: '/graphql', soap: '/soap' } as const;
type Http = keyof typeof PATHS;

const head = (path: string, ...lines: string[]): string =>
  `POST ${path} HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
const HOST = 'Host: localhost';
const SMUGGLED = 'GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n';

const brokenRequests = (path: string): Record<string, string> => ({
  'no Host': head(path, 'Content-Length: 0'),
  'two lengths': head(path, HOST, 'Content-Length: 0', `Content-Length: ${SMUGGLED.length}`) + SMUGGLED,
  'a length and chunks': `${head(path, HOST, 'Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\n${SMUGGLED}`,
  'chunks of another kind': `${head(path, HOST, 'Transfer-Encoding: xchunked')}0\r\n\r\n${SMUGGLED}`,
  'a chunk of 2^64 bytes': `${head(path, HOST, 'Transfer-Encoding: chunked')}fffffffffffffffff\r\nx`,
  'a negative length': head(path, HOST, 'Content-Length: -1'),
  'a folded header': head(path, HOST, 'X-Long: a', ' b: c', 'Content-Length: 0'),
  'a space before the colon': head(path, HOST, 'Content-Length : 5', 'X: y'),
  'NUL in a header': head(path, HOST, 'X-Nul: a\0b'),
  'a carriage return in a header': head(path, HOST, 'X-Cr: a\rX-Injected: yes'),
  'headers of 20 KB': head(path, HOST, `X-Large: ${'x'.repeat(20_000)}`),
  '3,000 headers': head(path, HOST, ...Array.from({ length: 3000 }, (_, index) => `x${index}: y`)),
  'a path of 20 KB': head(path + 'x'.repeat(20_000), HOST),
  'an unknown method': head(path, HOST).replace('POST', 'ABUSE'),
  'an unknown version': head(path, HOST).replace('1.1', '3.7'),
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'bytes that are not HTTP': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'an odd expectation': head(path, HOST, 'Expect: the-unexpected', 'Content-Length: 0'),
  'an upgrade': head(path, HOST, 'Connection: Upgrade', 'Upgrade: websocket', 'Content-Length: 0'),
});

const sendBroken =
  (protocol: Http): Run =>
  async (target) => {
    const findings = new Findings();
    for (const [name, text] of Object.entries(brokenRequests(PATHS[protocol]))) {
      try {
        const response = checkResponse(
          protocol,
          await sendBytes(originOf(target, protocol), Buffer.from(text, 'latin1'), true),
        );
        findings.record(summaryOf(response));
        if (response.code === 'OK') findings.fail(`${name} was accepted`);
        if (response.headers['x-injected']) findings.fail(`${name} was returned as a header`);
      } catch (error) {
        if (error instanceof NoResponse && !error.isLate) findings.record('connection closed');
        else findings.fail(`${name}: ${(error as Error).message}`);
      }
    }
    return findings.finding();
  };

export const brokenHttp: Attack = {
  name: 'broken HTTP',
  description: `${Object.keys(brokenRequests('')).length} malformed or ambiguous HTTP/1.1 requests: two lengths, length and chunks, no Host, unknown methods`,
  on: {
    rest: sendBroken('rest'),
    graphql: sendBroken('graphql'),
    grpc: 'It uses HTTP/2 only; other attacks send invalid frames.',
    soap: sendBroken('soap'),
  },
};
