#!/bin/sh
# curl: only the token identifies the learner; it is the same header in all three.
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

answer=$(curl -sS "$rest/progress/python" -X PUT -H "$token" -H "$json" -d '{ "status": "LEARNED" }')
expect '"skillId":"python","status":"LEARNED"'
answer=$(curl -sS "$rest/progress" -H "$token")
expect '"skillId":"python","status":"LEARNED"'
answer=$(curl -sS "$rest/skills/celery/learning-path?fields=id" -H "$token")
expect '"learnedIds":["python"'

answer=$(curl -sS "$graphql" -H "$token" -H "$json" -d '{
  "query": "mutation { setProgress(skillId: \"python\", status: LEARNED) { skillId status } }"
}')
expect '"skillId":"python","status":"LEARNED"'
answer=$(curl -sS "$graphql" -H "$token" -H "$json" -d '{
  "query": "{ progress { nodes { skillId status } } skill(id: \"celery\") { learningPath { learnedIds } } }"
}')
expect '"skillId":"python","status":"LEARNED"' '"learnedIds":["python"'

answer=$(curl -sS "$soap" -H "$token" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:SetProgress"' -d "$open
  <SetProgress xmlns='urn:api-rosetta:skills:v1'><skillId>python</skillId><status>LEARNED</status></SetProgress>
$close")
expect '<skillId>python</skillId><status>LEARNED</status>'
answer=$(curl -sS "$soap" -H "$token" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:ListProgress"' -d "$open
  <ListProgress xmlns='urn:api-rosetta:skills:v1'/>
$close")
expect '<skillId>python</skillId><status>LEARNED</status>'
answer=$(curl -sS "$soap" -H "$token" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:GetLearningPath"' -d "$open
  <GetLearningPath xmlns='urn:api-rosetta:skills:v1'>
    <id>celery</id>
    <fields><item>id</item></fields>
  </GetLearningPath>
$close")
expect '<learnedIds><item>python</item>'
