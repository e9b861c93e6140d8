/** gRPC: presence and default values, masks, metadata, deadlines, details beside a status, HTTP/2 connections. */
import { proto } from '../documents';
import { type Mutant, mutant } from '../mutant';
import { at } from '../place';
import { badInput, contract, errorForms, grpc, grpcCalls, grpcConnections, transport, wire } from '../tests';

const adapter = at('src/adapters/grpc');
const context = at('src/adapters/grpc/context.ts');
const connections = at('src/runtime/http2-connections.ts');

const RESPONSES: readonly Mutant[] = [
  mutant(
    'an empty summary is sent',
    wire('getSkill-absent-and-empty'),
    adapter.in('encodeSkill').member('summary').setValue('skill.summary'),
  ),
  mutant(
    'a time loses its milliseconds',
    wire('createSkill'),
    at('src/adapters/common').in('encodeTimestamp').member('nanos').remove(),
  ),
  mutant(
    'levels change their numbers at both ends',
    wire('getSkill'),
    adapter.in('LEVELS').swapMembers('BEGINNER', 'ADVANCED'),
  ),
  mutant(
    'an empty list is read as absent',
    contract('grpc', 'getSkill', 'every field'),
    adapter.in('decodeWritable').member('tags').setValue('skill.tags'),
  ),
  mutant(
    'an absent parentId is read as empty',
    contract('grpc', 'listCategories', 'parentId'),
    adapter.in('decodeCategory').member('parentId').setValue("category.parentId ?? ''"),
  ),
];

const REQUESTS: readonly Mutant[] = [
  mutant(
    'a read mask is sent in camelCase',
    errorForms('grpc', 'masks'),
    adapter.in('encodeMask').word('otherPath').replace('String'),
  ),
  mutant(
    '* is not a wildcard in an update mask',
    grpc('AIP-134'),
    adapter.in('REQUESTS', 'updateSkill').condition('*').never(),
  ),
  mutant(
    'an update without a mask changes nothing',
    grpc('AIP-134'),
    adapter.in('REQUESTS', 'updateSkill', 'setFields').setValue('[] as string[]'),
  ),
  mutant(
    'an unknown enum value is dropped',
    grpcCalls('progress status'),
    at('src/adapters/common').in('otherName').operand('text').last().replace("''"),
  ),
  mutant(
    'the service changes its name at both ends',
    wire('getSkill'),
    adapter.in('SERVICE_NAME').text('SkillsService').replace('Skills'),
    proto('SkillsService').rename('Skills'),
  ),
];

const CONTEXT: readonly Mutant[] = [
  mutant('the request id is not returned', grpc('x-request-id'), adapter.guard('sendMetadata').never()),
  mutant(
    'the server ignores the deadline',
    transport('grpc', 'reach'),
    context.in('decodeContext').condition('deadline').always(),
  ),
  mutant(
    'any request_id is a key',
    grpcCalls('invalid key'),
    context.in('decodeContext').call('checkedIdempotencyKey').toArgument(0),
  ),
  mutant(
    'metadata have no limit',
    grpcCalls('metadata', 'KiB'),
    at('src/runtime').in('rejectLargeHeaders').condition('headerBytesMax').never(),
  ),
  mutant(
    "the client's token wins over the call's",
    grpcCalls('authorization', 'client'),
    adapter
      .in('connect')
      .call('encodeContext')
      .item('token')
      .swapWith(adapter.in('connect').call('encodeContext').item('context')),
  ),
  mutant(
    'a message has no limit',
    badInput('grpc', '1 MiB'),
    adapter.member('grpc.max_receive_message_length').with('bodyBytesMax').remove(),
  ),
  mutant(
    'a broken message is an internal error',
    badInput('grpc'),
    adapter.in('requestDeserializer').call('malformedRequest').toArgument(0),
  ),
];

const CONNECTIONS: readonly Mutant[] = [
  mutant(
    'a graceful stop is not told to watchers of health',
    grpcConnections('stop', 'health'),
    adapter.text('NOT_SERVING').replace('SERVING'),
  ),
  mutant(
    'a graceful stop cuts calls in flight',
    grpcConnections('graceful stop'),
    connections.in('serveHttp2').call('setTimeout').word('graceMs').replace('0'),
  ),
  mutant(
    'connections have no limit',
    grpcConnections('connection over the limit'),
    at('src/runtime/connections.ts').statement('maxConnections').remove(),
  ),
  mutant(
    'a response that nobody reads is kept',
    grpcConnections('client does not read'),
    connections.in('enforceLimits').guard('stalledMsMax').never(),
  ),
];

const ERRORS: readonly Mutant[] = [
  mutant(
    'NOT_FOUND is UNKNOWN',
    errorForms('grpc', 'NOT_FOUND'),
    adapter.in('STATUS').member('NOT_FOUND').setValue('status.UNKNOWN'),
  ),
  mutant(
    'an error has no ErrorInfo',
    wire('getSkill-not-found'),
    adapter.in('encodeStatus').member('ErrorInfo').remove(),
  ),
  mutant(
    'a retry delay loses its milliseconds',
    transport('grpc', 'UNAVAILABLE', 'details'),
    adapter.in('encodeStatus').call('encodeDuration').replace('{ seconds: Math.floor(retryDelayMs / 1000) }'),
  ),
  mutant(
    'an error may be too large for its trailers',
    transport('grpc', 'too large'),
    adapter.in('encodeError').condition('fitsTrailers').always(),
  ),
  mutant(
    'an unknown path of an update mask is reported as a field',
    errorForms('grpc', 'update_mask'),
    adapter.in('encodeViolation').condition('isUnknown').never(),
  ),
  mutant(
    "a library's error has no reason",
    errorForms('grpc'),
    adapter.in('REASON_OF_LIBRARY').member('RESOURCE_EXHAUSTED').remove(),
  ),
];

export const GRPC: readonly Mutant[] = [...RESPONSES, ...REQUESTS, ...CONTEXT, ...CONNECTIONS, ...ERRORS];
