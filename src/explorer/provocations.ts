/** The errors and guards that there are to provoke. None leaves a change in the catalogue, whatever the service makes of it. */
import type { AskRequest, ProvocationInfo } from './api';
import { exhaustRateLimit, findAnySkill, findRequiredSkill, useIdempotencyKey } from './preparations';
import * as by from './standards';
import type { ExplorerTarget } from './target';

export interface Provocation extends ProvocationInfo {
  /** Made anew each time it is provoked. */
  readonly prepare: (target: ExplorerTarget) => Promise<AskRequest>;
}

const [ASKED, THERE, WHO, MUCH] = [
  'What is asked',
  'What is there already',
  'Who asks',
  'How much is asked',
] as const;

export const PROVOCATIONS: readonly Provocation[] = [
  {
    name: 'unknown-id',
    title: 'An unknown id',
    description: 'A skill is asked for that is not there.',
    group: ASKED,
    operation: 'getSkill',
    requiredIdentity: 'nobody',
    standards: {
      rest: by.rfc(9110, '15.5.5')('404 Not Found, whose body is a problem document (RFC 9457).'),
      graphql: by.graphqlError('NOT_FOUND'),
      grpc: by.aip(193)(
        'NOT_FOUND, which is status 5, with ErrorInfo for machines and ResourceInfo for what is missing.',
      ),
      soap: by.soapFault('Client', 'NOT_FOUND'),
    },
    decisions: [],
    prepare: async () => ({ operation: 'getSkill', input: { id: 'no-such-skill' } }),
  },
  {
    name: 'bad-field',
    title: 'Bad fields',
    description: 'A new skill is wrong in three places at once: its id, its name and its second tag.',
    group: ASKED,
    operation: 'createSkill',
    requiredIdentity: 'nobody',
    standards: {
      rest: by.rfc(
        9457,
        '3',
      )('400; the list of errors with JSON Pointers is the example that the RFC gives.'),
      graphql: by.graphql('Errors')(
        'Types refuse what they know of; what goes beyond a type is executed and refused by the service.',
      ),
      grpc: by.aip(193)(
        'INVALID_ARGUMENT, with a BadRequest that names each field and what is wrong with it.',
      ),
      soap: by.soap('4.4')(
        'What is wrong with the body must be told in detail, whose form is left to each service.',
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
    description: 'Of a skill, a field is asked for that skills do not have: price.',
    group: ASKED,
    operation: 'getSkill',
    requiredIdentity: 'nobody',
    standards: {
      rest: by.rfc(
        9110,
        '15.5.1',
      )('400: partial answers have no standard here, so fields is a parameter like others.'),
      graphql: by.graphql('Field Selections')(
        'Such a document is not valid: tools refuse it before it is sent, and so does our client.',
      ),
      grpc: by.aip(157)('A read mask is a list of names, so a wrong one arrives, and is INVALID_ARGUMENT.'),
      soap: by.soapFault('Client', 'INVALID_ARGUMENT'),
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
    description: 'A page is asked for with a token that no page before it gave.',
    group: ASKED,
    operation: 'listSkills',
    requiredIdentity: 'nobody',
    standards: {
      rest: by.rfc(8288, '3')('A next page is a link to follow; for one made up there is nothing but 400.'),
      graphql: by.relay('A cursor is opaque and goes back as after, which is how the field is named here.'),
      grpc: by.aip(158)('Page tokens are opaque; what is no token of this query is INVALID_ARGUMENT.'),
      soap: by.soapFault('Client', 'INVALID_ARGUMENT'),
    },
    decisions: [],
    prepare: async () => ({ operation: 'listSkills', input: { pageSize: 3, pageToken: 'made-up' } }),
  },
  {
    name: 'stale-etag',
    title: 'A stale etag',
    description: 'A skill is read, then updated with another etag, as if somebody had changed it in between.',
    group: THERE,
    operation: 'updateSkill',
    requiredIdentity: 'writer',
    standards: {
      rest: by.rfc(9110, '13.1.1')('412 Precondition Failed, where If-Match does not match.'),
      graphql: by.graphqlError('ABORTED'),
      grpc: by.aip(154)('ABORTED, where the etag does not match: read again, then try again.'),
      soap: by.soapFault('Client', 'ABORTED'),
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
    description: 'A skill is updated without saying which state of it was read.',
    group: THERE,
    operation: 'updateSkill',
    requiredIdentity: 'writer',
    standards: {
      rest: by.rfc(6585, '3')('428 Precondition Required, so that no update is lost.'),
      graphql: by.graphqlError('FAILED_PRECONDITION'),
      grpc: by.aip(154)(
        'INVALID_ARGUMENT; we say FAILED_PRECONDITION, as all four must tell it from a bad field.',
      ),
      soap: by.soapFault('Client', 'FAILED_PRECONDITION'),
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
    description: 'A skill is created under the id of another.',
    group: THERE,
    operation: 'createSkill',
    requiredIdentity: 'writer',
    standards: {
      rest: by.rfc(9110, '15.5.10')('409 Conflict, with the state that the resource is in.'),
      graphql: by.graphqlError('ALREADY_EXISTS'),
      grpc: by.aip(133)('ALREADY_EXISTS, where the caller chose an id that is taken.'),
      soap: by.soapFault('Client', 'ALREADY_EXISTS'),
    },
    decisions: [],
    prepare: async (target) => {
      const { id, name, categoryIds } = await findAnySkill(target);
      return { operation: 'createSkill', as: 'writer', input: { skill: { id, name, categoryIds } } };
    },
  },
  {
    name: 'still-required',
    title: 'Still required',
    description: 'A skill is deleted that others require.',
    group: THERE,
    operation: 'deleteSkill',
    requiredIdentity: 'writer',
    standards: {
      rest: by.rpcCode('400, as Google maps FAILED_PRECONDITION to HTTP; a 409 would be as true.'),
      graphql: by.graphqlError('FAILED_PRECONDITION'),
      grpc: by.aip(135)('FAILED_PRECONDITION, where something hangs on what is to be deleted.'),
      soap: by.soapFault('Client', 'FAILED_PRECONDITION'),
    },
    decisions: [],
    prepare: async (target) => {
      const { id, etag } = await findRequiredSkill(target);
      return { operation: 'deleteSkill', as: 'writer', input: { id, etag } };
    },
  },
  {
    name: 'key-reused',
    title: 'An idempotency key, reused',
    description: 'A key under which one write was done comes again with another. Both would change nothing.',
    group: THERE,
    operation: 'updateSkill',
    requiredIdentity: 'writer',
    standards: {
      rest: by.idempotencyDraft('422 Unprocessable Content, where the key is known with another payload.'),
      graphql: by.graphqlError('FAILED_PRECONDITION'),
      grpc: by.aip(155)(
        'request_id makes a call safe to repeat; of one that comes with something else it is silent.',
      ),
      soap: by.soapFault('Client', 'FAILED_PRECONDITION'),
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
    description: 'Progress is asked for without saying whose.',
    group: WHO,
    operation: 'listProgress',
    requiredIdentity: 'nobody',
    standards: {
      rest: by.rfc(6750, '3')('401 with WWW-Authenticate: Bearer, and no error code where no token came.'),
      graphql: by.graphqlError('UNAUTHENTICATED'),
      grpc: by.rpcCode('UNAUTHENTICATED, which is status 16. Metadata have no challenge.'),
      soap: by.wsSecurity(
        'Its faultcodes are for tokens in its own header; of HTTP, SOAP 1.1 says 500 only.',
      ),
    },
    decisions: ['0010-identity'],
    prepare: async () => ({ operation: 'listProgress', input: {} }),
  },
  {
    name: 'foreign-token',
    title: "A stranger's token",
    description: 'A token is well made and signed, by somebody whom the service does not know.',
    group: WHO,
    operation: 'listProgress',
    requiredIdentity: 'nobody',
    standards: {
      rest: by.rfc(6750, '3.1')('401 with error="invalid_token" in the challenge, and a description.'),
      graphql: by.graphqlError('UNAUTHENTICATED'),
      grpc: by.rpcCode('UNAUTHENTICATED: only ErrorInfo tells a bad token from none.'),
      soap: by.wsSecurity('Has FailedAuthentication, for its own header; the token came with HTTP.'),
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
    title: 'A token without the scope',
    description: 'A skill is deleted with a token that may only read.',
    group: WHO,
    operation: 'deleteSkill',
    requiredIdentity: 'learner',
    standards: {
      rest: by.rfc(6750, '3.1')('403 with error="insufficient_scope", and the scope that would do.'),
      graphql: by.graphqlError('FORBIDDEN'),
      grpc: by.rpcCode('PERMISSION_DENIED, which is not for callers who are unknown.'),
      soap: by.soapFault('Client', 'PERMISSION_DENIED'),
    },
    decisions: ['0010-identity'],
    // No skill has this etag: none would be deleted if it were allowed.
    prepare: async (target) => {
      const { id } = await findAnySkill(target);
      return { operation: 'deleteSkill', as: 'learner', input: { id, etag: 'not-its-etag' } };
    },
  },
  {
    name: 'too-many-calls',
    title: 'Too many calls',
    description:
      'Somebody new spends all the points of a minute, on calls that do nothing, and then asks for a skill.',
    group: MUCH,
    operation: 'getSkill',
    requiredIdentity: 'learner',
    standards: {
      rest: by.rfc(
        6585,
        '4',
      )('429 Too Many Requests; Retry-After may say when to come back (RFC 9110, section 10.2.3).'),
      graphql: by.graphqlError('RATE_LIMITED'),
      grpc: by.retryInfo('RESOURCE_EXHAUSTED; RetryInfo says how long to wait.'),
      soap: by.soapFault('Server', 'RESOURCE_EXHAUSTED'),
    },
    decisions: ['0014-limits'],
    prepare: async (target) => {
      const { id } = await findAnySkill(target);
      return { operation: 'getSkill', token: await exhaustRateLimit(target), input: { id } };
    },
  },
];
