/** The page's view of one call's bytes: messages with marked values, commands to copy, and the parts of an error. */

import type { Answer } from '../../calls/answers';
import { GRPC_CONTRACT } from '../../calls/grpc-contract';
import type { ProtocolName } from '../../contract/protocol';
import type { Operation } from '../../contract/skills-api';
import type { Exchange, Message } from '../../wire/capture';
import { maskToken } from '../../wire/mask-token';
import { formatPaste, type PasteTarget } from '../../wire/paste';
import { FORM_PROTOCOLS, PASTE_FORMS } from '../../wire/paste-forms';
import type { Connection } from '../../wire/relay';
import type { ShownMessage, Wire } from '../api';
import { shownBody } from './body';
import { errorPartsOf } from './error-parts';
import { shownHead } from './head';
import { answerKeys, inputKeys, type Keys } from './keys';

export interface CapturedCall {
  readonly protocol: ProtocolName;
  readonly operation: Operation;
  readonly input: object;
  readonly answer: Answer;
  readonly exchanges: readonly Exchange[];
  readonly connections: readonly Connection[];
  readonly target: PasteTarget;
}

export const wireView = (call: CapturedCall): Wire => {
  const { protocol, operation, answer, input, exchanges, connections, target } = call;
  const method = GRPC_CONTRACT.methods[operation].path.split('/')[2];
  const requestKeys = inputKeys(protocol, operation, input);
  const responseKeys = answerKeys(protocol, operation, answer);
  const shown = (message: Message, type: 'Request' | 'Response', keys: Keys): ShownMessage => ({
    ...shownHead(protocol, message, keys),
    body: shownBody(protocol, message, `skills.v1.${method}${type}`, keys),
  });
  const [first, last] = [exchanges[0], exchanges.at(-1)];
  return {
    exchanges: exchanges.map(({ request, response }) => ({
      request: shown(request, 'Request', requestKeys),
      response: shown(response, 'Response', responseKeys),
    })),
    raw: {
      up: base64(connections.map(({ up }) => maskToken(protocol, Buffer.concat(up)))),
      down: base64(connections.flatMap(({ down }) => down)),
    },
    pastes: first
      ? PASTE_FORMS.filter((form) => FORM_PROTOCOLS[form].includes(protocol)).map((form) => ({
          form: form === 'buf' ? 'buf curl' : form,
          text: formatPaste(form, operation, target, first, GRPC_CONTRACT),
        }))
      : [],
    ...('error' in answer && { errorParts: last ? errorPartsOf(protocol, last.response) : [] }),
  };
};

const base64 = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('base64');
