/** What the environment may say, for whoever asks `rosetta serve --help`. */
export const VARIABLES = `
Environment:
  HOST, ROSETTA_DATA           address to listen on (127.0.0.1), and the data folder (./.rosetta)
  REST_PORT, GRAPHQL_PORT, GRPC_PORT, SOAP_PORT, AUTH_PORT
                               4001 to 4005; 0 takes a free one
  EXPLORER_HOST, EXPLORER_PORT where the explorer's page is (127.0.0.1, 4000)
  AUTH_ISSUER, AUTH_AUDIENCE   who makes the tokens (us), and for whom (api-rosetta)
  AUTH_JWKS_URL                keys of another OpenID provider, whose tokens are then believed
  RATE_LIMIT_PER_MINUTE        points of each caller (6000), or off
  REDIS_URL                    where several processes share the limit
  TLS_CERT, TLS_KEY            PEM files; without them, plain text on this machine only
  PLAIN_TEXT                   allow: also elsewhere, where something in front does TLS
  TRUSTED_PROXIES              whose X-Forwarded-For is believed: addresses, subnets, loopback
  CORS_ORIGINS                 whose web pages may call, or *
  STOP_SECONDS                 how long calls in flight may take after SIGTERM (10)
  LOG                          errors, or calls for one line each
  METRICS_PORT                 serves /metrics for Prometheus
  OTEL_EXPORTER_OTLP_ENDPOINT  takes the traces
The other commands also read ROSETTA_TOKEN (who asks) and TLS_CA (a PEM file of certificates to trust).
`;
