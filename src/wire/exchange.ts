/** An exchange: one request and its response as they crossed the wire. */

export interface Message {
  /** `GET /api/skills/git HTTP/1.1`, `HTTP/1.1 200 OK`. For HTTP/2, which has no such line, made from the pseudo-headers. */
  readonly startLine: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** HTTP/2 only: they hold gRPC's status. */
  readonly trailers: readonly (readonly [string, string])[];
}

export interface Exchange {
  readonly request: Message;
  readonly response: Message;
}
