/** What the page and its server say to each other, as JSON: types only, as both sides import them. */
import type { Answer } from '../calls/answers';
import type { ProtocolName } from '../contract/protocol-names';
import type { Operation } from '../contract/skills-api';
import type { ByteCounts } from '../wire/byte-counts';

export type { Answer, ErrorAnswer } from '../calls/answers';
export type { Category, LearningPath, Page, Skill } from '../contract/model';
export type { ProtocolName } from '../contract/protocol-names';
export type { Operation } from '../contract/skills-api';
export type { ByteCounts } from '../wire/byte-counts';

/** `GET /api/about` */
export interface ExplorerInfo {
  readonly protocols: readonly ProtocolInfo[];
  /** In THE order. */
  readonly operations: readonly OperationInfo[];
  readonly provocations: readonly ProvocationInfo[];
  /** Whether the server makes tokens for who asks; else they are to be pasted. */
  readonly makesTokens: boolean;
}

export interface ProtocolInfo {
  readonly name: ProtocolName;
  readonly title: string;
  /** Where it is served: an origin, or host:port for gRPC. */
  readonly address: string;
}

export interface OperationInfo {
  readonly name: Operation;
  readonly kind: 'read' | 'write';
  /** In one sentence. */
  readonly summary: string;
  /** Who may: anybody, a signed-in learner, or a token with `skills:write`. */
  readonly requiredIdentity: Identity;
  /** JSON Schema (2020-12) of its input. */
  readonly schema: JsonSchema;
  /** An input that works. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** As much of JSON Schema as zod writes of our inputs. */
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

/** Whose token goes with a call. */
export type Identity = 'nobody' | 'learner' | 'writer';

/** `POST /api/ask` */
export interface AskRequest {
  readonly operation: Operation;
  /** As typed: the service says whether it is right. */
  readonly input: Readonly<Record<string, unknown>>;
  /** All four when absent. */
  readonly protocols?: readonly ProtocolName[];
  /** Nobody when absent. A `token` goes before it. */
  readonly as?: Identity;
  readonly token?: string;
  /** Of a write. One of its own for each question when absent. */
  readonly idempotencyKey?: string;
  /** Calls that carry no wire are quicker: only answers, bytes and times. True when absent. */
  readonly wire?: boolean;
}

export interface AskResult {
  readonly agree: boolean;
  /** A unified diff for each answer that differs from the first. */
  readonly differences: readonly string[];
  readonly results: readonly ProtocolResult[];
}

/** One protocol's part. A write goes through all with one idempotency key, so that it is done once. */
export interface ProtocolResult {
  readonly protocol: ProtocolName;
  readonly answer: Answer;
  /** Of this one call, on a connection of its own. */
  readonly timeMs: number;
  /** HTTP requests, counted on the socket. */
  readonly requests: number;
  /** Waves of requests; the one that TCP takes to connect is not among them. */
  readonly roundTrips: number;
  /** Of the whole connection, to its end: HTTP/2's greeting and its goodbye are among them. */
  readonly bytes: { readonly up: ByteCounts; readonly down: ByteCounts };
  readonly wire?: Wire;
}

export interface Wire {
  readonly exchanges: readonly ShownExchange[];
  /** Every byte of the connection in each direction, in base64. A token in it is not hidden. */
  readonly raw: { readonly up: string; readonly down: string };
  readonly pastes: readonly Paste[];
  /** Where the answer is an error: where in the response each thing is said. */
  readonly errorParts?: readonly ErrorPart[];
}

export interface ShownExchange {
  readonly request: ShownMessage;
  readonly response: ShownMessage;
}

export interface ShownMessage {
  /** HTTP/2 has no such line, so this is made of its pseudo-headers. */
  readonly startLine: string;
  /** Of REST alone: part of the input is in the path and the query, and an error's code is the status. */
  readonly startLineMarks?: readonly Mark[];
  readonly headers: readonly ShownHeader[];
  readonly body: ShownBody;
  readonly trailers: readonly ShownHeader[];
}

/** A token is shown as `Bearer (token)`. */
export interface ShownHeader {
  readonly name: string;
  readonly value: string;
  /** Of `grpc-status-details-bin`: what its base64 says. */
  readonly decoded?: string;
  /** Of the value, where it is one of the domain's: an etag, a status. */
  readonly key?: string;
}

export type ShownBody =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'text';
      /** As it was sent, and with line breaks; of the latter, GraphQL's request is a query and its variables. */
      readonly sent: readonly TextPart[];
      readonly pretty: readonly TextPart[];
    }
  | {
      readonly kind: 'protobuf';
      /** `skills.v1.GetSkillRequest` */
      readonly type: string;
      /** With the five bytes of gRPC's frame, as hex without spaces. */
      readonly hex: string;
      readonly fields: readonly ProtobufField[];
    };

export interface TextPart {
  readonly language: 'json' | 'xml' | 'graphql' | 'text';
  readonly text: string;
  readonly marks: readonly Mark[];
}

