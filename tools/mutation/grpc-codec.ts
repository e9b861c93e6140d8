/** gRPC: presence and default values, masks in snake_case, bytes put together by hand. */
import { adapter, change, facts, type Mutant, names, wire } from './mutant';

const codec = change('src/adapters/grpc/wire.ts');
const schema = change('src/adapters/grpc/schema.ts');
export const GRPC_CODEC: readonly Mutant[] = [
  codec(
    'a category goes without its parent',
    'summary: set(summary), parentId, position',
    'summary: set(summary), position',
    wire('getCategory'),
  ),
  codec('a skill goes without its etag', '        etag: skill.etag,\n', '', wire('getSkill')),
  codec(
    'requires and related change places',
    'requires: skill.requires,\n        related: skill.related,',
    'requires: skill.related,\n        related: skill.requires,',
    facts('grpc: getSkill answers every field of git'),
  ),
  codec(
    'a demonstration goes without its note',
    '({ path, note: set(note) })',
    '({ path })',
    facts('grpc: getSkill answers every field of git'),
  ),
  schema(
    'a time goes without its milliseconds',
    'nanos: set((((ms % 1000) + 1000) % 1000) * 1_000_000)',
    'nanos: undefined',
    wire('createSkill'),
  ),
  schema(
    'a time is read without its milliseconds',
    '+ nanos / 1_000_000',
    '+ 0 * nanos',
    facts('grpc: createSkill answers all that was given'),
  ),
  codec(
    'an empty summary is sent',
    'summary: set(skill.summary)',
    'summary: skill.summary',
    wire('getSkill-absent-and-empty'),
  ),
  codec(
    'a page goes without its total',
    '{ nextPageToken, totalSize: set(totalSize) }',
    '{ nextPageToken }',
    wire('listSkills'),
  ),
  codec(
    'a page goes without its token',
    '{ nextPageToken, totalSize: set(totalSize) }',
    '{ totalSize: set(totalSize) }',
    wire('listSkills'),
  ),
  codec(
    'a batch forgets what is missing',
    'serialize({ missingIds })',
    'serialize({})',
    wire('batchGetSkills'),
  ),
  codec(
    'the edges of a path are turned round',
    'edges: edges.map(({ skillId, requiresId }) => ({ skillId, requiresId })),',
    'edges: edges.map(({ skillId, requiresId }) => ({ skillId: requiresId, requiresId: skillId })),',
    wire('getLearningPath'),
  ),
  schema(
    'the levels change their numbers at both ends',
    "BEGINNER: 'SKILL_LEVEL_BEGINNER',\n  INTERMEDIATE: 'SKILL_LEVEL_INTERMEDIATE',\n  ADVANCED: 'SKILL_LEVEL_ADVANCED',",
    "BEGINNER: 'SKILL_LEVEL_ADVANCED',\n  INTERMEDIATE: 'SKILL_LEVEL_INTERMEDIATE',\n  ADVANCED: 'SKILL_LEVEL_BEGINNER',",
    wire('getSkill'),
  ),
  schema(
    'an order by time has another name at both ends',
    "UPDATE_TIME: 'update_time',",
    "UPDATE_TIME: 'updateTime',",
    names('grpc orders'),
  ),
  codec(
    'an empty list is read as absent',
    'tags: ({ tags }) => tags ?? [],',
    'tags: ({ tags }) => tags,',
    facts('grpc: getSkill answers every field of docker'),
  ),
  codec(
    'an absent level is read as null',
    'decodeLevel(level) ?? undefined',
    'decodeLevel(level) as never',
    facts('grpc: getSkill keeps an absent level absent'),
  ),
  codec(
    'an absent parent is read as empty',
    'parentId: ({ parentId }) => parentId,',
    "parentId: ({ parentId }) => parentId ?? '',",
    facts('grpc: listCategories keeps an absent parentId absent'),
  ),
  codec(
    'what was not asked for is read as empty',
    'fields?.length ? all.filter((name) => fields.includes(name)) : all',
    'fields?.length ? all : all',
    facts('grpc: getSkill answers tags alone'),
  ),
  codec(
    'masks are sent in camelCase',
    '{ paths: paths.map(snakeCase) }',
    '{ paths: [...paths] }',
    names('grpc sends masks'),
  ),
  codec(
    'masks are read in snake_case',
    '{ fields: readMask.paths.map(camelCase) }',
    '{ fields: readMask.paths }',
    facts('grpc: getSkill answers categoryIds alone'),
  ),
  codec(
    '* in an update mask is no wildcard',
    "path === '*' ? Object.keys(values) : path",
    'path',
    adapter('grpc.test', 'update_mask (AIP-134): * takes all of it'),
  ),
  codec(
    'an update without a mask changes nothing',
    '(updateMask.paths ?? []).map(camelCase) : set;',
    '(updateMask.paths ?? []).map(camelCase) : [];',
    adapter('grpc.test', 'update_mask (AIP-134): without a mask'),
  ),
  codec(
    'undefined in a patch is masked',
    '.filter((name) => patch[name as keyof SkillPatch] !== undefined)',
    '',
    facts('grpc: updateSkill changes nothing by an empty patch'),
  ),
  codec('a search text is not sent', '  text: query.text,\n', '', wire('listSkills-invalid')),
  codec(
    'a page token is not read',
    '  ...(pageToken !== undefined && { pageToken }),\n',
    '',
    facts('grpc: listSkills pages the total on every page'),
  ),
  codec('the etag of a write is lost', '  ...(etag !== undefined && { etag }),\n', '', wire('updateSkill')),
  schema(
    'the statuses of progress change their numbers at both ends',
    "PLANNED: 'PROGRESS_STATUS_PLANNED',\n  LEARNING: 'PROGRESS_STATUS_LEARNING',",
    "PLANNED: 'PROGRESS_STATUS_LEARNING',\n  LEARNING: 'PROGRESS_STATUS_PLANNED',",
    adapter('grpc/calls', 'progress has the numbers of the .proto'),
  ),
  schema(
    'a value that we do not know is dropped',
    '?? (named as T)',
    "?? ('' as T)",
    adapter('grpc/calls', 'a status of progress'),
  ),
  codec(
    'a path forgets what is learned',
    '      learnedIds,\n',
    '',
    adapter('grpc/calls', 'progress has the numbers of the .proto, and a learning path'),
  ),
];
