#!/bin/sh
# curl: curl exits with 0 for an HTTP error too; -i prints the status above the body.
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

answer=$(curl -sSi "$rest/skills/cobol")
expect '404 Not Found' '"reason":"SKILL_NOT_FOUND"'
answer=$(curl -sSi "$rest/skills/git" -X PATCH -H "$json" -d '{ "summary": "Mine" }')
expect '401 Unauthorized' 'WWW-Authenticate: Bearer' '"reason":"TOKEN_REQUIRED"'
answer=$(curl -sSi "$rest/skills/git" -X PATCH -H "$token" -H "$json" -d '{ "summary": "Mine" }')
expect '428 Precondition Required' '"reason":"ETAG_REQUIRED"'
answer=$(curl -sSi "$rest/skills/git" -X PATCH -H "$token" -H "$json" -H 'If-Match: "read-long-ago"' -d '{ "summary": "Mine" }')
expect '412 Precondition Failed' '"reason":"ETAG_MISMATCH"'
answer=$(curl -sSi "$rest/skills/git" -X PATCH -H "$token" -H "$json" -H 'If-Match: "read-long-ago"' -d '{ "name": "" }')
expect '400 Bad Request' '"reason":"INVALID_INPUT"' '"pointer":"#/name"'

answer=$(curl -sSi "$graphql" -H "$json" -d '{ "query": "{ skill(id: \"cobol\") { name } }" }')
expect '200 OK' '"reason":"SKILL_NOT_FOUND"'
answer=$(curl -sSi "$graphql" -H "$json" -d '{
  "query": "mutation { updateSkill(id: \"git\", patch: { summary: \"Mine\" }) { etag } }"
}')
expect '"reason":"TOKEN_REQUIRED"'
answer=$(curl -sSi "$graphql" -H "$token" -H "$json" -d '{
  "query": "mutation { updateSkill(id: \"git\", patch: { summary: \"Mine\" }) { etag } }"
}')
expect '"reason":"ETAG_REQUIRED"'
answer=$(curl -sSi "$graphql" -H "$token" -H "$json" -d '{
  "query": "mutation { updateSkill(id: \"git\", etag: \"read-long-ago\", patch: { summary: \"Mine\" }) { etag } }"
}')
expect '"reason":"ETAG_MISMATCH"'
answer=$(curl -sSi "$graphql" -H "$token" -H "$json" -d '{
  "query": "mutation { updateSkill(id: \"git\", etag: \"read-long-ago\", patch: { name: \"\" }) { etag } }"
}')
expect '"reason":"INVALID_INPUT"' '"field":"patch.name"'

answer=$(curl -sSi "$soap" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:GetSkill"' -d "$open
  <GetSkill xmlns='urn:api-rosetta:skills:v1'><id>cobol</id></GetSkill>
$close")
expect '500 Internal Server Error' '<reason>SKILL_NOT_FOUND</reason>'
answer=$(curl -sSi "$soap" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:UpdateSkill"' -d "$open
  <UpdateSkill xmlns='urn:api-rosetta:skills:v1'>
    <id>git</id><patch><summary>Mine</summary></patch>
  </UpdateSkill>
$close")
expect '<reason>TOKEN_REQUIRED</reason>'
answer=$(curl -sSi "$soap" -H "$token" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:UpdateSkill"' -d "$open
  <UpdateSkill xmlns='urn:api-rosetta:skills:v1'>
    <id>git</id><patch><summary>Mine</summary></patch>
  </UpdateSkill>
$close")
expect '<reason>ETAG_REQUIRED</reason>'
answer=$(curl -sSi "$soap" -H "$token" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:UpdateSkill"' -d "$open
  <UpdateSkill xmlns='urn:api-rosetta:skills:v1'>
    <id>git</id><etag>read-long-ago</etag><patch><summary>Mine</summary></patch>
  </UpdateSkill>
$close")
expect '<reason>ETAG_MISMATCH</reason>'
answer=$(curl -sSi "$soap" -H "$token" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:UpdateSkill"' -d "$open
  <UpdateSkill xmlns='urn:api-rosetta:skills:v1'>
    <id>git</id><etag>read-long-ago</etag><patch><name></name></patch>
  </UpdateSkill>
$close")
expect '<reason>INVALID_INPUT</reason>' '<field>patch.name</field>'
