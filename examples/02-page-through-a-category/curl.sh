#!/bin/sh
# curl: each round extracts the next page token from the response, until there is none.
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

pages=0 token=''
while [ $pages -eq 0 ] || [ "$token" ]; do
  answer=$(curl -sS "$rest/skills?category=security&pageSize=4&fields=id${token:+&pageToken=$token}")
  token=$(printf '%s\n' "$answer" | sed -n 's/.*"nextPageToken":"\([^"]*\)".*/\1/p')
  pages=$((pages + 1))
  echo "page $pages${token:+, then $token}"
done
expect '{"items":[{"id":"xss"}],"totalSize":9}'
[ $pages -eq 3 ]

pages=0 token=''
while [ $pages -eq 0 ] || [ "$token" ]; do
  answer=$(curl -sS "$graphql" -H "$json" -d '{
    "query": "query ($filter: SkillFilter, $after: String) { skills(filter: $filter, first: 4, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } totalSize } }",
    "variables": { "filter": { "category": "security" }, "after": '"${token:-null}"' }
  }')
  token=$(printf '%s\n' "$answer" | sed -n 's/.*"hasNextPage":true,"endCursor":\("[^"]*"\).*/\1/p')
  pages=$((pages + 1))
  echo "page $pages${token:+, then $token}"
done
expect '"nodes":[{"id":"xss"}]' '"totalSize":9'
[ $pages -eq 3 ]

pages=0 token=''
while [ $pages -eq 0 ] || [ "$token" ]; do
  answer=$(curl -sS "$soap" -H "$xml" -H 'SOAPAction: "urn:api-rosetta:skills:v1:ListSkills"' -d "$open
    <ListSkills xmlns='urn:api-rosetta:skills:v1'>
      <category>security</category>
      <pageSize>4</pageSize>
      ${token:+<pageToken>$token</pageToken>}
      <fields><item>id</item></fields>
    </ListSkills>
  $close")
  token=$(printf '%s\n' "$answer" | sed -n 's/.*<nextPageToken>\([^<]*\)<.*/\1/p')
  pages=$((pages + 1))
  echo "page $pages${token:+, then $token}"
done
expect '<items><item><id>xss</id></item></items><totalSize>9</totalSize>'
[ $pages -eq 3 ]
