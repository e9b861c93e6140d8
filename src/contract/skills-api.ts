/** `SkillsApi`: the domain implements it, servers expose it, and clients implement it. Its order is the order of operations. */
import type { CallContext } from './context';
import type {
  Category,
  CategoryField,
  LearningPath,
  NewSkill,
  Page,
  Progress,
  ProgressStatus,
  Skill,
  SkillBatch,
  SkillField,
  SkillOrder,
  SkillPatch,
} from './model';

/** A partial response (AIP-157): the response has only these fields. Absent or empty means all. */
export interface Fields<F> {
  readonly fields?: readonly F[];
}

export interface ById {
  readonly id: string;
}

/** A page of a list (AIP-158). */
export interface Paging {
  /** Default 20, also for 0. A value over 200 means 200. A page may have fewer items: it has at most 2 MiB. */
  readonly pageSize?: number;
  /** The `nextPageToken` of a page of the same list, from any protocol. Empty for the first page. */
  readonly pageToken?: string;
}

/** Pages with the same category, tag, text and order are pages of one list. */
export interface ListSkills extends Paging {
  /** Only skills in this category or below it. NOT_FOUND for an unknown category. */
  readonly category?: string;
  readonly tag?: string;
  /** Every word must be a prefix of a word in the name, the summary or an alias. Case and accents are ignored. */
  readonly text?: string;
  /** Default NAME. Equal values are ordered by id. */
  readonly orderBy?: SkillOrder;
}

export interface BatchGetSkills {
  /** 1 to 100. */
  readonly ids: readonly string[];
}

export interface CreateSkill {
  readonly skill: NewSkill;
}

/** The precondition of a write: FAILED_PRECONDITION if it is absent, ABORTED if it is stale. */
export interface Precondition {
  /** The etag that was last read, or `*` for any version. */
  readonly etag?: string;
}

export interface UpdateSkill extends ById, Precondition {
  readonly patch: SkillPatch;
}

export interface DeleteSkill extends ById, Precondition {}

export interface SetProgress {
  readonly skillId: string;
  readonly status: ProgressStatus;
}

/**
 * All operations of the service. Each rejects with a SkillsError: INVALID_ARGUMENT for an invalid input, NOT_FOUND for an
 * unknown id, and the errors in its comment. Writing skills needs the scope `skills:write`, and progress needs a learner:
 * UNAUTHENTICATED without a valid token, PERMISSION_DENIED if the token is not sufficient.
 */
export interface SkillsApi {
  /** Parents before children, siblings by position. */
  listCategories<F extends CategoryField = CategoryField>(
    input: Paging & Fields<F>,
    context?: CallContext,
  ): Promise<Page<Pick<Category, F>>>;

  getCategory<F extends CategoryField = CategoryField>(
    input: ById & Fields<F>,
    context?: CallContext,
  ): Promise<Pick<Category, F>>;

  getSkill<F extends SkillField = SkillField>(
    input: ById & Fields<F>,
    context?: CallContext,
  ): Promise<Pick<Skill, F>>;

  listSkills<F extends SkillField = SkillField>(
    input: ListSkills & Fields<F>,
    context?: CallContext,
  ): Promise<Page<Pick<Skill, F>>>;

  batchGetSkills<F extends SkillField = SkillField>(
    input: BatchGetSkills & Fields<F>,
    context?: CallContext,
  ): Promise<SkillBatch<Pick<Skill, F>>>;

  getLearningPath<F extends SkillField = SkillField>(
    input: ById & Fields<F>,
    context?: CallContext,
  ): Promise<LearningPath<Pick<Skill, F>>>;

  /** ALREADY_EXISTS for an id in use; INVALID_ARGUMENT for a reference to an unknown skill or category. */
  createSkill(input: CreateSkill, context?: CallContext): Promise<Skill>;

  /** FAILED_PRECONDITION if the change would make a skill require itself. */
  updateSkill(input: UpdateSkill, context?: CallContext): Promise<Skill>;

  /** FAILED_PRECONDITION if other skills require the skill. */
  deleteSkill(input: DeleteSkill, context?: CallContext): Promise<void>;

  /** Sets the progress of the caller. */
  setProgress(input: SetProgress, context?: CallContext): Promise<Progress>;

  /** The progress of the caller, ordered by skill id. */
  listProgress(input: Paging, context?: CallContext): Promise<Page<Progress>>;
}

export type Operation = keyof SkillsApi;
export type Input<O extends Operation> = Parameters<SkillsApi[O]>[0];
export type Output<O extends Operation> = Awaited<ReturnType<SkillsApi[O]>>;

/** The kind of each operation, in the order of operations. */
export const OPERATIONS = {
  listCategories: 'read',
  getCategory: 'read',
  getSkill: 'read',
  listSkills: 'read',
  batchGetSkills: 'read',
  getLearningPath: 'read',
  createSkill: 'write',
  updateSkill: 'write',
  deleteSkill: 'write',
  setProgress: 'write',
  listProgress: 'read',
} as const satisfies Record<Operation, 'read' | 'write'>;

export const OPERATION_NAMES = Object.keys(OPERATIONS) as Operation[];
