/** gRPC error statuses with google.rpc details (AIP-193), deadlines and request ids. */
import { detailsOf, frame, type GrpcResponse, proto, sendGrpc } from '../../support/raw/grpc';
import { serveForTests, testNothingLogged } from '../../support/raw/table';

export const describeErrors = (): void => {
  const served = serveForTests(['grpc']);
  const send = (
    method: string,
    request: object,
    headers: Record<string, string> = {},
  ): Promise<GrpcResponse> =>
    sendGrpc(
      served().address.grpc,
      `/skills.v1.SkillsService/${method}`,
      frame(proto(`${method}Request`).serialize(request)),
      { authorization: `Bearer ${served().token}`, ...headers },
    );

  describe('details:', () => {
    test('ResourceInfo names the type and id of an unknown skill', async () => {
      const answer = await send('GetSkill', { id: 'nothing' });
      expect([answer.status, answer.message]).toStrictEqual([5, 'There is no skill "nothing".']);
      expect(detailsOf(answer)).toStrictEqual({
        ErrorInfo: { reason: 'SKILL_NOT_FOUND', domain: 'api-rosetta' },
        ResourceInfo: { resourceType: 'skill', resourceName: 'nothing' },
      });
    });

    test('the trailers of an error with long texts stay under 8 KiB, and keep the code and the reason', async () => {
      const longIds = Array.from({ length: 12 }, () => 'あ'.repeat(2000));
      const answer = await send('CreateSkill', { skill: { id: 'x', requires: longIds } });
      expect(answer.status).toBe(3);
      expect(detailsOf(answer)).toMatchObject({ ErrorInfo: { reason: 'INVALID_INPUT' } });
      const unknownField = { paths: ['x'.repeat(5000)] };
      const other = await send('UpdateSkill', { id: 'git', etag: '*', updateMask: unknownField });
      for (const { trailers } of [answer, other]) {
        const bytes = Object.entries(trailers).map(([key, value]) => key.length + String(value).length + 32);
        expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(8192);
      }
    });

    test('BadRequest names the field as the .proto file does', async () => {
      const answer = await send('CreateSkill', {
        skill: { id: 'x', name: 'x', categoryIds: ['tools', 'B'] },
      });
      expect(detailsOf(answer)).toStrictEqual({
        ErrorInfo: { reason: 'INVALID_INPUT', domain: 'api-rosetta' },
        BadRequest: {
          fieldViolations: [
            { field: 'skill.category_ids[1]', description: expect.stringContaining('joined by hyphens') },
          ],
        },
      });
    });

    test('the status in the details equals the status of the call', async () => {
      const { trailers, status, message } = await send('DeleteSkill', { id: 'git' });
      const bytes = Buffer.from(String(trailers['grpc-status-details-bin']), 'base64');
      expect(proto('google.rpc.Status').deserialize(bytes)).toMatchObject({ code: 9, message });
      expect(status).toBe(9);
    });

    test('a message with characters outside ASCII is percent-encoded and decodes unchanged', async () => {
      const { message, trailers } = await send('UpdateSkill', {
        id: 'git',
        etag: '*',
        updateMask: { paths: ['größe'] },
      });
      expect(message).toBe('update_mask.paths[0] must be a field of patch, got "größe"');
      expect(trailers['grpc-message']).toMatch(/^[\x20-\x7e]+$/);
    });

    test('an error with the maximum number of violations fits into the trailers', async () => {
      const wrong = (name: string) => Array.from({ length: 100 }, (_, index) => `${name} ${index}`);
      const skill = {
        id: 'x',
        name: 'x',
        categoryIds: wrong('a'),
        requires: wrong('b'),
        related: wrong('c'),
      };
      const answer = await send('CreateSkill', { skill });
      expect([answer.status, detailsOf(answer).ErrorInfo.reason]).toStrictEqual([3, 'INVALID_INPUT']);
    });
  });

  describe('deadlines:', () => {
    test.each(['0m', '1n', '1u'])('grpc-timeout %s ends before the call', async (timeout) => {
      const answer = await send('ListCategories', {}, { 'grpc-timeout': timeout });
      expect(answer.status).toBe(4);
    });

    test.each(['10S', '1H', '99999999S'])('grpc-timeout %s is accepted', async (timeout) => {
      expect((await send('ListCategories', {}, { 'grpc-timeout': timeout })).status).toBe(0);
    });
  });

  describe('x-request-id:', () => {
    test('is returned in the headers of a result and of an error', async () => {
      for (const id of ['git', 'nothing']) {
        const { headers } = await send('GetSkill', { id }, { 'x-request-id': 'grpc-1' });
        expect(headers['x-request-id']).toBe('grpc-1');
      }
    });

    test('is absent from the response if the request has none or an invalid one', async () => {
      expect((await send('GetSkill', { id: 'git' })).headers).not.toHaveProperty('x-request-id');
      const { status, headers } = await send('GetSkill', { id: 'git' }, { 'x-request-id': 'two words' });
      expect([status, headers['x-request-id']]).toStrictEqual([3, undefined]);
    });
  });

  test('unknown metadata is ignored', async () => {
    const { status } = await send(
      'GetSkill',
      { id: 'git' },
      { 'x-own': 'a', 'x-own-bin': 'AAECAw==', 'user-agent': 'test' },
    );
    expect(status).toBe(0);
  });

  testNothingLogged(served);
};
