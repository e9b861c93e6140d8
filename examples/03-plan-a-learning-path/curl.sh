#!/bin/sh
# curl: all three responses list the skills in an order of learning, the requested one last.
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

answer=$(curl -sS "$rest/skills/celery/learning-path?fields=id")
expect '[{"id":"python"},{"id":"json"},{"id":"rest"},{"id":"background-tasks"},{"id":"celery"}]' \
  '{"skillId":"celery","requiresId":"background-tasks"}'

answer=$(curl -sS "$graphql" -H "$json" -d '{
  "query": "{ skill(id: \"celery\") { learningPath { skills { id } edges { skillId requiresId } } } }"
}')
expect '[{"id":"python"},{"id":"json"},{"id":"rest"},{"id":"background-tasks"},{"id":"celery"}]' \
  '{"skillId":"celery","requiresId":"background-tasks"}'

answer=$(curl -sS "$soap" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:GetLearningPath"' -d "$open
  <GetLearningPath xmlns='urn:api-rosetta:skills:v1'>
    <id>celery</id>
    <fields><item>id</item></fields>
  </GetLearningPath>
$close")
expect '<id>rest</id></item><item><id>background-tasks</id></item><item><id>celery</id></item></skills>' \
  '<item><skillId>celery</skillId><requiresId>background-tasks</requiresId></item>'
