/** The forms in which a call can be pasted. They stand apart from paste.ts so that the command line loads quickly. */
import type { ProtocolName } from '../contract/protocol';

export const PASTE_FORMS = ['curl', 'fetch', 'grpcurl', 'buf', 'envelope'] as const;
export type PasteForm = (typeof PASTE_FORMS)[number];

/** The protocols that each form supports. */
export const FORM_PROTOCOLS = {
  curl: ['rest', 'graphql', 'soap'],
  fetch: ['rest', 'graphql', 'soap'],
  grpcurl: ['grpc'],
  buf: ['grpc'],
  envelope: ['soap'],
} satisfies Record<PasteForm, readonly ProtocolName[]> as Record<PasteForm, readonly ProtocolName[]>;
