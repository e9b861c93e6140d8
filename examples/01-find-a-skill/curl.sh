#!/bin/sh
# curl: a REST request is a URL, a GraphQL request a JSON document with a query, a SOAP request an envelope; -d sends a POST.
set -eu
rest=${REST_URL:-http://127.0.0.1:4001/api}
graphql=${GRAPHQL_URL:-http://127.0.0.1:4002/graphql}
soap=${SOAP_URL:-http://127.0.0.1:4004/soap}
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

answer=$(curl -sS "$rest/skills?q=json+web+token&fields=id,name")
expect '"items":[{"id":"jwt","name":"JWT"}]'
answer=$(curl -sS "$rest/skills/jwt?fields=name,level,requires")
expect '{"name":"JWT","level":"INTERMEDIATE","requires":["json","hashing"]}'

answer=$(curl -sS "$graphql" -H "$json" -d '{
  "query": "{ skills(filter: { text: \"json web token\" }) { nodes { id name } totalSize } }"
}')
expect '"nodes":[{"id":"jwt","name":"JWT"}]'
answer=$(curl -sS "$graphql" -H "$json" -d '{
  "query": "query ($id: ID!) { skill(id: $id) { name level requires { id } } }",
  "variables": { "id": "jwt" }
}')
expect '{"name":"JWT","level":"INTERMEDIATE","requires":[{"id":"json"},{"id":"hashing"}]}'

answer=$(curl -sS "$soap" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:ListSkills"' -d "$open
  <ListSkills xmlns='urn:api-rosetta:skills:v1'>
    <text>json web token</text>
    <fields><item>id</item><item>name</item></fields>
  </ListSkills>
$close")
expect '<items><item><id>jwt</id><name>JWT</name></item></items>'
answer=$(curl -sS "$soap" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:GetSkill"' -d "$open
  <GetSkill xmlns='urn:api-rosetta:skills:v1'>
    <id>jwt</id>
    <fields><item>name</item><item>level</item><item>requires</item></fields>
  </GetSkill>
$close")
expect '<requires><item>json</item><item>hashing</item></requires>'
