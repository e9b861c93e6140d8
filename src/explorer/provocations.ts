/** The errors and guards that there are to provoke. None leaves a change in the catalogue, whatever the service makes of it. */
import type { AskRequest, ProvocationAbout } from './api';
import type { Explored } from './target';
import { requiredSkill, someSkill, spentToken, usedKey } from './preparations';
import * as by from './standards';

export interface Provocation extends ProvocationAbout {
  /** Made anew each time it is provoked. */
  readonly question: (explored: Explored) => Promise<AskRequest>;
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
    about: 'A skill is asked for that is not there.',
    group: ASKED,
    operation: 'getSkill',
    needs: 'nobody',
    standards: {
      rest: by.rfc(9110, '15.5.5')('404 Not Found, whose body is a problem document (RFC 9457).'),
      graphql: by.executed('NOT_FOUND'),
      grpc: by.aip(193)(
        'NOT_FOUND, which is status 5, with ErrorInfo for machines and ResourceInfo for what is missing.',
      ),
      soap: by.fault('Client', 'NOT_FOUND'),
    },
    decisions: [],
    question: async () => ({ operation: 'getSkill', input: { id: 'no-such-skill' } }),
  },
  {
    name: 'bad-field',
    title: 'Bad fields',
    about: 'A new skill is wrong in three places at once: its id, its name and its second tag.',
    group: ASKED,
    operation: 'createSkill',
    needs: 'nobody',
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
    question: async () => ({
      operation: 'createSkill',
      input: { skill: { id: 'Web Sockets', name: '', categoryIds: ['api-styles'], tags: ['web', ''] } },
    }),
  },
  {
    name: 'unknown-field',
    title: 'An unknown field',
    about: 'Of a skill, a field is asked for that skills do not have: price.',
    group: ASKED,
    operation: 'getSkill',
    needs: 'nobody',
    standards: {
      rest: by.rfc(
        9110,
        '15.5.1',
      )('400: partial answers have no standard here, so fields is a parameter like others.'),
      graphql: by.graphql('Field Selections')(
        'Such a document is not valid: tools refuse it before it is sent, and so does our client.',
      ),
      grpc: by.aip(157)('A read mask is a list of names, so a wrong one arrives, and is INVALID_ARGUMENT.'),
      soap: by.fault('Client', 'INVALID_ARGUMENT'),
    },
    decisions: [],
    question: async (explored) => {
      const { id } = await someSkill(explored);
      return { operation: 'getSkill', input: { id, fields: ['id', 'price'] } };
    },
  },
  {
    name: 'page-token',
    title: 'An invalid page token',
    about: 'A page is asked for with a token that no page before it gave.',
    group: ASKED,
    operation: 'listSkills',
    needs: 'nobody',
    standards: {
      rest: by.rfc(8288, '3')('A next page is a link to follow; for one made up there is nothing but 400.'),
      graphql: by.relay('A cursor is opaque and goes back as after, which is how the field is named here.'),
      grpc: by.aip(158)('Page tokens are opaque; what is no token of this query is INVALID_ARGUMENT.'),
      soap: by.fault('Client', 'INVALID_ARGUMENT'),
    },
    decisions: [],
    question: async () => ({ operation: 'listSkills', input: { pageSize: 3, pageToken: 'made-up' } }),
  },
  {
    name: 'stale-etag',
    title: 'A stale etag',
    about: 'A skill is read, then updated with another etag, as if somebody had changed it in between.',
    group: THERE,
    operation: 'updateSkill',
    needs: 'writer',
    standards: {
      rest: by.rfc(9110, '13.1.1')('412 Precondition Failed, where If-Match does not match.'),
      graphql: by.executed('ABORTED'),
      grpc: by.aip(154)('ABORTED, where the etag does not match: read again, then try again.'),
      soap: by.fault('Client', 'ABORTED'),
    },
    decisions: [],
    question: async (explored) => {
      const { id, name, etag: present } = await someSkill(explored);
      const etag = [...present].reverse().join('');
      return { operation: 'updateSkill', as: 'writer', input: { id, etag, patch: { name } } };
    },
  },
  {
    name: 'missing-etag',
    title: 'No etag',
    about: 'A skill is updated without saying which state of it was read.',
    group: THERE,
    operation: 'updateSkill',
    needs: 'writer',
    standards: {
      rest: by.rfc(6585, '3')('428 Precondition Required, so that no update is lost.'),
      graphql: by.executed('FAILED_PRECONDITION'),
      grpc: by.aip(154)(
        'INVALID_ARGUMENT; we say FAILED_PRECONDITION, as all four must tell it from a bad field.',
      ),
      soap: by.fault('Client', 'FAILED_PRECONDITION'),
    },
    decisions: [],
    question: async (explored) => {
      const { id, name } = await someSkill(explored);
      return { operation: 'updateSkill', as: 'writer', input: { id, patch: { name } } };
    },
  },
  {
    name: 'id-in-use',
    title: 'An id in use',
    about: 'A skill is created under the id of another.',
    group: THERE,
    operation: 'createSkill',
    needs: 'writer',
    standards: {
      rest: by.rfc(9110, '15.5.10')('409 Conflict, with the state that the resource is in.'),
      graphql: by.executed('ALREADY_EXISTS'),
      grpc: by.aip(133)('ALREADY_EXISTS, where the caller chose an id that is taken.'),
      soap: by.fault('Client', 'ALREADY_EXISTS'),
    },
    decisions: [],
    question: async (explored) => {
      const { id, name, categoryIds } = await someSkill(explored);
      return { operation: 'createSkill', as: 'writer', input: { skill: { id, name, categoryIds } } };
    },
  },
  {
    name: 'still-required',
    title: 'Still required',
    about: 'A skill is deleted that others require.',
    group: THERE,
    operation: 'deleteSkill',
    needs: 'writer',
    standards: {
      rest: by.rpcCode('400, as Google maps FAILED_PRECONDITION to HTTP; a 409 would be as true.'),
      graphql: by.executed('FAILED_PRECONDITION'),
      grpc: by.aip(135)('FAILED_PRECONDITION, where something hangs on what is to be deleted.'),
      soap: by.fault('Client', 'FAILED_PRECONDITION'),
    },
    decisions: [],
    question: async (explored) => {
      const { id, etag } = await requiredSkill(explored);
      return { operation: 'deleteSkill', as: 'writer', input: { id, etag } };
    },
  },
  {
    name: 'key-reused',
    title: 'An idempotency key, reused',
    about: 'A key under which one write was done comes again with another. Both would change nothing.',
    group: THERE,
    operation: 'updateSkill',
    needs: 'writer',
    standards: {
      rest: by.idempotencyDraft('422 Unprocessable Content, where the key is known with another payload.'),
      graphql: by.executed('FAILED_PRECONDITION'),
      grpc: by.aip(155)(
        'request_id makes a call safe to repeat; of one that comes with something else it is silent.',
      ),
      soap: by.fault('Client', 'FAILED_PRECONDITION'),
    },
    decisions: ['0011-idempotency'],
    question: async (explored) => {
      const skill = await someSkill(explored);
      const { id, etag, summary } = skill;
      return {
        operation: 'updateSkill',
        as: 'writer',
        idempotencyKey: await usedKey(explored, skill),
        input: { id, etag, patch: { summary } },
      };
    },
  },
  {
    name: 'no-token',
    title: 'No token',
    about: 'Progress is asked for without saying whose.',
    group: WHO,
    operation: 'listProgress',
    needs: 'nobody',
    standards: {
      rest: by.rfc(6750, '3')('401 with WWW-Authenticate: Bearer, and no error code where no token came.'),
      graphql: by.executed('UNAUTHENTICATED'),
      grpc: by.rpcCode('UNAUTHENTICATED, which is status 16. Metadata have no challenge.'),
      soap: by.wsSecurity(
        'Its faultcodes are for tokens in its own header; of HTTP, SOAP 1.1 says 500 only.',
      ),
    },
    decisions: ['0010-identity'],
    question: async () => ({ operation: 'listProgress', input: {} }),
  },
  {
    name: 'foreign-token',
    title: "A stranger's token",
    about: 'A token is well made and signed, by somebody whom the service does not know.',
    group: WHO,
    operation: 'listProgress',
    needs: 'nobody',
    standards: {
      rest: by.rfc(6750, '3.1')('401 with error="invalid_token" in the challenge, and a description.'),
      graphql: by.executed('UNAUTHENTICATED'),
      grpc: by.rpcCode('UNAUTHENTICATED: only ErrorInfo tells a bad token from none.'),
      soap: by.wsSecurity('Has FailedAuthentication, for its own header; the token came with HTTP.'),
    },
    decisions: ['0010-identity'],
    question: async ({ untrustedToken }) => ({
      operation: 'listProgress',
      token: await untrustedToken(),
      input: {},
    }),
  },
  {
    name: 'no-scope',
    title: 'A token without the scope',
    about: 'A skill is deleted with a token that may only read.',
    group: WHO,
    operation: 'deleteSkill',
    needs: 'learner',
    standards: {
      rest: by.rfc(6750, '3.1')('403 with error="insufficient_scope", and the scope that would do.'),
      graphql: by.executed('FORBIDDEN'),
      grpc: by.rpcCode('PERMISSION_DENIED, which is not for callers who are unknown.'),
      soap: by.fault('Client', 'PERMISSION_DENIED'),
    },
    decisions: ['0010-identity'],
    // No skill has this etag: none would be deleted if it were allowed.
    question: async (explored) => {
      const { id } = await someSkill(explored);
      return { operation: 'deleteSkill', as: 'learner', input: { id, etag: 'not-its-etag' } };
    },
  },
  {
    name: 'too-many-calls',
    title: 'Too many calls',
    about:
      'Somebody new spends all the points of a minute, on calls that do nothing, and then asks for a skill.',
    group: MUCH,
    operation: 'getSkill',
    needs: 'learner',
    standards: {
      rest: by.rfc(
        6585,
        '4',
      )('429 Too Many Requests; Retry-After may say when to come back (RFC 9110, section 10.2.3).'),
      graphql: by.executed('RATE_LIMITED'),
      grpc: by.retryInfo('RESOURCE_EXHAUSTED; RetryInfo says how long to wait.'),
      soap: by.fault('Server', 'RESOURCE_EXHAUSTED'),
    },
    decisions: ['0014-limits'],
    question: async (explored) => {
      const { id } = await someSkill(explored);
      return { operation: 'getSkill', token: await spentToken(explored), input: { id } };
    },
  },
];
