/** The explorer's JSON API: types only, imported by the page and by its server. */
import type { Answer } from '../calls/answers';
import type { ProtocolName } from '../contract/protocol-names';
import type { Operation } from '../contract/skills-api';
import type { ByteCounts } from '../wire/byte-counts';

export type { Answer, ErrorAnswer } from '../calls/answers';
export type { Category, LearningPath, Page, Skill } from '../contract/model';
export type { ProtocolName } from '../contract/protocol-names';
export type { Operation } from '../contract/skills-api';
export type { ByteCounts } from '../wire/byte-counts';

export const PAGE_SECRET_HEADER = 'x-page-secret';

/** `GET /api/about` */
export interface ExplorerInfo {
  readonly protocols: readonly ProtocolInfo[];
  /** In the order of SkillsApi. */
  readonly operations: readonly OperationInfo[];
  readonly provocations: readonly ProvocationInfo[];
  /** True if the server issues tokens to this visitor; otherwise the visitor must paste one. */
  readonly makesTokens: boolean;
  /** A new one at each start. The page sends it with each call as PAGE_SECRET_HEADER; without it, no token is issued. */
  readonly pageSecret?: string;
}

export interface ProtocolInfo {
  readonly name: ProtocolName;
  readonly title: string;
  /** An origin, or host:port for gRPC. */
  readonly address: string;
}

export interface OperationInfo {
  readonly name: Operation;
  readonly kind: 'read' | 'write';
  /** One sentence. */
  readonly summary: string;
  /** Authorization: none, a signed-in learner, or a token with the scope `skills:write`. */
  readonly requiredIdentity: Identity;
  /** JSON Schema (2020-12) of the input. */
  readonly schema: JsonSchema;
  /** A valid input. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** The part of JSON Schema that zod emits for the inputs of SkillsApi. */
export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'null';
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** The token of a call: none, a learner's without scopes, or one with the scope `skills:write`. */
export type Identity = 'anonymous' | 'learner' | 'writer';

/** `POST /api/ask` */
export interface AskRequest {
  readonly operation: Operation;
  /** Not validated by the explorer: the service validates it. */
  readonly input: Readonly<Record<string, unknown>>;
  /** All four when absent. */
  readonly protocols?: readonly ProtocolName[];
  /** Anonymous when absent. `token` takes precedence. */
  readonly as?: Identity;
  readonly token?: string;
  /** For writes. A new key per request when absent. */
  readonly idempotencyKey?: string;
  /** Includes `wire` in the results; results without it are smaller and faster. True when absent. */
  readonly wire?: boolean;
}

export interface AskResult {
  readonly agree: boolean;
  /** A unified diff for each answer that differs from the first. */
  readonly differences: readonly string[];
  readonly results: readonly ProtocolResult[];
}

/** The result of one protocol. A write has the same idempotency key in all, so the change is made once. */
export interface ProtocolResult {
  readonly protocol: ProtocolName;
  readonly answer: Answer;
  /** Duration of this one call, on its own connection. */
  readonly timeMs: number;
  /** HTTP requests, counted on the socket. */
  readonly requests: number;
  /** Round trips of requests, without the one of TCP's handshake. */
  readonly roundTrips: number;
  /** Bytes of the whole connection until it is closed, including HTTP/2's preface and GOAWAY. */
  readonly bytes: { readonly up: ByteCounts; readonly down: ByteCounts };
  readonly wire?: Wire;
}

export interface Wire {
  readonly exchanges: readonly ShownExchange[];
  /** Every byte of the connection in each direction, in base64, with asterisks in place of a token. */
  readonly raw: { readonly up: string; readonly down: string };
  readonly pastes: readonly Paste[];
  /** For errors: the place of each part in the response. */
  readonly errorParts?: readonly ErrorPart[];
}

export interface ShownExchange {
  readonly request: ShownMessage;
  readonly response: ShownMessage;
}

export interface ShownMessage {
  /** For HTTP/2, assembled from the pseudo-headers. */
  readonly startLine: string;
  /** REST only: part of the input is in the path and the query, and an error's code is the status. */
  readonly startLineMarks?: readonly Mark[];
  readonly headers: readonly ShownHeader[];
  readonly body: ShownBody;
  readonly trailers: readonly ShownHeader[];
}

/** A token is replaced with `Bearer (token)`. */
export interface ShownHeader {
  readonly name: string;
  readonly value: string;
  /** For `grpc-status-details-bin`: its decoded content. */
  readonly decoded?: string;
  /** Key of the value if it belongs to the domain: an etag, a status. */
  readonly key?: string;
}

export type ShownBody =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'text';
      /** As sent, and formatted with line breaks; formatted, a GraphQL request is a query and its variables. */
      readonly sent: readonly TextPart[];
      readonly pretty: readonly TextPart[];
    }
  | {
      readonly kind: 'protobuf';
      /** `skills.v1.GetSkillRequest` */
      readonly type: string;
      /** Hex without spaces, including the five bytes of gRPC's frame. */
      readonly hex: string;
      readonly fields: readonly ProtobufField[];
    };

