/** The errors that the page can provoke. None of them changes the catalogue, even if the service accepted the call. */
import type { AskRequest, ProvocationInfo } from './api';
import { exhaustRateLimit, findAnySkill, findRequiredSkill, useIdempotencyKey } from './preparations';
import * as cite from './standards';
import type { ExplorerTarget } from './target';

export interface Provocation extends ProvocationInfo {
  /** Reads or writes what the error needs, and returns the call that causes it. */
  readonly prepare: (target: ExplorerTarget) => Promise<AskRequest>;
}

const [INPUT, STATE, IDENTITY, RATE] = [
  'Invalid requests',
  'Preconditions and conflicts',
  'Authentication and authorization',
  'Rate limiting',
] as const;

export const PROVOCATIONS: readonly Provocation[] = [
  {
    name: 'unknown-id',
    title: 'An unknown id',
    description: 'getSkill with an id that does not exist.',
    group: INPUT,
    operation: 'getSkill',
    requiredIdentity: 'anonymous',
    standards: {
      rest: cite.rfc(9110, '15.5.5')('404 Not Found; the body is a problem document (RFC 9457).'),
      graphql: cite.graphqlError('NOT_FOUND'),
      grpc: cite.aip(193)(
        'NOT_FOUND (status 5), with ErrorInfo for programs and ResourceInfo for the missing resource.',
      ),
      soap: cite.soapFault('Client', 'NOT_FOUND'),
    },
    decisions: [],
    prepare: async () => ({ operation: 'getSkill', input: { id: 'no-such-skill' } }),
  },
  {
    name: 'bad-field',
    title: 'Invalid fields',
    description: 'createSkill with three invalid fields: the id, the name and the second tag.',
    group: INPUT,
    operation: 'createSkill',
    requiredIdentity: 'anonymous',
    standards: {
      rest: cite.rfc(
        9457,
        '3',
      )('400 Bad Request; a list of errors with JSON Pointers is the example in the RFC.'),
      graphql: cite.graphql('Errors')(
        'Types reject what they can describe; rules beyond a type are checked by the service during execution.',
      ),
      grpc: cite.aip(193)('INVALID_ARGUMENT, with a BadRequest that names each field and its violation.'),
      soap: cite.soap('4.4')(
        'Errors in the body must be reported in the detail element; each service defines its form.',
      ),
    },
    decisions: ['0006-unencodable-values'],
    prepare: async () => ({
      operation: 'createSkill',
      input: { skill: { id: 'Web Sockets', name: '', categoryIds: ['api-styles'], tags: ['web', ''] } },
    }),
  },
  {
    name: 'unknown-field',
    title: 'An unknown field',
    description: 'getSkill that selects a field that skills do not have: price.',
    group: INPUT,
    operation: 'getSkill',
    requiredIdentity: 'anonymous',
    standards: {
      rest: cite.rfc(
        9110,
        '15.5.1',
      )('400 Bad Request: no standard covers partial responses, so fields is an ordinary parameter.'),
      graphql: cite.graphql('Field Selections')(
        'Such a document is invalid: tools reject it before it is sent, as the client here does.',
      ),
      grpc: cite.aip(157)(
        'A read mask is a list of names, so the server gets the unknown name: INVALID_ARGUMENT.',
      ),
      soap: cite.soapFault('Client', 'INVALID_ARGUMENT'),
    },
    decisions: [],
    prepare: async (target) => {
      const { id } = await findAnySkill(target);
      return { operation: 'getSkill', input: { id, fields: ['id', 'price'] } };
    },
  },
  {
    name: 'page-token',
    title: 'An invalid page token',
    description: 'listSkills with a page token that the service never issued.',
    group: INPUT,
    operation: 'listSkills',
    requiredIdentity: 'anonymous',
    standards: {
      rest: cite.rfc(8288, '3')('The next page is a link to follow; an invented one is an ordinary 400.'),
      graphql: cite.relay('A cursor is opaque and is sent back as after; the error names that argument.'),
      grpc: cite.aip(158)(
        'Page tokens are opaque; a token that does not belong to this query is INVALID_ARGUMENT.',
      ),
      soap: cite.soapFault('Client', 'INVALID_ARGUMENT'),
    },
    decisions: [],
    prepare: async () => ({ operation: 'listSkills', input: { pageSize: 3, pageToken: 'made-up' } }),
  },
  {
    name: 'stale-etag',
    title: 'A stale etag',
    description:
      'updateSkill with an etag that no longer matches, as if another client had changed the skill.',
    group: STATE,
    operation: 'updateSkill',
    requiredIdentity: 'writer',
    standards: {
      rest: cite.rfc(9110, '13.1.1')('412 Precondition Failed if If-Match does not match.'),
      graphql: cite.graphqlError('ABORTED'),
      grpc: cite.aip(154)('ABORTED if the etag does not match: read again, then retry.'),
      soap: cite.soapFault('Client', 'ABORTED'),
    },
    decisions: [],
    prepare: async (target) => {
      const { id, name, etag: present } = await findAnySkill(target);
      const etag = [...present].reverse().join('');
      return { operation: 'updateSkill', as: 'writer', input: { id, etag, patch: { name } } };
    },
  },
  {
    name: 'missing-etag',
    title: 'No etag',
    description: 'updateSkill without an etag.',
    group: STATE,
    operation: 'updateSkill',
    requiredIdentity: 'writer',
    standards: {
      rest: cite.rfc(6585, '3')('428 Precondition Required, which prevents lost updates.'),
      graphql: cite.graphqlError('FAILED_PRECONDITION'),
      grpc: cite.aip(154)(
        'INVALID_ARGUMENT; this service uses FAILED_PRECONDITION, to distinguish it from an invalid field.',
      ),
      soap: cite.soapFault('Client', 'FAILED_PRECONDITION'),
    },
    decisions: [],
    prepare: async (target) => {
      const { id, name } = await findAnySkill(target);
      return { operation: 'updateSkill', as: 'writer', input: { id, patch: { name } } };
    },
  },
  {
    name: 'id-in-use',
    title: 'An id in use',
    description: 'createSkill with an id that another skill has.',
    group: STATE,
    operation: 'createSkill',
    requiredIdentity: 'writer',
    standards: {
      rest: cite.rfc(9110, '15.5.10')('409 Conflict with the current state of the resource.'),
      graphql: cite.graphqlError('ALREADY_EXISTS'),
      grpc: cite.aip(133)('ALREADY_EXISTS if the caller chose an id that is in use.'),
      soap: cite.soapFault('Client', 'ALREADY_EXISTS'),
    },
    decisions: [],
    prepare: async (target) => {
      const { id, name, categoryIds } = await findAnySkill(target);
      return { operation: 'createSkill', as: 'writer', input: { skill: { id, name, categoryIds } } };
    },
  },
  {
    name: 'still-required',
    title: 'A skill that others require',
    description: 'deleteSkill for a prerequisite of another skill.',
    group: STATE,
    operation: 'deleteSkill',
    requiredIdentity: 'writer',
    standards: {
      rest: cite.rpcCode('400, because Google maps FAILED_PRECONDITION to it; 409 would be equally correct.'),
      graphql: cite.graphqlError('FAILED_PRECONDITION'),
      grpc: cite.aip(135)('FAILED_PRECONDITION if the resource has dependents.'),
      soap: cite.soapFault('Client', 'FAILED_PRECONDITION'),
    },
    decisions: [],
    prepare: async (target) => {
      const { id, etag } = await findRequiredSkill(target);
      return { operation: 'deleteSkill', as: 'writer', input: { id, etag } };
    },
  },
  {
    name: 'key-reused',
    title: 'A reused idempotency key',
    description: 'One idempotency key with two different writes. Neither would change anything.',
    group: STATE,
    operation: 'updateSkill',
    requiredIdentity: 'writer',
    standards: {
      rest: cite.idempotencyDraft('422 Unprocessable Content if the key was used with another payload.'),
      graphql: cite.graphqlError('FAILED_PRECONDITION'),
      grpc: cite.aip(155)(
        'request_id makes a call safe to repeat; reuse with another request is not specified.',
      ),
      soap: cite.soapFault('Client', 'FAILED_PRECONDITION'),
    },
    decisions: ['0011-idempotency'],
    prepare: async (target) => {
      const skill = await findAnySkill(target);
      const { id, etag, summary } = skill;
      return {
        operation: 'updateSkill',
        as: 'writer',
        idempotencyKey: await useIdempotencyKey(target, skill),
        input: { id, etag, patch: { summary } },
      };
    },
  },
  {
    name: 'no-token',
    title: 'No token',
    description: 'listProgress without a token.',
    group: IDENTITY,
    operation: 'listProgress',
    requiredIdentity: 'anonymous',
    standards: {
      rest: cite.rfc(
        6750,
        '3',
      )('401 with WWW-Authenticate: Bearer, without an error code if no token was sent.'),
      graphql: cite.graphqlError('UNAUTHENTICATED'),
      grpc: cite.rpcCode('UNAUTHENTICATED (status 16). Metadata have no challenge.'),
      soap: cite.wsSecurity(
        'Its faultcodes are for tokens in its own SOAP header; SOAP 1.1 allows only HTTP 500.',
      ),
    },
    decisions: ['0010-identity'],
    prepare: async () => ({ operation: 'listProgress', input: {} }),
  },
  {
    name: 'foreign-token',
    title: 'A token of an untrusted issuer',
    description:
      'listProgress with a well-formed, signed token of an issuer that the service does not trust.',
    group: IDENTITY,
    operation: 'listProgress',
    requiredIdentity: 'anonymous',
    standards: {
      rest: cite.rfc(6750, '3.1')('401 with error="invalid_token" in the challenge, and a description.'),
      graphql: cite.graphqlError('UNAUTHENTICATED'),
      grpc: cite.rpcCode(
        'UNAUTHENTICATED: only ErrorInfo distinguishes an invalid token from a missing one.',
      ),
      soap: cite.wsSecurity(
        'FailedAuthentication is for its own SOAP header; this token was sent in an HTTP header.',
      ),
    },
    decisions: ['0010-identity'],
    prepare: async ({ untrustedToken }) => ({
      operation: 'listProgress',
      token: await untrustedToken(),
      input: {},
    }),
  },
  {
    name: 'no-scope',
    title: 'A missing scope',
    description: 'deleteSkill with a token that lacks the scope skills:write.',
    group: IDENTITY,
    operation: 'deleteSkill',
    requiredIdentity: 'learner',
    standards: {
      rest: cite.rfc(6750, '3.1')('403 with error="insufficient_scope" and the required scope.'),
      graphql: cite.graphqlError('FORBIDDEN'),
      grpc: cite.rpcCode('PERMISSION_DENIED, for authenticated callers only.'),
      soap: cite.soapFault('Client', 'PERMISSION_DENIED'),
    },
    decisions: ['0010-identity'],
    // No skill has this etag, so nothing would be deleted even if the call were permitted.
    prepare: async (target) => {
      const { id } = await findAnySkill(target);
      return { operation: 'deleteSkill', as: 'learner', input: { id, etag: 'not-its-etag' } };
    },
  },
  {
    name: 'too-many-calls',
    title: 'Too many calls',
    description: 'A new caller exhausts its rate limit with calls that change nothing, then calls getSkill.',
    group: RATE,
    operation: 'getSkill',
    requiredIdentity: 'learner',
    standards: {
      rest: cite.rfc(
        6585,
        '4',
      )('429 Too Many Requests; Retry-After may state the delay (RFC 9110, section 10.2.3).'),
      graphql: cite.graphqlError('RATE_LIMITED'),
      grpc: cite.retryInfo('RESOURCE_EXHAUSTED; RetryInfo states the delay.'),
      soap: cite.soapFault('Server', 'RESOURCE_EXHAUSTED'),
    },
    decisions: ['0014-limits'],
    prepare: async (target) => {
      const { id } = await findAnySkill(target);
      return { operation: 'getSkill', token: await exhaustRateLimit(target), input: { id } };
    },
  },
];
