/** gRPC, around the codec: what a server tells its tools, deadlines, and the details beside a status. */
import { adapter, badInput, change, type Mutant, names, wire, wires } from './mutant';

const server = change('src/adapters/grpc/server.ts');
const context = change('src/adapters/grpc/context.ts');
const SERVER: readonly Mutant[] = [
  server('a message may have any size', 'LIMITS.bodyBytesMax', '-1', badInput('a body over 1 MiB: grpc')),
  server(
    'what is no protobuf is the fault of the service',
    'throw malformed(',
    'throw new Error(',
    badInput('a body that breaks off: grpc'),
  ),
  server(
    'the request id does not come back',
    'if (metadata) call.sendMetadata(metadata);',
    '',
    adapter('grpc.test', 'x-request-id: goes back'),
  ),
  server(
    'nobody can ask whether the server lives',
    'health.addToServer(server);',
    '',
    adapter('grpc.test', 'grpc.health.v1 Check'),
  ),
  server(
    'reflection names no service',
    '{ services: [SERVICE_NAME] }',
    "{ services: ['grpc.health.v1.Health'] }",
    adapter('grpc.test', 'server reflection (v1): lists'),
  ),
  context(
    'the request id is not sent',
    'if (requestId !== undefined) metadata.set',
    "if (requestId === '') metadata.set",
    wires('grpc what travels beside the input reaches'),
  ),
  context(
    'the deadline is not read',
    'undefined : Number(deadline) - Date.now()',
    'undefined : 60_000',
    wires('grpc what travels beside the input reaches'),
  ),
  server(
    'a health that is watched never changes',
    "health.setStatus(service, 'NOT_SERVING')",
    "health.setStatus(service, 'SERVING')",
    adapter('grpc/connections', 'a graceful stop tells'),
  ),
  server(
    'a stop cuts what is in flight',
    'const timer = setTimeout(cut, graceMs);',
    'const timer = setTimeout(cut, 0);',
    adapter('grpc/connections', 'a graceful stop lets'),
  ),
  server(
    'a stop waits for ever',
    'const timer = setTimeout(cut, graceMs);',
    'const timer = setTimeout(cut, 2 ** 31 - 1);',
    adapter('grpc/connections', 'a graceful stop cuts'),
  ),
  server(
    'connections are not counted',
    'listener.maxConnections = connectionsMax;',
    '',
    adapter('grpc/connections', 'limits: a connection too many'),
  ),
  server(
    'a silent connection stays',
    'const silent = setTimeout(() => session.destroy(), headersMsMax);',
    'const silent = setTimeout(() => undefined, headersMsMax);',
    adapter('grpc/connections', 'limits: a connection that says nothing'),
  ),
  server(
    'a handshake may take as long as it likes',
    "listener.on('tlsClientError', (_error, socket: Socket) => socket.destroy());",
    '',
    adapter('grpc/connections', 'TLS: a handshake that does not begin'),
  ),
  server(
    'an answer may wait for ever',
    'if (path !== WATCH) timer = setTimeout(giveUp, stalledMsMax);',
    '',
    adapter('grpc/connections', 'limits: an answer that nobody reads'),
  ),
  server(
    'an answered call says that its caller went away',
    "call.removeAllListeners('cancelled');",
    '',
    adapter('grpc/calls', 'one that was answered says nothing'),
  ),
  context(
    'metadata may have any size',
    'if (bytes <= LIMITS.headerBytesMax) return;',
    'if (bytes > 0) return;',
    adapter('grpc/calls', 'metadata of 17 KiB'),
  ),
  context(
    'any proxy is believed',
    'const peerOf = peers(trustedProxies);',
    "const peerOf = peers(trustedProxies ?? ['loopback']);",
    adapter('grpc/calls', 'x-forwarded-for counts'),
  ),
  context(
    'an empty request_id is a key',
    'idempotencyKey: idempotencyKey ?',
    'idempotencyKey: idempotencyKey !== undefined ?',
    adapter('grpc/calls', 'request_id (AIP-155) is the idempotency key of CreateSkill'),
  ),
  change('src/adapters/grpc/client.ts')(
    'a client sends its own token with every call',
    '{ token, ...context }',
    '{ ...context, token }',
    adapter('grpc/calls', 'authorization: a client sends'),
  ),
  change('src/adapters/grpc/schema.ts')(
    'the service has another name at both ends',
    "'skills.v1.SkillsService'",
    "'skills.v1.Skills'",
    wire('getSkill'),
    {
      file: 'protos/skills/v1/skills.proto',
      find: 'service SkillsService {',
      replace: 'service Skills {',
    },
  ),
];

const errors = change('src/adapters/grpc/errors.ts');
const ERRORS: readonly Mutant[] = [
  errors(
    'the violations are not sent',
    'if (details.violations) {',
    'if (details.violations && !text) {',
    wire('createSkill-invalid'),
  ),
  errors(
    'the resource is not sent',
    'if (details.resource) {',
    'if (details.resource && !text) {',
    wire('getSkill-not-found'),
  ),
  errors(
    'the reason is not sent',
    "{ reason, domain: 'api-rosetta', ...metadata }",
    "{ domain: 'api-rosetta', ...metadata }",
    wire('getSkill-not-found'),
  ),
  errors(
    'the domain of the reasons is another',
    "domain: 'api-rosetta'",
    "domain: 'rosetta'",
    wire('getSkill-not-found'),
  ),
  errors(
    'the retry delay goes without its milliseconds',
    'const nanos = (details.retryDelayMs % 1000) * 1_000_000;',
    'const nanos = 0;',
    wires('grpc carries UNAVAILABLE with every kind'),
  ),
  errors(
    'the retry delay is not read',
    '...(retryDelay && {',
    '...(false && {',
    wires('grpc carries UNAVAILABLE with every kind'),
  ),
  errors(
    'the scope is not read',
    '...(more?.scope !== undefined && {',
    '...(false && {',
    adapter('grpc/calls', 'ErrorInfo names the scope'),
  ),
  errors(
    'violations are named in camelCase',
    'field: encodeField(field)',
    'field',
    wire('listSkills-invalid'),
  ),
  errors(
    'violations are read in snake_case',
    'field: decodeField(field)',
    'field',
    wires("grpc carries a violation of 'pageSize'"),
  ),
  errors(
    'an error may be too large for its trailers',
    'if (chars <= TRAILER_CHARS_MAX) return whole;',
    'if (chars > 0) return whole;',
    wires('grpc carries the code and the reason of an error that is too large'),
  ),
  errors(
    'what the library calls too much has no reason',
    "  RESOURCE_EXHAUSTED: 'BODY_TOO_LARGE',\n",
    '',
    names('grpc gives reasons'),
  ),
  errors(
    'what the library does not know has no reason',
    "  UNIMPLEMENTED: 'METHOD_NOT_FOUND',\n",
    '',
    names('grpc gives reasons'),
  ),
];

export const GRPC_AROUND: readonly Mutant[] = [...SERVER, ...ERRORS];
