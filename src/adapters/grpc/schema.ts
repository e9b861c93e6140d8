/** The .proto files, loaded at start: proto-loader makes a serializer for every message. */
import type { MethodDefinition } from '@grpc/grpc-js';
import { type AnyDefinition, loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import type { ProgressStatus, SkillLevel, SkillOrder } from '../../contract/model';
import { OPERATION_NAMES, type Operation } from '../../contract/skills-api';
import { contractPath } from '../common/contract-file';
import { contractNames } from '../common/contract-names';

export const SERVICE_NAME = 'skills.v1.SkillsService';

const options = { includeDirs: [contractPath('protos')], enums: String, longs: Number };

export const PACKAGE = loadSync('skills/v1/skills.proto', options);
const GOOGLE_RPC = loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], options);

/** A message as proto-loader reads and writes it: camelCase, enums by name, default values left out. */
// biome-ignore lint/suspicious/noExplicitAny: the shapes are in the .proto; the codecs list the fields.
export type Message = any;

/** Finds a definition by its full name, or by its name without `skills.v1.` or `google.`. */
export const definition = (name: string): AnyDefinition | undefined =>
  [name, `skills.v1.${name}`, `google.${name}`].map((one) => GOOGLE_RPC[one] ?? PACKAGE[one]).find(Boolean);

export const messageType = (name: string) =>
  definition(name) as unknown as { serialize(message: Message): Buffer };

/** The method of each operation. @public */
export const ROUTES = {
  listCategories: 'ListCategories',
  getCategory: 'GetCategory',
  getSkill: 'GetSkill',
  listSkills: 'ListSkills',
  batchGetSkills: 'BatchGetSkills',
  getLearningPath: 'GetLearningPath',
  createSkill: 'CreateSkill',
  updateSkill: 'UpdateSkill',
  deleteSkill: 'DeleteSkill',
  setProgress: 'SetProgress',
  listProgress: 'ListProgress',
} as const satisfies Record<Operation, string>;

const SERVICE = PACKAGE[SERVICE_NAME] as ServiceDefinition;
export const METHODS = Object.fromEntries(
  OPERATION_NAMES.map((operation) => [operation, SERVICE[ROUTES[operation]]]),
) as unknown as Record<Operation, MethodDefinition<Message, Message>>;

/** Enum values carry the enum's name (Protobuf style guide); an order is a field and a direction (AIP-132). */
export const ORDERS = {
  NAME: 'name',
  NAME_DESC: 'name desc',
  UPDATE_TIME: 'update_time',
  UPDATE_TIME_DESC: 'update_time desc',
} as const satisfies Record<SkillOrder, string>;

export const LEVELS = {
  BEGINNER: 'SKILL_LEVEL_BEGINNER',
  INTERMEDIATE: 'SKILL_LEVEL_INTERMEDIATE',
  ADVANCED: 'SKILL_LEVEL_ADVANCED',
} as const satisfies Record<SkillLevel, string>;

export const STATUSES = {
  PLANNED: 'PROGRESS_STATUS_PLANNED',
  LEARNING: 'PROGRESS_STATUS_LEARNING',
  LEARNED: 'PROGRESS_STATUS_LEARNED',
} as const satisfies Record<ProgressStatus, string>;

/** An error names fields as the request message does (AIP-193), and metadata by its key. */
export const NAMES = contractNames(
  {
    pageSize: 'page_size',
    pageToken: 'page_token',
    orderBy: 'order_by',
    fields: 'read_mask.paths', // AIP-157
    'skill.categoryIds': 'skill.category_ids',
    'patch.categoryIds': 'patch.category_ids',
    skillId: 'skill_id',
    idempotencyKey: 'request_id', // AIP-155
    'X-Request-Id': 'x-request-id',
  },
  {
    orderBy: ORDERS,
    level: LEVELS,
    status: STATUSES,
    fields: {
      parentId: 'parent_id',
      categoryIds: 'category_ids',
      createTime: 'create_time',
      updateTime: 'update_time',
    },
  },
);
