/** Statuses with google.rpc details beside them (AIP-193), deadlines, and metadata that goes back. */
import { detailsOf, frame, type GrpcAnswer, proto, sendGrpc } from '../../support/raw/grpc';
import { nothingLogged, servedHere } from '../../support/raw/table';

const served = servedHere(['grpc']);
const send = (method: string, request: object, headers: Record<string, string> = {}): Promise<GrpcAnswer> =>
  sendGrpc(
    served().address.grpc,
    `/skills.v1.SkillsService/${method}`,
    frame(proto(`${method}Request`).serialize(request)),
    { authorization: `Bearer ${served().token}`, ...headers },
  );

describe('details:', () => {
  test('what is not there is named by type and id', async () => {
    const answer = await send('GetSkill', { id: 'nothing' });
    expect([answer.status, answer.message]).toStrictEqual([5, 'There is no skill "nothing".']);
    expect(detailsOf(answer)).toStrictEqual({
      ErrorInfo: { reason: 'SKILL_NOT_FOUND', domain: 'api-rosetta' },
      ResourceInfo: { resourceType: 'skill', resourceName: 'nothing' },
    });
  });

  test('what is wrong is named as the .proto names it', async () => {
    const answer = await send('CreateSkill', { skill: { id: 'x', name: 'x', categoryIds: ['tools', 'B'] } });
    expect(detailsOf(answer)).toStrictEqual({
      ErrorInfo: { reason: 'INVALID_INPUT', domain: 'api-rosetta' },
      BadRequest: {
        fieldViolations: [
          { field: 'skill.category_ids[1]', description: expect.stringContaining('joined by hyphens') },
        ],
      },
    });
  });

  test('the status inside the details is the status of the call', async () => {
    const { trailers, status, message } = await send('DeleteSkill', { id: 'git' });
    const bytes = Buffer.from(String(trailers['grpc-status-details-bin']), 'base64');
    expect(proto('google.rpc.Status').deserialize(bytes)).toMatchObject({ code: 9, message });
    expect(status).toBe(9);
  });

  test('a message that is not ASCII comes out as it went in', async () => {
    const { message, trailers } = await send('UpdateSkill', {
      id: 'git',
      etag: '*',
      updateMask: { paths: ['größe'] },
    });
    expect(message).toBe('patch.größe is not a known field');
    expect(trailers['grpc-message']).toMatch(/^[\x20-\x7e]+$/);
  });

  test('errors of the size that the limits allow fit into the trailers', async () => {
    const wrong = (name: string) => Array.from({ length: 100 }, (_, index) => `${name} ${index}`);
    const skill = { id: 'x', name: 'x', categoryIds: wrong('a'), requires: wrong('b'), related: wrong('c') };
    const answer = await send('CreateSkill', { skill });
    expect([answer.status, detailsOf(answer).ErrorInfo.reason]).toStrictEqual([3, 'INVALID_INPUT']);
  });
});

describe('deadlines:', () => {
  test.each(['0m', '1n', '1u'])('grpc-timeout %s is over before the call', async (timeout) => {
    const answer = await send('ListCategories', {}, { 'grpc-timeout': timeout });
    expect(answer.status).toBe(4);
  });

  test.each(['10S', '1H', '99999999S'])('grpc-timeout %s is time enough', async (timeout) => {
    expect((await send('ListCategories', {}, { 'grpc-timeout': timeout })).status).toBe(0);
  });
});

describe('x-request-id:', () => {
  test('goes back in the headers of an answer and of an error', async () => {
    for (const id of ['git', 'nothing']) {
      const { headers } = await send('GetSkill', { id }, { 'x-request-id': 'grpc-1' });
      expect(headers['x-request-id']).toBe('grpc-1');
    }
  });

  test('is not made up, and a bad one is not repeated', async () => {
    expect((await send('GetSkill', { id: 'git' })).headers).not.toHaveProperty('x-request-id');
    const { status, headers } = await send('GetSkill', { id: 'git' }, { 'x-request-id': 'two words' });
    expect([status, headers['x-request-id']]).toStrictEqual([3, undefined]);
  });
});

test('metadata that we do not know is no trouble', async () => {
  const { status } = await send(
    'GetSkill',
    { id: 'git' },
    { 'x-own': 'a', 'x-own-bin': 'AAECAw==', 'user-agent': 'test' },
  );
  expect(status).toBe(0);
});

nothingLogged(served);
