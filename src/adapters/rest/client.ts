/** A SkillsApi over HTTP and JSON: one request per operation, and whatever is not 2xx is a problem document. */
import type { CallContext } from '../../contract/context';
import type { ConnectOptions, SkillsClient } from '../../contract/protocol';
import type { Input, Operation } from '../../contract/skills-api';
import { connectHttp, type HttpRequest } from '../common/http-client';
import { rejectUnencodable } from '../common/reject-unencodable';
import { encodeContext, encodeIfMatch } from './context';
import { decodeError } from './errors';
import { BASE } from './schema';
import * as wire from './wire';

export const connect = (address: string, options?: ConnectOptions): SkillsClient => {
  const http = connectHttp(address, options);

  const call = async <O extends Operation>(
    operation: O,
    input: Input<O>,
    context: CallContext | undefined,
    request: HttpRequest,
  ) => {
    rejectUnencodable(operation, input);
    const headers = { ...request.headers, ...encodeContext(context) };
    const answer = await http.send({ ...request, path: BASE + request.path, headers }, context);
    if (answer.status >= 300) throw decodeError(answer, operation);
    return wire.decode(answer.text);
  };

  const get = <O extends Operation>(
    operation: O,
    input: Input<O>,
    context: CallContext | undefined,
    path: string,
    query: wire.Query,
  ) => call(operation, input, context, { method: 'GET', path: path + search(query) });

  return {
    listCategories: (input, context) =>
      get('listCategories', input, context, '/categories', wire.encodeFields(input)).then(
        wire.decodeCategories,
      ),
    getCategory: (input, context) =>
      get('getCategory', input, context, `/categories/${input.id}`, wire.encodeFields(input)),
    getSkill: (input, context) =>
      get('getSkill', input, context, `/skills/${input.id}`, wire.encodeFields(input)),
    listSkills: (input, context) =>
      get('listSkills', input, context, '/skills', wire.encodeListSkills(input)),
    batchGetSkills: (input, context) =>
      get('batchGetSkills', input, context, '/skills:batchGet', wire.encodeBatchGetSkills(input)),
    getLearningPath: (input, context) =>
      get('getLearningPath', input, context, `/skills/${input.id}/learning-path`, wire.encodeFields(input)),
    createSkill: (input, context) =>
      call('createSkill', input, context, {
        method: 'POST',
        path: '/skills',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input.skill),
      }),
    updateSkill: (input, context) =>
      call('updateSkill', input, context, {
        method: 'PATCH',
        path: `/skills/${input.id}`,
        headers: { 'content-type': 'application/merge-patch+json', ...encodeIfMatch(input.etag) },
        body: JSON.stringify(input.patch),
      }),
    deleteSkill: (input, context) =>
      call('deleteSkill', input, context, {
        method: 'DELETE',
        path: `/skills/${input.id}`,
        headers: encodeIfMatch(input.etag),
      }),
    setProgress: ({ skillId, ...body }, context) =>
      call('setProgress', { skillId, ...body }, context, {
        method: 'PUT',
        path: `/progress/${skillId}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    listProgress: (input, context) =>
      get('listProgress', input, context, '/progress', {}).then(wire.decodeProgressList),
    close: http.close,
  };
};

export const search = (query: wire.Query): string => {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  // A comma needs no escape in a query (RFC 3986, section 3.4), and lists read better with it.
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}`.replaceAll('%2C', ',') : '';
};
