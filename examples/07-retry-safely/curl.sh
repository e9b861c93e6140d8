#!/bin/sh
# curl: one idempotency key, sent as an HTTP header, an argument and a header block: the skill is created once.
set -eu
rest=${REST_URL:-http://127.0.0.1:4001/api}
graphql=${GRAPHQL_URL:-http://127.0.0.1:4002/graphql}
soap=${SOAP_URL:-http://127.0.0.1:4004/soap}
token="Authorization: Bearer ${TOKEN:-${1:-}}"
json='Content-Type: application/json'
xml='Content-Type: text/xml; charset=utf-8'

expect() { # Shows the answer and ends here unless each of these texts is in it.
  printf '%s\n' "$answer"
  for text; do
    printf '%s\n' "$answer" | grep -qF -- "$text" || { echo "This is missing: $text" >&2; exit 1; }
  done
}

key=retry-$(date +%s)-$$
answer=$(curl -sSi "$rest/skills" -H "$token" -H "$json" -H "Idempotency-Key: \"$key\"" -d '{
  "id": "duckdb-curl", "name": "DuckDB", "categoryIds": ["relational-databases"]
}')
expect '201 Created'
etag=$(printf '%s\n' "$answer" | tr -d '\r' | sed -n 's/^ETag: "\(.*\)"/\1/p')

answer=$(curl -sS "$graphql" -H "$token" -H "$json" -d '{
  "query": "mutation ($skill: NewSkill!, $key: String) { createSkill(skill: $skill, idempotencyKey: $key) { etag } }",
  "variables": {
    "skill": { "id": "duckdb-curl", "name": "DuckDB", "categoryIds": ["relational-databases"] },
    "key": "'"$key"'"
  }
}')
expect "{\"createSkill\":{\"etag\":\"$etag\"}}"

answer=$(curl -sS "$soap" -H "$token" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:CreateSkill"' -d '
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
  <soap:Header><IdempotencyKey xmlns="urn:api-rosetta:skills:v1">'"$key"'</IdempotencyKey></soap:Header>
  <soap:Body>
    <CreateSkill xmlns="urn:api-rosetta:skills:v1">
      <skill>
        <id>duckdb-curl</id>
        <name>DuckDB</name>
        <categoryIds><item>relational-databases</item></categoryIds>
      </skill>
    </CreateSkill>
  </soap:Body>
</soap:Envelope>')
expect "<etag>$etag</etag>"

answer=$(curl -sSi "$rest/skills" -H "$token" -H "$json" -H "Idempotency-Key: \"$key\"" -d '{
  "id": "duckdb-curl", "name": "Duck DB", "categoryIds": ["relational-databases"]
}')
expect '422 Unprocessable' '"reason":"IDEMPOTENCY_KEY_REUSED"'
answer=$(curl -sSi "$rest/skills/duckdb-curl" -X DELETE -H "$token" -H 'If-Match: *')
expect '204 No Content'
