/** The four contract documents: a name, an optionality, an enum value, an order or a number that drifts from the model. */
import { openapi, proto, sdl, wsdl } from '../documents';
import { type Mutant, mutant } from '../mutant';
import { at } from '../place';
import { drift, rest } from '../tests';

export const CONTRACTS: readonly Mutant[] = [
  mutant(
    'OpenAPI renames an operation',
    drift('rest'),
    openapi('/paths/~1skills~1{id}/get/operationId').set('fetchSkill'),
  ),
  mutant(
    'OpenAPI makes a total optional',
    drift('rest'),
    openapi('/components/schemas/SkillPage/required/1').remove(),
  ),
  mutant(
    'OpenAPI documents another status',
    rest('responses match', 'createSkill, updateSkill'),
    openapi('/paths/~1skills/post/responses/201').rename('202'),
  ),
  mutant('SDL renames a field', drift('graphql'), sdl('Skill.aliases').rename('aliasNames')),
  mutant(
    'SDL loses the idempotency key of a mutation',
    drift('graphql'),
    sdl('Mutation.deleteSkill.idempotencyKey').remove(),
  ),
  mutant(
    '.proto renames a field',
    drift('grpc'),
    proto('ListSkillsResponse.next_page_token').rename('page_token'),
  ),
  mutant('.proto changes the number of a field', drift(), proto('Skill.etag').setNumber(14)),
  mutant('.proto makes parent_id required', drift('grpc'), proto('Category.parent_id').removeLabel()),
  mutant(
    '.proto has its operations in another order',
    drift('grpc'),
    proto('SkillsService.GetCategory').swapWith('GetSkill'),
  ),
  mutant(
    'WSDL renames an element',
    drift('soap'),
    wsdl('ListSkillsResponse', 'totalSize').set('name', 'total'),
  ),
  mutant('WSDL renames a level', drift('soap'), wsdl('SkillLevel', 'INTERMEDIATE').set('value', 'MEDIUM')),
  mutant(
    'WSDL has a level that cannot be removed',
    drift('soap'),
    wsdl('SkillPatch', 'level').removeAttribute('nillable'),
  ),
  mutant(
    'WSDL gives two operations one SOAPAction',
    drift('soap'),
    wsdl('urn:api-rosetta:skills:v1:GetSkill').set('soapAction', 'urn:api-rosetta:skills:v1:GetCategory'),
  ),
  mutant(
    'the model has its operations in another order',
    drift(),
    at('src/contract').in('OPERATIONS').member('getCategory').rename('getSkill'),
    at('src/contract').in('OPERATIONS').member('getSkill').rename('getCategory'),
  ),
];
