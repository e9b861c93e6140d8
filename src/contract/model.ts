/** What all four protocols serve. Values are immutable; an optional field that is absent stays absent. */

export const SKILL_LEVELS = ['BEGINNER', 'INTERMEDIATE', 'ADVANCED'] as const;
export type SkillLevel = (typeof SKILL_LEVELS)[number];

/** A shelf of the catalogue. Categories form a forest through `parentId`; siblings stand by `position`. */
export interface Category {
  /** A slug: lower-case words joined by hyphens, at most 120 characters. Unique among categories. */
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly parentId?: string;
  readonly position: number;
}

/** Where this very repository practises a skill. */
export interface Demonstration {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly note: string;
}

/** Something a backend developer can learn. Skills form an acyclic graph through `requires`. */
export interface Skill {
  /** A slug, unique among skills, never changed. */
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  /** One or more. */
  readonly categoryIds: readonly string[];
  readonly tags: readonly string[];
  readonly level?: SkillLevel;
  /** Ids of the skills to learn first. */
  readonly requires: readonly string[];
  /** Ids of skills worth a look beside this one. */
  readonly related: readonly string[];
  readonly aliases: readonly string[];
  readonly demonstrations: readonly Demonstration[];
  /** RFC 3339, UTC, milliseconds. */
  readonly createTime: string;
  readonly updateTime: string;
  /** Changes with every change of the skill, whichever protocol made it. */
  readonly etag: string;
}

/** What a caller says of a skill; the rest (times, etag) is the service's. Lists left out are empty. */
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

/** A merge patch (RFC 7396): what is absent stays, a list replaces the list, null removes the level. */
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

/** One page of a longer list. `nextPageToken` is absent on the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string;
  /** How many items all pages have together. */
  readonly totalSize: number;
}

/** Skills in the order asked for; ids that name no skill are reported, not an error. */
export interface SkillBatch<T = Skill> {
  readonly skills: readonly T[];
  readonly missingIds: readonly string[];
}

/** `skillId` can be learned only after `requiresId`. */
export interface PathEdge {
  readonly skillId: string;
  readonly requiresId: string;
}

/** All transitive prerequisites of a skill in an order one could learn them, the skill itself last. */
export interface LearningPath<T = Skill> {
  readonly skills: readonly T[];
  readonly edges: readonly PathEdge[];
  /** Those of the path that the learner who asks has LEARNED, in its order; empty where nobody is signed in. */
  readonly learnedIds: readonly string[];
}

export const PROGRESS_STATUSES = ['PLANNED', 'LEARNING', 'LEARNED'] as const;
export type ProgressStatus = (typeof PROGRESS_STATUSES)[number];

/** How far a learner has come with a skill. */
export interface Progress {
  readonly skillId: string;
  readonly status: ProgressStatus;
  /** RFC 3339, UTC, milliseconds: when the status became what it is. */
  readonly updateTime: string;
}

export const SKILL_ORDERS = ['NAME', 'NAME_DESC', 'UPDATE_TIME', 'UPDATE_TIME_DESC'] as const;
export type SkillOrder = (typeof SKILL_ORDERS)[number];

export type CategoryField = keyof Category;
export type SkillField = keyof Skill;

/** Every field, in the order in which each protocol writes them. */
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
