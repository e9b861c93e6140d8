/** GraphQL: documents and their selections, null and absent, the connection. */
import { adapter, change, facts, type Mutant, names, wire } from './mutant';

const codec = change('src/adapters/graphql/wire.ts');
export const GRAPHQL_CODEC: readonly Mutant[] = [
  codec(
    'a skill is asked for without its aliases',
    "aliases: 'aliases'",
    "aliases: 'name'",
    wire('getSkill'),
  ),
  codec(
    'a category is asked for without its parent',
    "parentId: 'parentId'",
    "parentId: 'id'",
    wire('getCategory'),
  ),
  codec(
    'what a skill requires is asked for as what is related to it',
    "requires: 'requires { id }'",
    "requires: 'requires: related { id }'",
    facts('graphql: getSkill answers every field of git'),
  ),
  codec('a demonstration is asked for without its note', '{ path note }', '{ path }', wire('getSkill')),
  codec(
    'a batch does not ask for what is missing',
    '} missingIds }',
    '} }',
    facts('graphql: batchGetSkills'),
  ),
  codec(
    'the edges of a path are asked for the wrong way round',
    'edges { skillId requiresId }',
    'edges { skillId: requiresId requiresId: skillId }',
    facts('graphql: getLearningPath'),
  ),
  codec(
    'what is learned of a path is not asked for',
    '} learnedIds } } }',
    '} } } }',
    facts('graphql: getLearningPath'),
  ),
  codec(
    'the key of a progress is not sent on',
    'status: $status, idempotencyKey: $idempotencyKey',
    'status: $status',
    adapter('graphql/guards.test', 'the idempotency key: is sent'),
  ),
  codec(
    'empty fields are asked for as none',
    'input.fields?.length ?',
    'input.fields ?',
    facts('graphql: getSkill reads no fields as all'),
  ),
  codec(
    'fields are not asked for',
    'input.fields?.length ?',
    'input.fields?.length === 99 ?',
    wire('getSkill-fields'),
  ),
  codec(
    'a name that is no field becomes a part of the document',
    'if (!names.every((name) => Object.hasOwn(table, name))) parseInput(operation, input);',
    '',
    names('graphql lets no name'),
  ),
  codec(
    'a level that is null is not absent',
    'level != null',
    'level !== undefined',
    facts('graphql: getSkill keeps an absent level absent'),
  ),
  codec(
    'a parent that is null is not absent',
    'parentId != null',
    'parentId !== undefined',
    facts('graphql: listCategories keeps an absent parentId absent'),
  ),
  codec(
    'what is related stays an object',
    'related: related.map(({ id }) => id)',
    'related: related as never',
    facts('graphql: getSkill answers every field of git'),
  ),
  codec(
    'the last page has a next one',
    '...(pageInfo.hasNextPage &&',
    '...(pageInfo.endCursor &&',
    facts('graphql: listSkills finds one skill'),
  ),
  codec(
    'no page has a next one',
    'hasNextPage: nextPageToken !== undefined',
    'hasNextPage: false',
    wire('listSkills'),
  ),
  codec(
    'a page counts only its own items',
    '    },\n    totalSize,\n  };',
    '    },\n    totalSize: items.length,\n  };',
    wire('listSkills'),
  ),
  codec(
    "an edge has the page's last cursor",
    'cursor: () => cursor(node)',
    'cursor: () => cursor(items[items.length - 1] ?? node)',
    adapter('graphql.test', "Relay's connection: edges and nodes"),
  ),
  codec(
    'a tag is not sent',
    'filter: { category, tag, text }',
    'filter: { category, text }',
    facts('graphql: listSkills finds a tag'),
  ),
  codec(
    'the order is not read',
    'withoutNulls({ ...filter, orderBy,',
    'withoutNulls({ ...filter,',
    wire('listSkills'),
  ),
  codec(
    'a page token is not read',
    'pageSize: first, pageToken: after });',
    'pageSize: first });',
    facts('graphql: listSkills pages the total on every page'),
  ),
  codec(
    'null is not as absent',
    'value !== null && value !== undefined',
    'value !== undefined',
    adapter('graphql.test', 'nulls: null is as absent'),
  ),
  codec(
    'null in a patch is as absent',
    'SkillPatch => ({ ...patch })',
    'SkillPatch => withoutNulls({ ...patch })',
    adapter('graphql.test', 'nulls: in a patch, absent leaves'),
  ),
  codec(
    'the etag of a write is lost',
    'withoutNulls({ id: input.id, etag: input.etag })',
    'withoutNulls({ id: input.id })',
    wire('updateSkill'),
  ),
];
