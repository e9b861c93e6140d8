/** The four documents and the tables of src/contract: a field, its optionality, an enum value, an order, a number. */
import { adapter, change, DRIFT, type Mutant } from './mutant';

const openapi = change('openapi/skills.json');
const graphql = change('graphql/skills.graphql');
const proto = change('protos/skills/v1/skills.proto');
const wsdl = change('wsdl/skills.wsdl');
const contract = change('src/contract/skills-api.ts');

export const CONTRACTS: readonly Mutant[] = [
  openapi('OpenAPI renames an operation', '"operationId": "getSkill"', '"operationId": "fetchSkill"', DRIFT),
  openapi('OpenAPI renames a parameter', '"name": "q"', '"name": "text"', DRIFT),
  openapi(
    'OpenAPI loses a level',
    '["BEGINNER", "INTERMEDIATE", "ADVANCED"]',
    '["BEGINNER", "ADVANCED"]',
    DRIFT,
  ),
  openapi('OpenAPI renames an order', '"updateTime desc"]', '"updateTime down"]', DRIFT),
  openapi(
    'OpenAPI lets a total be left out',
    '"required": ["items", "totalSize"]',
    '"required": ["items"]',
    DRIFT,
  ),
  openapi(
    'OpenAPI loses a status of progress',
    '["PLANNED", "LEARNING", "LEARNED"]',
    '["PLANNED", "LEARNED"]',
    DRIFT,
  ),
  openapi(
    'OpenAPI promises another status',
    '"201": {',
    '"200": {',
    adapter('rest.test', 'a skill is made, changed and deleted'),
  ),

  graphql('SDL renames a field', '  aliases: [String!]!\n', '  aliasNames: [String!]!\n', DRIFT),
  graphql(
    'SDL makes the level required',
    '  level: SkillLevel\n  "The skills',
    '  level: SkillLevel!\n  "The skills',
    DRIFT,
  ),
  graphql('SDL loses an order', '  NAME_DESC\n', '', DRIFT),
  graphql('SDL renames an argument', 'first: Int, after', 'limit: Int, after', DRIFT),
  graphql(
    'SDL has another order',
    '  category(id: ID!): Category\n  skill(id: ID!): Skill\n',
    '  skill(id: ID!): Skill\n  category(id: ID!): Category\n',
    DRIFT,
  ),
  graphql(
    'SDL gives a mutation no key',
    'deleteSkill(id: ID!, etag: String, idempotencyKey: String)',
    'deleteSkill(id: ID!, etag: String)',
    DRIFT,
  ),
  graphql('SDL lets what is learned be absent', 'learnedIds: [ID!]!', 'learnedIds: [ID!]', DRIFT),
  graphql('SDL counts in fractions', 'totalSize: Int!', 'totalSize: Float!', DRIFT),

  proto('the .proto renames a field', 'string next_page_token = 2;', 'string page_token = 2;', DRIFT),
  proto('the .proto numbers a field anew', 'string etag = 13;', 'string etag = 14;', DRIFT),
  proto(
    'the .proto makes the parent required',
    'optional string parent_id = 4;',
    'string parent_id = 4;',
    DRIFT,
  ),
  proto('the .proto loses a level', '  SKILL_LEVEL_ADVANCED = 3;\n', '', DRIFT),
  proto(
    'the .proto has another order',
    '  rpc GetCategory(GetCategoryRequest) returns (GetCategoryResponse);\n  rpc GetSkill(GetSkillRequest) returns (GetSkillResponse);\n',
    '  rpc GetSkill(GetSkillRequest) returns (GetSkillResponse);\n  rpc GetCategory(GetCategoryRequest) returns (GetCategoryResponse);\n',
    DRIFT,
  ),
  proto('the .proto loses a status', '  PROGRESS_STATUS_LEARNED = 3;\n', '', DRIFT),
  proto('the .proto names one learned skill', 'repeated string learned_ids', 'string learned_ids', DRIFT),
  proto('the .proto has one edge', 'repeated PathEdge edges = 2;', 'PathEdge edges = 2;', DRIFT),

  wsdl('WSDL renames an element', '<xs:element name="totalSize"', '<xs:element name="total"', DRIFT),
  wsdl(
    'WSDL makes a filter required',
    'name="tag" type="xs:string" minOccurs="0"',
    'name="tag" type="xs:string"',
    DRIFT,
  ),
  wsdl('WSDL loses a level', '          <xs:enumeration value="INTERMEDIATE"/>\n', '', DRIFT),
  wsdl('WSDL forgets that a level may be removed', ' nillable="true"', '', DRIFT),
  wsdl(
    'WSDL gives two operations one SOAPAction',
    'soapAction="urn:api-rosetta:skills:v1:GetSkill"',
    'soapAction="urn:api-rosetta:skills:v1:GetCategory"',
    DRIFT,
  ),
  wsdl(
    'WSDL forgets the key',
    '<xs:element name="IdempotencyKey" type',
    '<xs:element name="Key" type',
    DRIFT,
  ),
  wsdl('WSDL counts in text', 'name="totalSize" type="xs:int"', 'name="totalSize" type="xs:string"', DRIFT),

  contract(
    'the operations stand in another order',
    "  getCategory: 'read',\n  getSkill: 'read',",
    "  getSkill: 'read',\n  getCategory: 'read',",
    DRIFT,
  ),
  change('src/contract/inputs.ts')(
    'the check of a patch knows a field less',
    '  aliases: set(text(LIMITS.nameCharsMax, 1)).optional(),\n',
    '',
    DRIFT,
  ),
];
