/** HTTP below SOAP: malformed HTTP, TLS and telemetry. */

import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import { PROTOCOLS } from '../../../src/app/servers';
import { SkillsError } from '../../../src/contract/errors';
import { LIMITS } from '../../../src/contract/limits';
import type { Telemetry } from '../../../src/contract/telemetry';
import { NO_GRAPH } from '../../support/implementations';
import { apiThat } from '../../support/plain-api';
import { sendBytes, sendHttp } from '../../support/raw/http';
import { envelope } from '../../support/raw/requests';
import { expectStillServing, serveForTests, testNothingLogged } from '../../support/raw/table';
import { singlePage } from '../../support/single-page';

const HERE = { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH };

export const describeHttp = (): void => {
  const served = serveForTests(['soap']);

  describe('malformed HTTP gets problem details:', () => {
    const POST = 'POST /soap HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\n';
    test.each([
      [
        'oversized headers',
        `${POST}a: ${'a'.repeat(LIMITS.headerBytesMax)}\r\n\r\n`,
        431,
        'HEADERS_TOO_LARGE',
      ],
      ['bytes that are not HTTP', 'SOAP\r\n\r\n', 400, 'MALFORMED_REQUEST'],
    ])('%s', async (_kind, bytes, status, reason) => {
      const answer = await sendBytes(served().address.soap, bytes);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer).toContain('\r\nContent-Type: application/problem+json\r\n');
      expect(answer).toContain(`"reason":"${reason}"`);
      await expectStillServing(served(), 'soap');
    });
  });

  test('over TLS, the WSDL has an https address, and a client that trusts the certificate gets a response', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const server = await PROTOCOLS.soap.serve(served().service.api, { ...HERE, tls: { cert, key } });
    const wsdl = await new Promise<string>((resolve, reject) => {
      get(`${server.address}/soap?wsdl`, { ca: cert, agent: false }, (answer) => resolve(text(answer))).on(
        'error',
        reject,
      );
    });
    expect(wsdl).toContain(`<soap:address location="${server.address}/soap"`);
    expect(server.address).toMatch(/^https:/);
    const client = PROTOCOLS.soap.connect(server.address, { tls: { ca: cert } });
    expect(await client.getSkill({ id: 'git', fields: ['id'] })).toStrictEqual({ id: 'git' });
    await client.close();
    await server.stop();
  });

  test('telemetry records each phase and each error, and the response has the generated request id', async () => {
    const notes: string[] = [];
    const telemetry: Telemetry = {
      begin: () => ({
        requestId: 'generated-1',
        setOperation: () => undefined,
        setSubject: () => undefined,
        recordError: (code) => notes.push(code),
        phase: (phase, work) => {
          notes.push(phase);
          const result = work();
          notes.push(`/${phase}`);
          return result;
        },
        end: () => undefined,
      }),
    };
    const api = apiThat(async (operation, _input, context) => {
      notes.push(operation, String(context?.observed?.requestId));
      if (operation === 'listProgress') return singlePage() as never;
      throw new SkillsError('NOT_FOUND', 'NOTHING', 'Nothing.');
    });
    const server = await PROTOCOLS.soap.serve(api, { ...HERE, telemetry });
    const eventsOf = async (body: string, headers = {}) => {
      notes.length = 0;
      const answer = await sendHttp(server.address, '/soap', {
        method: 'POST',
        headers: { 'content-type': 'text/xml', ...headers },
        body,
      });
      expect(answer.headers['x-request-id']).toBe('generated-1');
      return notes;
    };
    const decoded = ['decode', '/decode'];
    expect(await eventsOf(envelope('<ListProgress/>'))).toStrictEqual([
      ...decoded,
      'listProgress',
      'generated-1',
      'encode',
      '/encode',
    ]);
    expect(await eventsOf(envelope('<GetSkill><id>a</id></GetSkill>'))).toStrictEqual([
      ...decoded,
      'getSkill',
      'generated-1',
      'NOT_FOUND',
    ]);
    expect(await eventsOf('no XML')).toStrictEqual(['decode', 'INVALID_ARGUMENT']);
    expect(await eventsOf('', { 'content-type': 'text/plain' })).toStrictEqual(['INVALID_ARGUMENT']);
    await server.stop();
  });

  testNothingLogged(served);
};
