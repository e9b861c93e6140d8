/** One operation asked through one protocol, with what went over the wire where that is wanted. */
import { type Answer, answerOf } from '../compare/answers';
import { type Exchange, startCapture } from '../compare/capture';
import { SkillsError } from '../contract/errors';
import type { ProtocolName } from '../contract/protocol';
import { OPERATION_NAMES, type Operation, type SkillsApi } from '../contract/skills-api';
import { PROTOCOLS } from '../servers';

export interface Question {
  readonly operation: Operation;
  /** As typed: the service says whether it is right. */
  readonly input: Record<string, unknown>;
}

export interface Asked {
  readonly answer: Answer;
  readonly exchange?: Exchange;
}

export const askDirectly = async ({ operation, input }: Question, api: SkillsApi): Promise<Asked> => ({
  answer: await answerOf(() => (api[operation] as (input: object) => Promise<unknown>)(input)),
});

export const askThrough = async (
  protocol: ProtocolName,
  question: Question,
  address: string,
  { wire }: { readonly wire: boolean },
): Promise<Asked> => {
  const capture = wire ? await startCapture(protocol, address) : undefined;
  const client = PROTOCOLS[protocol].connect(capture?.address ?? address);
  try {
    return { ...(await askDirectly(question, client)), exchange: capture?.exchanges()[0] };
  } finally {
    await client.close();
    await capture?.stop();
  }
};

/** The request that the question makes, caught on its way to a server that does nothing: nothing is changed by it. */
export const requestOf = async (
  protocol: ProtocolName,
  question: Question,
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
    return (await askThrough(protocol, question, server.address, { wire: true })).exchange;
  } finally {
    await server.stop();
  }
};
