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
import type { AskAnswer, Asked, AskRequest } from './api';
import { type Explored, tokenOf } from './target';
import { wireOf } from './marks/wire-view';

/** One after the other, so that none waits for another. */
export const ask = async (explored: Explored, request: AskRequest): Promise<AskAnswer> => {
  const { protocols = PROTOCOL_NAMES, operation, as = 'nobody' } = request;
  const token = request.token ?? (await tokenOf(explored, as));
  const context: CallContext = {
    ...(token !== undefined && { token }),
    // All send one key, so that the first does the work and the others are told what came of it.
    ...(OPERATIONS[operation] === 'write' && { idempotencyKey: request.idempotencyKey ?? randomUUID() }),
  };
  const asked: Asked[] = [];
  for (const protocol of PROTOCOL_NAMES.filter((name) => protocols.includes(name))) {
    asked.push(await askThrough(explored, protocol, request, context));
  }
  const differing = differences(new Map(asked.map(({ protocol, answer }) => [protocol, answer])));
  return { agree: differing.length === 0, differences: differing, asked };
};

/** For a server that does not hang up when its client does. */
const GOODBYE_MS_MAX = 1000;

const askThrough = async (
  { addresses, trust }: Explored,
  protocol: ProtocolName,
  { operation, input, wire = true }: AskRequest,
  context: CallContext,
): Promise<Asked> => {
  const capture = await startCapture(protocol, addresses[protocol], trust);
  const client = connect(protocol, capture.address);
  try {
    const begin = performance.now();
    const { answer } = await askDirectly({ operation, input, context }, client);
    const timeMs = performance.now() - begin;
    await client.close();
    // Whatever HTTP/2 still acknowledges has then been said too.
    await Promise.race([capture.ended(), sleep(GOODBYE_MS_MAX, undefined, { ref: false })]);
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
        wire: wireOf({
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