/**
 * A value somewhere in a text, in UTF-16 units, quotes included; in order, none within another. The same value of the same
 * thing has the same key in every protocol's message: `items[1].name` is the second skill's name, wherever it stands;
 * `error.reason` is of an error, `input.skill.name` of a request.
 */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly key: string;
}

/** In bytes from the frame's first. A message's own bytes are its tag and length: what is in it follows, one deeper. */
export interface ProtobufField {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly name: string;
  readonly number: number;
  /** Text in quotes, an enum's value by its name. Absent for a message. */
  readonly value?: string;
  /** Of a time, which is a message here, the same for itself and what is in it. */
  readonly key?: string;
}

export interface Paste {
  readonly form: 'curl' | 'fetch' | 'grpcurl' | 'buf curl' | 'envelope';
  readonly text: string;
}

export const ERROR_PARTS = ['code', 'reason', 'message', 'field', 'retry', 'resource'] as const;

export interface ErrorPart {
  readonly part: (typeof ERROR_PARTS)[number];
  /** Such as `HTTP status`, `errors[0].extensions.code`, `grpc-status`, `faultcode`. */
  readonly where: string;
  readonly text: string;
}

/** `POST /api/provoke` with its name: an AskAnswer whose answers are errors. */
export interface ProvocationInfo {
  readonly name: string;
  readonly title: string;
  /** What is done to provoke it, and what each style has for it. */
  readonly description: string;
  readonly operation: Operation;
  /** What kind it is of: those of one group stand together. */
  readonly group: string;
  /** Where no tokens are made, it is provoked only if this is nobody's. */
  readonly requiredIdentity: Identity;
  readonly standards: Readonly<Record<ProtocolName, Standard>>;
  /** Names of our decision records about it: `0011-idempotency`. */
  readonly decisions: readonly string[];
}

/** What a style's own standard has for it, in one sentence, and where it says so. */
export interface Standard {
  readonly text: string;
  readonly source: string;
  readonly href: string;
}

export interface ProvocationResult extends AskResult {
  /** What was asked in the end. */
  readonly question: Pick<AskRequest, 'operation' | 'input' | 'as'>;
}

/** `GET /api/suggest?kind=skills&text=gra`: from the catalogue, at most 20. */
export interface Suggestion {
  readonly value: string;
  readonly label: string;
}
export type SuggestionKind = 'skills' | 'categories' | 'tags';

/** What goes wrong with the explorer itself (RFC 9457). */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
}

/** `POST /api/race`: answered with one RaceEvent per line (application/x-ndjson), until it is over or given up. */
export interface RaceRequest {
  readonly operation: Operation;
  readonly input: Readonly<Record<string, unknown>>;
  /** There and back. */
  readonly rttMs: number;
  /** Unlimited when absent. */
  readonly bandwidthMbit?: number;
  /** 1 to 60. */
  readonly seconds: number;
  /** One after the other, in the place of a single race: what the ranking does as this grows. */
  readonly sweep?: SweptQuantity;
}
export type SweptQuantity = 'rtt' | 'bandwidth' | 'pageSize' | 'fields';

export type RaceEvent =
  | { readonly kind: 'doing'; readonly text: string; readonly share: number }
  /** All four have answered the same: so many things, and for a page so many in all. */
  | { readonly kind: 'equal'; readonly items?: number; readonly totalSize?: number }
  /** Of a sweep: where it will be measured. */
  | { readonly kind: 'points'; readonly positions: readonly number[] }
  /** Of one round: each protocol's latencies, as they came. Those of the warm-up are not among them. */
  | { readonly kind: 'round'; readonly latenciesMs: Partial<Record<ProtocolName, readonly number[]>> }
  /** How it stands so far, now and then. */
  | { readonly kind: 'standing'; readonly rows: readonly RaceRow[] }
  | { readonly kind: 'result'; readonly at?: number; readonly rows: readonly RaceRow[] }
  /** Of a sweep. */
  | { readonly kind: 'crossings'; readonly crossings: readonly Crossing[] }
  /** Where the answers are not the same: a unified diff for each that differs from the first. */
  | { readonly kind: 'failed'; readonly reason: string; readonly differences?: readonly string[] };

export interface RaceRow {
  readonly protocol: ProtocolName;
  readonly calls: number;
  readonly medianMs: number;
  /** 95%, of the median. */
  readonly interval: readonly [number, number];
  readonly p99Ms: number;
  /** To the fastest, with its interval. */
  readonly ratio: number;
  readonly ratioInterval: readonly [number, number];
  /** Of a warm connection, per answer, both ways. */
  readonly bytes: number;
}

/** From here on the one is quicker than the other, which was quicker before. */
export interface Crossing {
  readonly quicker: ProtocolName;
  readonly slower: ProtocolName;
  readonly at: number;
  /** The points measured around it. */
  readonly between: readonly [number, number];
}
