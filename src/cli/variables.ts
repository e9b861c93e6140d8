/** The environment variables, as `rosetta serve --help` lists them. */
export const VARIABLES = `
Environment:
  HOST, ROSETTA_DATA           address to listen on (127.0.0.1), and the data folder (./.rosetta)
  CHANGE_LOG_DAYS, CHANGE_LOG_MAX
                               the change log keeps changes for so long (7), and at most so many (100000)
  REST_PORT, GRAPHQL_PORT, GRPC_PORT, SOAP_PORT, AUTH_PORT
                               ports (4001 to 4005); 0 chooses a free one
  EXPLORER_HOST, EXPLORER_PORT address of the explorer's page (127.0.0.1, 4000)
  AUTH_ISSUER, AUTH_AUDIENCE   trusted token issuer (this server), and audience of the tokens (api-rosetta)
  AUTH_JWKS_URL                key set of another OpenID provider, whose tokens the server then accepts
  RATE_LIMIT_PER_MINUTE        points per caller (6000), or off
  REDIS_URL                    Redis server through which several processes share the rate limit
  CONNECTIONS_PER_ADDRESS      open connections of one address, on each port (500)
  TLS_CERT, TLS_KEY            PEM files; without them the server accepts plain text on this machine only
  PLAIN_TEXT                   allow: accept plain text from other machines, behind a proxy that does TLS
  TRUSTED_PROXIES              proxies whose X-Forwarded-For the server uses: addresses, subnets, loopback
  PUBLIC_URL                   address of REST and SOAP for their clients, in the WSDL, OpenAPI and links
  CORS_ORIGINS                 origins of web pages that may call the server, or *
  STOP_SECONDS                 time for calls in flight after SIGTERM (10)
  LOG                          errors, or calls for one line per call
  METRICS_PORT                 port of /metrics for Prometheus
  OTEL_EXPORTER_OTLP_ENDPOINT  OpenTelemetry endpoint for traces
The other commands also read ROSETTA_TOKEN (the caller's token) and TLS_CA (a PEM file of certificates to trust).
`;
