/** Path traversal: file paths as ids and as URL paths. */

import { frame, proto } from '../../../tests/support/raw/grpc';
import { envelope } from '../../../tests/support/raw/requests';
import type { Attack } from '../attack';
import type { WireRequest } from '../http1';
import { type Judge, rejectsWith, requestAttack } from '../request-attack';
import { SOAP_TYPE } from '../requests';
import { grpcCall } from './size';

const PATHS = [
  '../../../../etc/passwd',
  '..%2f..%2f..%2fetc%2fpasswd',
  '..%252f..%252fetc%252fpasswd',
  '%2e%2e/%2e%2e/etc/passwd',
  '..\\..\\..\\etc\\passwd',
  '..%5c..%5cetc%5cpasswd',
  '....//....//etc/passwd',
  '%c0%ae%c0%ae/etc/passwd',
  'git%00.json',
  '/etc/passwd',
  'file:///etc/passwd',
  '.',
  '..',
];

const get = (path: string): WireRequest => ({ method: 'GET', path, headers: {} });

/** Fails if a response contains a file or does not reject the path. */
const noFile: Judge = (response) => {
  if (/root:.*:0:0|"dependencies"/.test(response.text)) return 'returned a file';
  return rejectsWith('INVALID_ARGUMENT', 'NOT_FOUND', 'UNIMPLEMENTED')(response);
};

const decoded = (path: string): string => path.replaceAll('%2f', '/').replaceAll('%5c', '\\');

export const pathTraversal: Attack = {
  name: 'path traversal',
  description: `${PATHS.length} paths to files (../, %2f, %252f, %00, backslashes, overlong UTF-8) as ids and behind every route`,
  on: {
    rest: requestAttack(
      'rest',
      () =>
        PATHS.flatMap((path) => [
          get(`/api/skills/${path}`),
          get(`/api/categories/${path}`),
          get(`/api/skills/${path}/learning-path`),
          get(`/api/progress/${path}`),
          get(`/${path}`),
          get(`/api/${path}`),
        ]).filter(({ path }) => !isDirectory(path)),
      noFile,
    ),
    graphql: requestAttack(
      'graphql',
      () =>
        PATHS.flatMap((path) => [
          get(`/${path}`),
          get(`/graphql/${path}`),
          {
            method: 'POST',
            path: '/graphql',
            headers: { 'content-type': 'application/json' },
            body: Buffer.from(
              JSON.stringify({
                query: 'query ($id: ID!) { skill(id: $id) { id } }',
                variables: { id: decoded(path) },
              }),
            ),
          },
        ]),
      (response) =>
        response.status === 200 && response.code === 'OK' ? 'was accepted' : graphqlFile(response),
    ),
    grpc: requestAttack(
      'grpc',
      () =>
        PATHS.flatMap((path) => [
          grpcCall('GetSkill', frame(proto('GetSkillRequest').serialize({ id: decoded(path) }))),
          grpcCall(path, frame(Buffer.alloc(0))),
        ]),
      noFile,
    ),
    soap: requestAttack(
      'soap',
      () =>
        PATHS.flatMap((path) => [
          get(`/soap/${path}`),
          get(`/soap?wsdl=${path}`),
          get(`/soap?xsd=${path}`),
          {
            method: 'POST',
            path: '/soap',
            headers: SOAP_TYPE,
            body: Buffer.from(envelope(`<GetSkill><id>${decoded(path)}</id></GetSkill>`)),
          },
        ]),
      noFile,
    ),
  },
};

/** `.` and an empty path lead to the route itself. */
const isDirectory = (path: string): boolean => /\/api\/\.?$/.test(path);
const graphqlFile: Judge = (response) =>
  /root:.*:0:0|"dependencies"/.test(response.text) ? 'returned a file' : undefined;
