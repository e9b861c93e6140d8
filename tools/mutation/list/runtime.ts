/** What servers and clients share: HTTP connections, bodies, contexts, timeouts and aborts. */
import { type Mutant, mutant } from '../mutant';
import { at } from '../place';
import { badInput, contract, errorForms, hostileConnections, rest, transport } from '../tests';

const common = at('src/adapters/common');
const runtime = at('src/runtime');

export const RUNTIME: readonly Mutant[] = [
  mutant(
    'an unencodable value is sent',
    contract('soap', 'createSkill', 'high'),
    common.guard('parseInput').never(),
  ),
  mutant(
    'an HTTP call cannot be aborted',
    transport('rest', 'signal'),
    common.in('send').item('signal').with('context').remove(),
  ),
  mutant(
    'a dead address is INTERNAL',
    transport('rest'),
    common.in('connectionFailed').text('UNAVAILABLE').replace('INTERNAL'),
  ),
  mutant(
    'a timeout is in milliseconds at both ends',
    errorForms('timeout', 'seconds'),
    common.in('encodeHttpContext').word('1000').replace('1'),
    common.in('decodeTimeout').word('1000').replace('1'),
  ),
  mutant(
    'a timeout may be any text',
    badInput('rest', 'timeout'),
    common.in('decodeTimeout').guard('invalidArgument').never(),
  ),
  mutant(
    'a token may have any scheme',
    badInput('rest', 'bearer token'),
    at('src/contract').in('BEARER').text('Bearer').replace('\\\\w+'),
  ),
  mutant(
    'the request id is not returned',
    rest('X-Request-Id'),
    runtime.in('requestIdHeader').member('X-Request-Id').remove(),
  ),
  mutant(
    'a body has no limit',
    badInput('soap', '1 MiB'),
    at('src/runtime/http-body.ts').condition('bytesMax').never(),
  ),
  mutant(
    'headers have no limit',
    rest(),
    runtime.in('createServer').member('maxHeaderSize').setValue('2 ** 20'),
  ),
  mutant(
    'pipelined requests have no limit',
    hostileConnections(),
    runtime.condition('pipelinedMax').always(),
  ),
  mutant(
    'a response has no security headers',
    rest('security headers'),
    runtime.in('send').statement('securityHeaders').remove(),
  ),
];
