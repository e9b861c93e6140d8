/** The limits of requests and connections, the same for all four protocols. */
export const LIMITS = {
  /** The size of a request's body or message, after decompression. */
  bodyBytesMax: 1024 * 1024,
  /** Bytes of a decompressed body over 64 KiB, for each byte that the client has sent. Text has about 10, repeated text 50. */
  decompressionRatioMax: 100,
  /** The nesting of a GraphQL selection. Our own client sends at most 5 levels, and a connection takes two or three of them. */
  graphqlDepthMax: 10,
  /** Lexical tokens of a GraphQL document. */
  graphqlTokensMax: 2000,
  /** Aliases of one GraphQL document. */
  graphqlAliasesMax: 30,
  /** Fields of a GraphQL document. A fragment counts as often as it is spread. The longest introspection has about 200. */
  graphqlFieldsMax: 500,
  /** Characters of a name in a GraphQL document. Errors and responses repeat names. */
  graphqlNameCharsMax: 128,
  /** Fields of one GraphQL selection. A skill has 20. */
  graphqlSelectionMax: 100,
  /** How often one GraphQL selection may repeat a field, for example through fragments. Validation compares each pair. */
  graphqlRepeatsMax: 20,
  /** Fields of a GraphQL document that is compiled. Its compilation takes about 0.15 ms per field. */
  graphqlCompiledFieldsMax: 64,
  /** The memory of all compiled GraphQL documents, estimated from the length of their code. */
  graphqlCompiledBytesMax: 32 * 1024 * 1024,
  /** Errors in one response about the variables or the document of a GraphQL request. */
  graphqlErrorsMax: 20,
  /** Values in the result of a GraphQL operation. A page of 200 complete skills has about 5,000. */
  graphqlCostMax: 20_000,
  /** The nesting of XML elements. An envelope with the deepest input has 8 levels. */
  xmlDepthMax: 16,
  /** Attributes of one XML element, including namespaces. Some toolkits declare dozens. */
  xmlAttributesMax: 100,
  /** The size of an answer in any protocol. A page ends before it; a batch or a learning path over it is an error. */
  answerBytesMax: 2 * 1024 * 1024,
  /** Skills of a learning path. */
  pathSkillsMax: 1000,
  /** Elements of an XML request. A new skill with all of its lists full has about 800. */
  xmlElementsMax: 5000,
  /** Values of a JSON request, lists and objects among them. */
  jsonValuesMax: 5000,
  pageSizeDefault: 20,
  pageSizeMax: 200,
  batchIdsMax: 100,
  idCharsMax: 120,
  nameCharsMax: 200,
  summaryCharsMax: 4000,
  textCharsMax: 200,
  tagCharsMax: 60,
  listItemsMax: 100,
  /** Invalid fields that one error names. An error must fit into the trailers of gRPC. */
  violationsMax: 8,
  requestIdCharsMax: 128,
  idempotencyKeyCharsMax: 128,
  tokenCharsMax: 8192,
  timeoutMsMax: 10 * 60 * 1000,

  // The following limits hold for the connections of each server.

  /** All headers of a request together. */
  headerBytesMax: 16 * 1024,
  connectionsMax: 5000,
  /** Connections of one address. One more takes the place of its oldest connection without a call in flight. */
  addressConnectionsMax: 500,
  /** Requests that an HTTP/1.1 client may send while an earlier request has no response yet. */
  pipelinedMax: 16,
  /** Concurrent streams of one HTTP/2 connection. */
  streamsMax: 100,
  /** The time from the opening of a connection, or the first byte of a request, to the end of its headers. */
  headersMsMax: 10_000,
  /** The time to the end of the request's body. */
  requestMsMax: 30_000,
  /** A connection without a request is closed after this time. */
  idleMsMax: 5000,
  /** A connection with a call in flight is closed if no byte moves for this time: the client does not read. */
  stalledMsMax: 30_000,
  /** The same as `idleMsMax` for HTTP/2, whose clients keep one connection open for a long time. */
  http2IdleMsMax: 5 * 60 * 1000,
  /** New calls are rejected while the delay of the event loop stays above this. */
  loopDelayMsMax: 500,
  /** Bytes of responses that clients of one address have not read yet, and of all clients. */
  addressUnsentBytesMax: 32 * 1024 * 1024,
  unsentBytesMax: 128 * 1024 * 1024,
} as const;

/** The limits that `ServeOptions` can change. */
export type ConnectionLimits = Readonly<
  Record<
    | 'connectionsMax'
    | 'addressConnectionsMax'
    | 'headersMsMax'
    | 'requestMsMax'
    | 'idleMsMax'
    | 'stalledMsMax'
    | 'http2IdleMsMax'
    | 'loopDelayMsMax',
    number
  >
>;