export interface TextPart {
  readonly language: 'json' | 'xml' | 'graphql' | 'text';
  readonly text: string;
  readonly marks: readonly Mark[];
}

/**
 * The range of a value in a text, in UTF-16 units, quotes included. Marks are sorted and do not overlap. A value has the
 * same key in every protocol's message: `items[1].name` is the second skill's name; `error.reason` belongs to an error,
 * `input.skill.name` to a request.
 */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly key: string;
}

/** Offsets in bytes from the start of the frame. A nested message covers its tag and length; its fields follow, one level deeper. */
export interface ProtobufField {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly name: string;
  readonly number: number;
  /** Strings in quotes, enum values by name. Absent for a nested message. */
  readonly value?: string;
  /** A timestamp is a nested message; it and its fields have the same key. */
  readonly key?: string;
}

export interface Paste {
  readonly form: 'curl' | 'fetch' | 'grpcurl' | 'buf curl' | 'envelope';
  readonly text: string;
}

export const ERROR_PARTS = ['code', 'reason', 'message', 'field', 'retry', 'resource'] as const;

export interface ErrorPart {
  readonly part: (typeof ERROR_PARTS)[number];
  /** For example `HTTP status`, `errors[0].extensions.code`, `grpc-status`, `faultcode`. */
  readonly where: string;
  readonly text: string;
}

/** An error that `POST /api/provoke` with its name causes; the result is an AskResult of errors. */
export interface ProvocationInfo {
  readonly name: string;
  readonly title: string;
  /** One sentence: the call that causes it. */
  readonly description: string;
  readonly operation: Operation;
  /** Heading under which it is listed. */
  readonly group: string;
  /** Without issued tokens, only errors that need no identity can be provoked. */
  readonly requiredIdentity: Identity;
  readonly standards: Readonly<Record<ProtocolName, Standard>>;
  /** Names of related decision records: `0011-idempotency`. */
  readonly decisions: readonly string[];
}

/** One sentence on what a protocol's standard specifies, with a link to the section. */
export interface Standard {
  readonly text: string;
  readonly source: string;
  readonly href: string;
}

export interface ProvocationResult extends AskResult {
  /** The call that was made. */
  readonly question: Pick<AskRequest, 'operation' | 'input' | 'as'>;
}

/** `GET /api/suggest?kind=skills&text=gra`: at most 20 values of the catalogue. */
export interface Suggestion {
  readonly value: string;
  readonly label: string;
}
export type SuggestionKind = 'skills' | 'categories' | 'tags';

/** An error of the explorer itself (RFC 9457). */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
}

/** `POST /api/race`: the response is one RaceEvent per line (application/x-ndjson), until the race ends. */
export interface RaceRequest {
  readonly operation: Operation;
  readonly input: Readonly<Record<string, unknown>>;
  /** Round-trip time that the relay adds. */
  readonly rttMs: number;
  /** Unlimited when absent. */
  readonly bandwidthMbit?: number;
  /** 1 to 60. */
  readonly seconds: number;
  /** Measures a series of values of this quantity instead of a single race, to find where the ranking changes. */
  readonly sweep?: SweptQuantity;
}
export type SweptQuantity = 'rtt' | 'bandwidth' | 'pageSize' | 'fields';

export type RaceEvent =
  | { readonly kind: 'progress'; readonly text: string; readonly share: number }
  /** All four gave the same answer: the number of items, and for a page the total. */
  | { readonly kind: 'equal'; readonly items?: number; readonly totalSize?: number }
  /** Sweep only: the values that will be measured. */
  | { readonly kind: 'points'; readonly positions: readonly number[] }
  /** Latencies of one round, in order, without the warm-up. */
  | { readonly kind: 'round'; readonly latenciesMs: Partial<Record<ProtocolName, readonly number[]>> }
  /** Intermediate results. */
  | { readonly kind: 'standing'; readonly rows: readonly RaceRow[] }
  | { readonly kind: 'result'; readonly at?: number; readonly rows: readonly RaceRow[] }
  /** Sweep only. */
  | { readonly kind: 'crossings'; readonly crossings: readonly Crossing[] }
  /** `differences`: a unified diff for each answer that differs from the first. */
  | { readonly kind: 'failed'; readonly reason: string; readonly differences?: readonly string[] };

export interface RaceRow {
  readonly protocol: ProtocolName;
  readonly calls: number;
  readonly medianMs: number;
  /** 95% confidence interval of the median. */
  readonly interval: readonly [number, number];
  readonly p99Ms: number;
  /** Ratio to the fastest, and its 95% confidence interval. */
  readonly ratio: number;
  readonly ratioInterval: readonly [number, number];
  /** Per call on a warm connection, both directions. */
  readonly bytes: number;
}

/** Above `at`, `quicker` is faster than `slower`; below it, the reverse. */
export interface Crossing {
  readonly quicker: ProtocolName;
  readonly slower: ProtocolName;
  readonly at: number;
  /** The measured values on either side. */
  readonly between: readonly [number, number];
}
