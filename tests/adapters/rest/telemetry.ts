/** The telemetry events of REST requests and their order. */
import type { Telemetry } from '../../../src/contract/telemetry';
import { type RawRequest, sendHttp } from '../../support/raw/http';
import { type Served, serveMap } from '../../support/served';

const notes: string[] = [];
const telemetry: Telemetry = {
  begin: ({ protocol, requestId = 'generated' }) => {
    notes.push(`begin ${protocol} ${requestId}`);
    return {
      requestId,
      setOperation: (operation) => notes.push(`operation ${operation}`),
      setSubject: (subject) => notes.push(`subject ${subject}`),
      recordError: (code) => notes.push(`error ${code}`),
      phase: (phase, work) => {
        notes.push(phase);
        return work();
      },
      end: ({ request, response }) => notes.push(request > 0 && response > 0 ? 'end' : 'end of nothing'),
    };
  },
};

export const describeTelemetry = (): void => {
  let observed: Served;
  beforeAll(async () => {
    observed = await serveMap(['rest'], {}, { telemetry });
  });
  afterAll(() => observed.stop());

  test.each<[string, RawRequest, string[]]>([
    ['/api/skills/git', {}, ['decode', 'operation getSkill', 'policy', 'domain', 'encode']],
    ['/api/skills/nothing', {}, ['decode', 'operation getSkill', 'policy', 'domain', 'error NOT_FOUND']],
    ['/api/skills?pageSize=x', {}, ['decode', 'error INVALID_ARGUMENT']],
    [
      '/api/progress/git',
      { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"status"' },
      ['decode', 'error INVALID_ARGUMENT'],
    ],
    ['/api/progress', { headers: { authorization: 'Basic x' } }, ['error UNAUTHENTICATED']],
    ['/api/skills/git', { method: 'PUT' }, ['error UNIMPLEMENTED']],
    ['/nowhere', {}, ['error UNIMPLEMENTED']],
  ])('%s with %j has these events: %j', async (path, request, expected) => {
    notes.length = 0;
    const { headers } = await sendHttp(observed.address.rest, path, {
      ...request,
      headers: { connection: 'close', ...request.headers },
    });
    expect(headers['x-request-id']).toBe('generated');
    for (let turns = 0; turns < 100 && notes.at(-1) !== 'end'; turns += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(notes).toStrictEqual(['begin rest generated', ...expected, 'end']);
  });

  test('the request id of the client is used', async () => {
    const headers = { 'x-request-id': 'mine' };
    const answer = await sendHttp(observed.address.rest, '/api/skills/git', { headers });
    expect([answer.headers['x-request-id'], notes]).toStrictEqual([
      'mine',
      expect.arrayContaining(['begin rest mine']),
    ]);
  });
};
