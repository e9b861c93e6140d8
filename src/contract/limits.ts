/** Every number that bounds a request, the same for all four protocols. */
export const LIMITS = {
  /** A request's body or message, after decompression. */
  bodyBytesMax: 1024 * 1024,
  /** Nesting of a GraphQL selection; the deepest one our own client sends has 5 levels. */
  graphqlDepthMax: 8,
  /** Tokens of a GraphQL document, which bounds its aliases too. */
  graphqlTokensMax: 2000,
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
  timeoutMsMax: 10 * 60 * 1000,
} as const;
