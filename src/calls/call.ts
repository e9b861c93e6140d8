/** One operation asked through one protocol, with what went over the wire where that is wanted. */

import { PROTOCOLS } from '../app/servers';
import type { CallContext } from '../contract/context';
import { SkillsError } from '../contract/errors';
import type { ConnectOptions, ProtocolName } from '../contract/protocol';
import { OPERATION_NAMES, type Operation, type SkillsApi } from '../contract/skills-api';
import { type Exchange, startCapture } from '../wire/capture';
import { type Answer, settleAnswer } from './answers';

export interface Call {
  readonly operation: Operation;
  /** As typed: the service says whether it is right. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly context?: Pick<CallContext, 'token' | 'idempotencyKey'>;
}

export interface CallResult {
  readonly answer: Answer;
  readonly exchange?: Exchange;
}

type OperationFunction = (input: object, context?: CallContext) => Promise<unknown>;

export const callService = async (
  { operation, input, context }: Call,
  api: SkillsApi,
): Promise<CallResult> => ({
  answer: await settleAnswer(() => (api[operation] as OperationFunction)(input, context)),
});

export const callProtocol = async (
  protocol: ProtocolName,
  question: Call,
  address: string,
  { wire, tls }: { readonly wire: boolean; readonly tls?: ConnectOptions['tls'] },
): Promise<CallResult> => {
  const capture = wire ? await startCapture(protocol, address, tls) : undefined;
  const client = PROTOCOLS[protocol].connect(
    capture?.address ?? address,
    capture || !tls ? undefined : { tls },
  );
  try {
    const asked = await callService(question, client);
    return { ...asked, exchange: (await capture?.exchanges())?.[0] };
  } finally {
    await client.close();
    await capture?.stop();
  }
};

/** The request that the question makes, caught on its way to a server that does nothing: nothing is changed by it. */
export const captureRequest = async (
  protocol: ProtocolName,
  question: Call,
): Promise<Exchange | undefined> => {
  const idle = () => new SkillsError('UNAVAILABLE', 'IDLE', 'This server only listens.');
  const api = Object.fromEntries(OPERATION_NAMES.map((name) => [name, () => Promise.reject(idle())]));
  const graph = () => {
    throw idle();
  };
  const server = await PROTOCOLS[protocol].serve(api as unknown as SkillsApi, {
    host: '127.0.0.1',
    port: 0,
    graph,
  });
  try {
    return (await callProtocol(protocol, question, server.address, { wire: true })).exchange;
  } finally {
    await server.stop();
  }
};
