#!/bin/sh
# curl: the token is a header in all three; the etag is a quoted header in REST and part of the body in the others.
set -eu
rest=${REST_URL:-http://127.0.0.1:4001/api}
graphql=${GRAPHQL_URL:-http://127.0.0.1:4002/graphql}
soap=${SOAP_URL:-http://127.0.0.1:4004/soap}
token="Authorization: Bearer ${TOKEN:-${1:-}}"
json='Content-Type: application/json'
xml='Content-Type: text/xml; charset=utf-8'
open='<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
close='</soap:Body></soap:Envelope>'

expect() { # Shows the answer and ends here unless each of these texts is in it.
  printf '%s\n' "$answer"
  for text; do
    printf '%s\n' "$answer" | grep -qF -- "$text" || { echo "This is missing: $text" >&2; exit 1; }
  done
}

answer=$(curl -sSi "$rest/skills" -H "$token" -H "$json" -d '{
  "id": "sqlite-curl-rest", "name": "SQLite", "categoryIds": ["relational-databases"], "tags": ["sql"]
}')
expect '201 Created'
etag=$(printf '%s\n' "$answer" | tr -d '\r' | sed -n 's/^ETag: //p')
answer=$(curl -sSi "$rest/skills/sqlite-curl-rest" -X PATCH -H "$token" -H "$json" -H "If-Match: $etag" -d '{
  "level": "BEGINNER", "tags": []
}')
expect '"tags":[],"level":"BEGINNER"'
etag=$(printf '%s\n' "$answer" | tr -d '\r' | sed -n 's/^ETag: //p')
answer=$(curl -sSi "$rest/skills/sqlite-curl-rest" -X DELETE -H "$token" -H "If-Match: $etag")
expect '204 No Content'

answer=$(curl -sS "$graphql" -H "$token" -H "$json" -d '{
  "query": "mutation ($skill: NewSkill!) { createSkill(skill: $skill) { tags etag } }",
  "variables": { "skill": {
    "id": "sqlite-curl-graphql", "name": "SQLite", "categoryIds": ["relational-databases"], "tags": ["sql"]
  } }
}')
expect '"tags":["sql"]'
etag=$(printf '%s\n' "$answer" | sed -n 's/.*"etag":"\([^"]*\)".*/\1/p')
answer=$(curl -sS "$graphql" -H "$token" -H "$json" -d '{
  "query": "mutation ($id: ID!, $etag: String, $patch: SkillPatch!) { updateSkill(id: $id, etag: $etag, patch: $patch) { tags level etag } }",
  "variables": { "id": "sqlite-curl-graphql", "etag": "'"$etag"'", "patch": { "level": "BEGINNER", "tags": [] } }
}')
expect '"tags":[],"level":"BEGINNER"'
etag=$(printf '%s\n' "$answer" | sed -n 's/.*"etag":"\([^"]*\)".*/\1/p')
answer=$(curl -sS "$graphql" -H "$token" -H "$json" -d '{
  "query": "mutation ($id: ID!, $etag: String) { deleteSkill(id: $id, etag: $etag) }",
  "variables": { "id": "sqlite-curl-graphql", "etag": "'"$etag"'" }
}')
expect '"deleteSkill":"sqlite-curl-graphql"'

answer=$(curl -sS "$soap" -H "$token" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:CreateSkill"' -d "$open
  <CreateSkill xmlns='urn:api-rosetta:skills:v1'>
    <skill>
      <id>sqlite-curl-soap</id>
      <name>SQLite</name>
      <categoryIds><item>relational-databases</item></categoryIds>
      <tags><item>sql</item></tags>
    </skill>
  </CreateSkill>
$close")
expect '<tags><item>sql</item></tags>'
etag=$(printf '%s\n' "$answer" | sed -n 's/.*<etag>\([^<]*\)<.*/\1/p')
answer=$(curl -sS "$soap" -H "$token" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:UpdateSkill"' -d "$open
  <UpdateSkill xmlns='urn:api-rosetta:skills:v1'>
    <id>sqlite-curl-soap</id><etag>$etag</etag><patch><tags/><level>BEGINNER</level></patch>
  </UpdateSkill>
$close")
expect '<tags></tags><level>BEGINNER</level>'
etag=$(printf '%s\n' "$answer" | sed -n 's/.*<etag>\([^<]*\)<.*/\1/p')
answer=$(curl -sS "$soap" -H "$token" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:DeleteSkill"' -d "$open
  <DeleteSkill xmlns='urn:api-rosetta:skills:v1'><id>sqlite-curl-soap</id><etag>$etag</etag></DeleteSkill>
$close")
expect '<DeleteSkillResponse'
