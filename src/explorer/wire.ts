/** What is shown of the wire: each message with its values marked, how to send it oneself, and what an error says where. */
import type { Answer } from '../compare/answers';
import type { Exchange, Message } from '../compare/capture';
import { type PasteTarget, paste } from '../compare/paste';
import { PASTE_FORMS, SPEAKS } from '../compare/paste-forms';
import type { Connection } from '../compare/relay';
import type { ProtocolName } from '../contract/protocol';
import type { Operation } from '../contract/skills-api';
import type { ShownMessage, Wire } from './api';

export interface Captured {
  readonly protocol: ProtocolName;
  readonly operation: Operation;
  readonly input: object;
  readonly answer: Answer;
  readonly exchanges: readonly Exchange[];
  readonly connections: readonly Connection[];
  readonly target: PasteTarget;
}

export const wireOf = ({ protocol, operation, exchanges, connections, target }: Captured): Wire => ({
  exchanges: exchanges.map(({ request, response }) => ({
    request: shownMessage(request),
    response: shownMessage(response),
  })),
  raw: {
    up: base64(connections.flatMap(({ up }) => up)),
    down: base64(connections.flatMap(({ down }) => down)),
  },
  pastes: exchanges.slice(0, 1).flatMap((exchange) =>
    PASTE_FORMS.filter((form) => SPEAKS[form].includes(protocol)).map((form) => ({
      form,
      text: paste(form, operation, target, exchange),
    })),
  ),
});

const base64 = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('base64');

const shownMessage = ({ startLine, headers, body, trailers }: Message): ShownMessage => ({
  startLine,
  headers: headers.map(([name, value]) => ({ name, value })),
  body: { kind: 'text', sent: [{ language: 'text', text: body.toString(), marks: [] }], pretty: [] },
  trailers: trailers.map(([name, value]) => ({ name, value })),
});
