/** What somebody who watches gets to hear of each request, and in which order. */
import type { Telemetry } from '../../../src/contract/telemetry';
import { type RawRequest, sendHttp } from '../../support/raw/http';
import { type Served, serveMap } from '../../support/served';

const notes: string[] = [];
const telemetry: Telemetry = {
  begin: ({ protocol, requestId = 'made-up' }) => {
    notes.push(`begin ${protocol} ${requestId}`);
    return {
      requestId,
      setOperation: (operation) => notes.push(`asked ${operation}`),
      setSubject: (subject) => notes.push(`identified ${subject}`),
      recordError: (code) => notes.push(`failed ${code}`),
      phase: (phase, work) => {
        notes.push(phase);
        return work();
      },
      end: ({ request, response }) => notes.push(request > 0 && response > 0 ? 'end' : 'end of nothing'),
    };
  },
};
let watched: Served;
beforeAll(async () => {
  watched = await serveMap(['rest'], {}, { telemetry });
});
afterAll(() => watched.stop());

test.each<[string, RawRequest, string[]]>([
  ['/api/skills/git', {}, ['decode', 'asked getSkill', 'policy', 'domain', 'encode']],
  ['/api/skills/nothing', {}, ['decode', 'asked getSkill', 'policy', 'domain', 'failed NOT_FOUND']],
  ['/api/skills?pageSize=x', {}, ['decode', 'failed INVALID_ARGUMENT']],
  [
    '/api/progress/git',
    { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"status"' },
    ['decode', 'failed INVALID_ARGUMENT'],
  ],
  ['/api/progress', { headers: { authorization: 'Basic x' } }, ['failed UNAUTHENTICATED']],
  ['/api/skills/git', { method: 'PUT' }, ['failed UNIMPLEMENTED']],
  ['/nowhere', {}, ['failed UNIMPLEMENTED']],
])('of %s with %j', async (path, request, expected) => {
  notes.length = 0;
  const { headers } = await sendHttp(watched.address.rest, path, {
    ...request,
    headers: { connection: 'close', ...request.headers },
  });
  expect(headers['x-request-id']).toBe('made-up');
  for (let turns = 0; turns < 100 && notes.at(-1) !== 'end'; turns += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(notes).toStrictEqual(['begin rest made-up', ...expected, 'end']);
});

test("the caller's own request id is kept", async () => {
  const headers = { 'x-request-id': 'mine' };
  const answer = await sendHttp(watched.address.rest, '/api/skills/git', { headers });
  expect([answer.headers['x-request-id'], notes]).toStrictEqual([
    'mine',
    expect.arrayContaining(['begin rest mine']),
  ]);
});
