/** A call as it went over the wire. */

export interface Message {
  /** `GET /api/skills/git HTTP/1.1`, `HTTP/1.1 200 OK`; HTTP/2 has no such line, so this is made of its pseudo-headers. */
  readonly startLine: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** HTTP/2 only: gRPC's status. */
  readonly trailers: readonly (readonly [string, string])[];
}

export interface Exchange {
  readonly request: Message;
  readonly response: Message;
}
