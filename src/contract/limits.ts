/** Every number that bounds a request, the same for all four protocols. */
export const LIMITS = {
  /** A request's body or message, after decompression. */
  bodyBytesMax: 1024 * 1024,
  /** Nesting of a GraphQL selection; the deepest one our own client sends has 5 levels. */
  graphqlDepthMax: 8,
  /** Tokens of a GraphQL document. */
  graphqlTokensMax: 2000,
  /** Fields under another name in one GraphQL document. */
  graphqlAliasesMax: 30,
  /** Values in a GraphQL answer, as far as a query foretells them: a page of 200 whole skills has some 5,000. */
  graphqlCostMax: 20_000,
  /** Nesting of XML elements; an envelope with the deepest input has 8. */
  xmlDepthMax: 16,
  /** Of one element, namespaces among them: some toolkits declare dozens. */
  xmlAttributesMax: 100,
  pageSizeDefault: 20,
  pageSizeMax: 200,
  batchIdsMax: 100,
  idCharsMax: 120,
  nameCharsMax: 200,
  summaryCharsMax: 4000,
  textCharsMax: 200,
  tagCharsMax: 60,
  listItemsMax: 100,
  /** Wrong fields that one error names: what an error says must fit into the trailers of gRPC. */
  violationsMax: 10,
  requestIdCharsMax: 128,
  idempotencyKeyCharsMax: 128,
  tokenCharsMax: 8192,
  timeoutMsMax: 10 * 60 * 1000,

  // Connections, of each server.

  /** All headers of a request together. */
  headerBytesMax: 16 * 1024,
  connectionsMax: 5000,
  /** Requests that an HTTP/1.1 connection may send behind one that is not answered yet. */
  pipelinedMax: 16,
  /** At once on one HTTP/2 connection. */
  streamsMax: 100,
  /** From a connection's first byte, or its opening, to the end of a request's headers. */
  headersMsMax: 10_000,
  /** To the end of its body. */
  requestMsMax: 30_000,
  /** A connection on which nothing was asked for so long is closed. */
  idleMsMax: 5000,
  /** One with a call under way on which nothing moves: a caller that does not read its answer. */
  stalledMsMax: 30_000,
  /** The same for HTTP/2, whose clients keep one connection open for long. */
  http2IdleMsMax: 5 * 60 * 1000,
} as const;

/** What a server may be told to do otherwise: how patient it is, and with how many. */
export type ConnectionLimits = Readonly<
  Record<
    'connectionsMax' | 'headersMsMax' | 'requestMsMax' | 'idleMsMax' | 'stalledMsMax' | 'http2IdleMsMax',
    number
  >
>;
