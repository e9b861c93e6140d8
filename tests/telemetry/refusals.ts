/** Log lines of requests that never reach the service, and of calls whose clients disconnect. */
import { PROTOCOLS } from '../../src/app/servers';
import type { RunningServer } from '../../src/contract/protocol';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import type { Telemetry } from '../../src/contract/telemetry';
import { NO_GRAPH } from '../support/implementations';
import { apiThat } from '../support/plain-api';
import { type Line, type Watching, watch } from './watch';

let arrived = (): void => undefined;

/** Never answers; like the guarded service, it rejects with the reason of the disconnect signal. */
const NEVER_ANSWERING = apiThat(async (operation, _input, context) => {
  context?.observed?.setOperation(operation);
  arrived();
  return new Promise((_resolve, reject) => {
    const signal = context?.disconnected?.();
    signal?.addEventListener('abort', () => reject(signal.reason));
  });
});

/** The same telemetry, and a promise that resolves when the first call has ended. */
const withEnd = (telemetry: Telemetry): { telemetry: Telemetry; over: Promise<void> } => {
  let resolve = (): void => undefined;
  const over = new Promise<void>((done) => {
    resolve = done;
  });
  const begin: Telemetry['begin'] = (arrival) => {
    const call = telemetry.begin(arrival);
    const end = call.end.bind(call);
    call.end = (answer) => {
      end(answer);
      resolve();
    };
    return call;
  };
  return { telemetry: { begin }, over };
};

const lineAfter = async (
  protocol: ProtocolName,
  happens: (address: string) => Promise<unknown>,
): Promise<Line> => {
  const watching: Watching = await watch({ logCalls: true });
  const { telemetry, over } = withEnd(watching.telemetry);
  const options = { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH, telemetry };
  const server: RunningServer = await PROTOCOLS[protocol].serve(NEVER_ANSWERING, options);
  await happens(server.address);
  await over;
  await server.stop();
  await watching.close();
  expect(watching.lines()).toHaveLength(1);
  return watching.lines()[0]!;
};

const post =
  (path: string, type: string, body: string, headers: Record<string, string> = {}) =>
  (address: string) =>
    fetch(address + path, { method: 'POST', headers: { 'content-type': type, ...headers }, body });

const ENVELOPE =
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
  '<GetSkill xmlns="urn:api-rosetta:skills:v1"><id>git</id></GetSkill></s:Body></s:Envelope>';
const QUERY = '{"query":"{ skill(id: \\"git\\") { name } }"}';
const BASIC = { authorization: 'Basic aHVudGVyMjpodW50ZXIy' };

describe('a line of operation none', () => {
  test.each<[string, ProtocolName, string, (address: string) => Promise<unknown>]>([
    ['broken JSON', 'rest', 'INVALID_ARGUMENT', post('/api/skills', 'application/json', '{')],
    ['a wrong type', 'rest', 'INVALID_ARGUMENT', post('/api/skills', 'text/plain', '{}')],
    ['no route', 'rest', 'UNIMPLEMENTED', post('/nowhere', 'application/json', '{}')],
    ['credentials', 'rest', 'UNAUTHENTICATED', post('/api/skills', 'application/json', '{}', BASIC)],
    ['broken JSON', 'graphql', 'INVALID_ARGUMENT', post('/graphql', 'application/json', '{')],
    ['a broken query', 'graphql', 'INVALID_ARGUMENT', post('/graphql', 'application/json', '{"query":"{"}')],
    ['no query', 'graphql', 'INVALID_ARGUMENT', post('/graphql', 'application/json', '{}')],
    ['no field', 'graphql', 'INVALID_ARGUMENT', post('/graphql', 'application/json', '{"query":"{ nope }"}')],
    ['no route', 'graphql', 'UNIMPLEMENTED', post('/nowhere', 'application/json', '{}')],
    ['credentials', 'graphql', 'UNAUTHENTICATED', post('/graphql', 'application/json', QUERY, BASIC)],
    ['broken XML', 'soap', 'INVALID_ARGUMENT', post('/soap', 'text/xml', '<')],
    ['no envelope', 'soap', 'INVALID_ARGUMENT', post('/soap', 'text/xml', '<a/>')],
    ['no route', 'soap', 'UNIMPLEMENTED', post('/nowhere', 'text/xml', '<a/>')],
    ['credentials', 'soap', 'UNAUTHENTICATED', post('/soap', 'text/xml', ENVELOPE, BASIC)],
  ])('for %s over %s has the code %s', async (_what, protocol, code, happens) => {
    const line = await lineAfter(protocol, happens);
    expect(line).toMatchObject({ protocol, operation: 'none', code, caller: '127.0.0.1' });
    expect(line.responseBytes).toBeGreaterThan(0);
    expect(JSON.stringify(line)).not.toContain(BASIC.authorization.slice(6));
  });
});

describe.each(PROTOCOL_NAMES)('%s', (protocol) => {
  test('a disconnect of the client is logged', async () => {
    const line = await lineAfter(protocol, async (address) => {
      const client = PROTOCOLS[protocol].connect(address);
      const controller = new AbortController();
      arrived = () => setTimeout(() => controller.abort(), 20);
      await expect(client.getSkill({ id: 'git' }, controller)).rejects.toBeDefined();
      await client.close();
    });
    expect(line).toMatchObject({ operation: 'getSkill', code: 'DEADLINE_EXCEEDED' });
  });
});

test.each([
  ['rest', '/nowhere'],
  ['graphql', '/graphql'],
  ['soap', '/soap'],
] as const)('%s gives a caller without a request id the one of the line', async (protocol, path) => {
  let given: string | null = null;
  const line = await lineAfter(protocol, async (address) => {
    given = (await post(path, 'application/json', '{')(address)).headers.get('x-request-id');
  });
  expect(given).toBe(line.requestId);
});
