/** Makes one call through each protocol, each on its own connection, and captures every byte of it. */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { findDifferences } from '../calls/answers';
import { callService } from '../calls/call';
import { connect } from '../calls/clients';
import type { CallContext } from '../contract/context';
import { PROTOCOL_NAMES, type ProtocolName } from '../contract/protocol';
import { OPERATIONS } from '../contract/skills-api';
import { countConnectionBytes } from '../wire/byte-counts';
import { startCapture } from '../wire/capture';
import type { AskRequest, AskResult, ProtocolResult } from './api';
import { wireView } from './marks/wire-view';
import { type ExplorerTarget, tokenFor } from './target';

/** The protocols are called in sequence, so that no call delays another. */
export const askProtocols = async (target: ExplorerTarget, request: AskRequest): Promise<AskResult> => {
  const { protocols = PROTOCOL_NAMES, operation, as = 'anonymous' } = request;
  const token = request.token ?? (await tokenFor(target, as));
  const context: CallContext = {
    ...(token !== undefined && { token }),
    // All four send the same key, so the first call makes the change and the others get its result.
    ...(OPERATIONS[operation] === 'write' && { idempotencyKey: request.idempotencyKey ?? randomUUID() }),
  };
  const results: ProtocolResult[] = [];
  for (const protocol of PROTOCOL_NAMES.filter((name) => protocols.includes(name))) {
    results.push(await askProtocol(target, protocol, request, context));
  }
  const unequal = findDifferences(new Map(results.map(({ protocol, answer }) => [protocol, answer])));
  return { agree: unequal.length === 0, differences: unequal, results };
};

/** Limit for a server that keeps the connection open after the client has closed it. */
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
    const { answer } = await callService({ operation, input, context }, client);
    const timeMs = performance.now() - begin;
    await client.close();
    // HTTP/2 acknowledges frames until the connection ends; these bytes count too.
    await Promise.race([capture.ended(), sleep(CLOSE_MS_MAX, undefined, { ref: false })]);
    const exchanges = await capture.exchanges();
    const { connections } = capture;
    const up = countConnectionBytes(connections, 'up', protocol);
    const down = countConnectionBytes(connections, 'down', protocol);
    return {
      protocol,
      answer,
      timeMs,
      requests: up.messages,
      // The clients send exactly one request per call.
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
