/** One question through each protocol, by its own client and on a connection of its own, with every byte that crossed it. */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { differences } from '../calls/answers';
import { askDirectly } from '../calls/ask';
import { connect } from '../calls/clients';
import type { CallContext } from '../contract/context';
import { PROTOCOL_NAMES, type ProtocolName } from '../contract/protocol';
import { OPERATIONS } from '../contract/skills-api';
import { tally } from '../wire/byte-counts';
import { startCapture } from '../wire/capture';
import type { AskRequest, AskResult, ProtocolResult } from './api';
import { wireView } from './marks/wire-view';
import { type ExplorerTarget, tokenFor } from './target';

/** One after the other, so that none waits for another. */
export const askProtocols = async (target: ExplorerTarget, request: AskRequest): Promise<AskResult> => {
  const { protocols = PROTOCOL_NAMES, operation, as = 'nobody' } = request;
  const token = request.token ?? (await tokenFor(target, as));
  const context: CallContext = {
    ...(token !== undefined && { token }),
    // All send one key, so that the first does the work and the others are told what came of it.
    ...(OPERATIONS[operation] === 'write' && { idempotencyKey: request.idempotencyKey ?? randomUUID() }),
  };
  const results: ProtocolResult[] = [];
  for (const protocol of PROTOCOL_NAMES.filter((name) => protocols.includes(name))) {
    results.push(await askProtocol(target, protocol, request, context));
  }
  const unequal = differences(new Map(results.map(({ protocol, answer }) => [protocol, answer])));
  return { agree: unequal.length === 0, differences: unequal, results };
};

/** For a server that does not hang up when its client does. */
const CLOSE_MS_MAX = 1000;

const askProtocol = async (
  { addresses, trust }: ExplorerTarget,
  protocol: ProtocolName,
  { operation, input, wire = true }: AskRequest,
  context: CallContext,
): Promise<ProtocolResult> => {
  const capture = await startCapture(protocol, addresses[protocol], trust);
  const client = connect(protocol, capture.address);
  try {
    const begin = performance.now();
    const { answer } = await askDirectly({ operation, input, context }, client);
    const timeMs = performance.now() - begin;
    await client.close();
    // Whatever HTTP/2 still acknowledges has then been said too.
    await Promise.race([capture.ended(), sleep(CLOSE_MS_MAX, undefined, { ref: false })]);
    const exchanges = await capture.exchanges();
    const { connections } = capture;
    const up = tally(connections, 'up', protocol);
    const down = tally(connections, 'down', protocol);
    return {
      protocol,
      answer,
      timeMs,
      requests: up.messages,
      // Every operation of our clients is one request; nothing is sent beside it.
      roundTrips: up.messages,
      bytes: { up: up.kinds, down: down.kinds },
      ...(wire && {
        wire: wireView({
          protocol,
          operation,
          answer,
          input,
          exchanges,
          connections,
          target: { address: addresses[protocol], ...(trust && { tls: trust }) },
        }),
      }),
    };
  } finally {
    await client.close();
    await capture.stop();
  }
};
