/** The one interface: the domain implements it, each protocol serves it and is a client of it. THE order is here. */
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

/** A partial response (AIP-157): only these fields are answered. Absent or empty means all. */
export interface Fields<F> {
  readonly fields?: readonly F[];
}

export interface ById {
  readonly id: string;
}

export interface ListSkills {
  /** Only skills in this category or below it. NOT_FOUND where there is no such category. */
  readonly category?: string;
  readonly tag?: string;
  /** Every word must begin a word of the name, the summary or an alias; case and accents do not matter. */
  readonly text?: string;
  /** NAME when absent; ties stand by id. */
  readonly orderBy?: SkillOrder;
  /** 20 when absent or 0; a larger one than 200 is read as 200 (AIP-158). */
  readonly pageSize?: number;
  /** A page's `nextPageToken`, with the same category, tag, text and order, from whichever protocol; empty for the first. */
  readonly pageToken?: string;
}

export interface BatchGetSkills {
  /** 1 to 100. */
  readonly ids: readonly string[];
}

export interface CreateSkill {
  readonly skill: NewSkill;
}

/** `etag` is the one last read, or `*` for whatever is there; FAILED_PRECONDITION when absent, ABORTED when stale. */
export interface DeleteSkill extends ById {
  readonly etag?: string;
}

export interface UpdateSkill extends DeleteSkill {
  readonly patch: SkillPatch;
}

export interface SetProgress {
  readonly skillId: string;
  readonly status: ProgressStatus;
}

/**
 * Every operation of the service. Each rejects with a SkillsError: INVALID_ARGUMENT for a bad input, NOT_FOUND for an
 * unknown id, and what is said beside it. Writing skills needs the scope `skills:write`, progress a signed-in learner:
 * UNAUTHENTICATED without a valid token, PERMISSION_DENIED with one that is not enough.
 */
export interface SkillsApi {
  /** All categories: parents before children, siblings by position. */
  listCategories<F extends CategoryField = CategoryField>(
    input: Fields<F>,
    context?: CallContext,
  ): Promise<readonly Pick<Category, F>[]>;

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

  /** ALREADY_EXISTS for an id in use; INVALID_ARGUMENT for a reference to nothing. */
  createSkill(input: CreateSkill, context?: CallContext): Promise<Skill>;

  /** FAILED_PRECONDITION where the change would make a skill require itself. */
  updateSkill(input: UpdateSkill, context?: CallContext): Promise<Skill>;

  /** FAILED_PRECONDITION while other skills require it. */
  deleteSkill(input: DeleteSkill, context?: CallContext): Promise<void>;

  /** The signed-in learner's own. */
  setProgress(input: SetProgress, context?: CallContext): Promise<Progress>;

  /** All of the signed-in learner's own, by skill id. */
  listProgress(input: Record<string, never>, context?: CallContext): Promise<readonly Progress[]>;
}

export type Operation = keyof SkillsApi;
export type Input<O extends Operation> = Parameters<SkillsApi[O]>[0];
export type Output<O extends Operation> = Awaited<ReturnType<SkillsApi[O]>>;

/** What each operation does to what is stored, in THE order. */
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
