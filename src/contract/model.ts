/** The model that all four protocols serve. Values are immutable; an absent optional field stays absent. */

export const SKILL_LEVELS = ['BEGINNER', 'INTERMEDIATE', 'ADVANCED'] as const;
export type SkillLevel = (typeof SKILL_LEVELS)[number];

/** A group of skills. Categories form trees through `parentId`; `position` orders siblings. */
export interface Category {
  /** A slug: lower-case words joined by hyphens, at most 120 characters. Unique among categories. */
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly parentId?: string;
  readonly position: number;
}

/** A place in this repository that applies the skill. */
export interface Demonstration {
  /** A path relative to the root of the repository. */
  readonly path: string;
  readonly note: string;
}

/** Something a backend developer can learn. Skills form an acyclic graph through `requires`. */
export interface Skill {
  /** A slug. Unique among skills; it never changes. */
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  /** At least one. */
  readonly categoryIds: readonly string[];
  readonly tags: readonly string[];
  readonly level?: SkillLevel;
  /** Ids of the skills to learn first. */
  readonly requires: readonly string[];
  /** Ids of skills that are related to this one. */
  readonly related: readonly string[];
  readonly aliases: readonly string[];
  readonly demonstrations: readonly Demonstration[];
  /** RFC 3339, UTC, milliseconds. */
  readonly createTime: string;
  readonly updateTime: string;
  /** The version of the skill. Every change of the skill changes it, through any protocol. */
  readonly etag: string;
}

/** The input for a new skill. The service adds the times and the etag. Absent lists are empty. */
export interface NewSkill {
  readonly id: string;
  readonly name: string;
  readonly summary?: string;
  readonly categoryIds: readonly string[];
  readonly tags?: readonly string[];
  readonly level?: SkillLevel;
  readonly requires?: readonly string[];
  readonly related?: readonly string[];
  readonly aliases?: readonly string[];
  readonly demonstrations?: readonly Demonstration[];
}

/** A merge patch (RFC 7396): an absent member keeps its value, a list replaces the list, null removes the level. */
export interface SkillPatch {
  readonly name?: string;
  readonly summary?: string;
  readonly categoryIds?: readonly string[];
  readonly tags?: readonly string[];
  readonly level?: SkillLevel | null;
  readonly requires?: readonly string[];
  readonly related?: readonly string[];
  readonly aliases?: readonly string[];
  readonly demonstrations?: readonly Demonstration[];
}

/** One page of a list. `nextPageToken` is absent on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string;
  /** The number of items on all pages together. */
  readonly totalSize: number;
}

/** Consecutive items of a list, of which a page is made. */
export interface ListPart<T> {
  readonly items: readonly T[];
  /** Whether items follow. */
  readonly hasMore: boolean;
  /** The number of items of the whole list. */
  readonly totalSize: number;
}

/** Skills in the order of the requested ids. An unknown id is not an error: `missingIds` lists it. */
export interface SkillBatch<T = Skill> {
  readonly skills: readonly T[];
  readonly missingIds: readonly string[];
}

/** `skillId` can be learned only after `requiresId`. */
export interface PathEdge {
  readonly skillId: string;
  readonly requiresId: string;
}

/** All direct and indirect prerequisites of a skill, in an order to learn them, and the skill itself last. */
export interface LearningPath<T = Skill> {
  readonly skills: readonly T[];
  readonly edges: readonly PathEdge[];
  /** The skills of the path that the caller has LEARNED, in the order of the path; empty for an anonymous call. */
  readonly learnedIds: readonly string[];
}

export const PROGRESS_STATUSES = ['PLANNED', 'LEARNING', 'LEARNED'] as const;
export type ProgressStatus = (typeof PROGRESS_STATUSES)[number];

/** A learner's status for a skill. */
export interface Progress {
  readonly skillId: string;
  readonly status: ProgressStatus;
  /** The time of the last change of the status: RFC 3339, UTC, milliseconds. */
  readonly updateTime: string;
}

export const SKILL_ORDERS = ['NAME', 'NAME_DESC', 'UPDATE_TIME', 'UPDATE_TIME_DESC'] as const;
export type SkillOrder = (typeof SKILL_ORDERS)[number];

export type CategoryField = keyof Category;
export type SkillField = keyof Skill;

/** All fields, in the order in which each protocol writes them. */
export const CATEGORY_FIELDS = Object.keys({
  id: 1,
  name: 1,
  summary: 1,
  parentId: 1,
  position: 1,
} satisfies Record<CategoryField, 1>) as CategoryField[];

export const SKILL_FIELDS = Object.keys({
  id: 1,
  name: 1,
  summary: 1,
  categoryIds: 1,
  tags: 1,
  level: 1,
  requires: 1,
  related: 1,
  aliases: 1,
  demonstrations: 1,
  createTime: 1,
  updateTime: 1,
  etag: 1,
} satisfies Record<SkillField, 1>) as SkillField[];
