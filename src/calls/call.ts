/** One operation called through one protocol, with its exchange on request. */
import { PROTOCOLS } from '../app/servers';
import type { CallContext } from '../contract/context';
import { SkillsError } from '../contract/errors';
import type { ConnectOptions, ProtocolName } from '../contract/protocol';
import { OPERATION_NAMES, type Operation, type SkillsApi } from '../contract/skills-api';
import { type Exchange, startCapture } from '../wire/capture';
import { type Answer, settleAnswer } from './answers';

export interface Call {
  readonly operation: Operation;
  /** Not validated: the service does that. */
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
  call: Call,
  address: string,
  { wire, tls }: { readonly wire: boolean; readonly tls?: ConnectOptions['tls'] },
): Promise<CallResult> => {
  const capture = wire ? await startCapture(protocol, address, tls) : undefined;
  const client = PROTOCOLS[protocol].connect(
    capture?.address ?? address,
    capture || !tls ? undefined : { tls },
  );
  try {
    const result = await callService(call, client);
    return { ...result, exchange: (await capture?.exchanges())?.[0] };
  } finally {
    await client.close();
    await capture?.stop();
  }
};

/** Captures the request of a call without executing it: it goes to a server that rejects every operation. */
export const captureRequest = async (protocol: ProtocolName, call: Call): Promise<Exchange | undefined> => {
  const createError = () =>
    new SkillsError('UNAVAILABLE', 'IDLE', 'This server only captures requests and executes none.');
  const api = Object.fromEntries(OPERATION_NAMES.map((name) => [name, () => Promise.reject(createError())]));
  const graph = () => {
    throw createError();
  };
  const server = await PROTOCOLS[protocol].serve(api as unknown as SkillsApi, {
    host: '127.0.0.1',
    port: 0,
    graph,
  });
  try {
    return (await callProtocol(protocol, call, server.address, { wire: true })).exchange;
  } finally {
    await server.stop();
  }
};
