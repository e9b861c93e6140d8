/** What each write does to the catalogue, decided before anything is stored: pure functions that throw or answer. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type FieldViolation, invalidArgument, invalidArguments, SkillsError } from '../contract/errors';
import type { NewSkill, Progress, Skill, SkillPatch } from '../contract/model';
import type { CreateSkill, DeleteSkill, Operation, SetProgress, UpdateSkill } from '../contract/skills-api';
import type { Catalogue } from './catalogue';
import { sortTopologically } from './learning-path';

/** What a write stores, all or nothing, and what its caller hears. With nothing in it, there is nothing to store. */
export interface Decision<Answer> {
  readonly puts: readonly Skill[];
  readonly deletes: readonly string[];
  readonly progress?: Progress & { readonly learner: string };
  readonly answer: Answer;
}

/** When a write happens: the revision it will make and the time. */
export interface WriteMoment {
  readonly revision: number;
  readonly time: string;
}

export const notFoundError = (type: 'category' | 'skill', id: string): SkillsError =>
  new SkillsError('NOT_FOUND', `${type.toUpperCase()}_NOT_FOUND`, `There is no ${type} "${id}".`, {
    resource: { type, id },
  });

export const decideCreate = (
  catalogue: Catalogue,
  { skill: input }: CreateSkill,
  { revision, time }: WriteMoment,
): Decision<Skill> => {
  const { id } = input;
  if (catalogue.skill(id)) {
    const details = { resource: { type: 'skill', id } } as const;
    throw new SkillsError('ALREADY_EXISTS', 'SKILL_EXISTS', `There is already a skill "${id}".`, details);
  }
  checkReferences(catalogue, id, input, 'skill');
  const skill = addEtag({ ...fillDefaults(input), createTime: time, updateTime: time }, revision);
  return { puts: [skill], deletes: [], answer: skill };
};

export const decideUpdate = (
  catalogue: Catalogue,
  { id, etag, patch }: UpdateSkill,
  { revision, time }: WriteMoment,
): Decision<Skill> => {
  const before = current(catalogue, id, etag);
  checkReferences(catalogue, id, patch, 'patch');
  const after = merge(before, patch);
  if (isDeepStrictEqual(after, before)) return { puts: [], deletes: [], answer: before };
  const skill = addEtag({ ...after, updateTime: later(before.updateTime, time) }, revision);
  return { puts: [skill], deletes: [], answer: skill };
};

/** Other skills stop naming it as related in the same write; those that require it forbid the deletion. */
export const decideDelete = (
  catalogue: Catalogue,
  { id, etag }: DeleteSkill,
  { revision, time }: WriteMoment,
): Decision<undefined> => {
  current(catalogue, id, etag);
  const dependents = catalogue.skillsReferringTo(id, 'requires');
  if (dependents.length > 0) throw required(id, dependents);
  const puts = catalogue.skillsReferringTo(id, 'related').map((skill) =>
    addEtag(
      {
        ...skill,
        related: skill.related.filter((other) => other !== id),
        updateTime: later(skill.updateTime, time),
      },
      revision,
    ),
  );
  return { puts, deletes: [id], answer: undefined };
};

/** A status that is said again became what it is before. */
export const decideProgress = (
  catalogue: Catalogue,
  { skillId, status }: SetProgress,
  { learner, before }: { readonly learner: string; readonly before: readonly Progress[] },
  { time }: WriteMoment,
): Decision<Progress> => {
  if (!catalogue.skill(skillId)) throw notFoundError('skill', skillId);
  const same = before.find((one) => one.skillId === skillId && one.status === status);
  if (same) return { puts: [], deletes: [], answer: same };
  const answer = { skillId, status, updateTime: time };
  return { puts: [], deletes: [], progress: { learner, ...answer }, answer };
};

/** The same for the same write through any protocol: some send what is left out as empty, and each in its own order. */
export const fingerprintInput = (operation: Operation, input: object): string =>
  createHash('sha256')
    .update(JSON.stringify([operation, inOrder(input)]))
    .digest('base64url');

const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => [name, inOrder(member)]);
};

/** A skill as it will stand, its etag made from its content and the revision that brings it. */
export const addEtag = (skill: Omit<Skill, 'etag'>, revision: number): Skill => {
  const { id, name, summary, categoryIds, tags, level, requires, related, aliases, demonstrations } = skill;
  const { createTime, updateTime } = skill;
  const about = { id, name, summary, categoryIds, tags, ...(level && { level }) };
  const content = { ...about, requires, related, aliases, demonstrations, createTime, updateTime };
  const hash = createHash('sha256')
    .update(JSON.stringify([revision, content]))
    .digest('base64url');
  return { ...content, etag: hash.slice(0, 16) };
};

/** What a caller left out is empty. */
export const fillDefaults = (skill: NewSkill): Omit<Skill, 'createTime' | 'updateTime' | 'etag'> => ({
  ...skill,
  summary: skill.summary ?? '',
  tags: skill.tags ?? [],
  requires: skill.requires ?? [],
  related: skill.related ?? [],
  aliases: skill.aliases ?? [],
  demonstrations: skill.demonstrations ?? [],
});

const merge = (before: Skill, { level, ...patch }: SkillPatch): Skill => {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const { level: levelBefore, ...rest } = before;
  const levelAfter = level === undefined ? levelBefore : level;
  return { ...rest, ...given, ...(levelAfter && { level: levelAfter }) };
};

/** Clocks may be set back; a skill's updateTime is not. */
const later = (a: string, b: string): string => (a > b ? a : b);

/** The skill, if the caller has seen it as it stands. */
const current = (catalogue: Catalogue, id: string, etag: string | undefined): Skill => {
  const skill = catalogue.skill(id);
  if (!skill) throw notFoundError('skill', id);
  const details = { resource: { type: 'skill', id } } as const;
  if (etag === undefined) {
    const message = `Say which etag of "${id}" you have read, or * for any.`;
    const violations = [{ field: 'etag', description: 'must be given' }];
    throw new SkillsError('FAILED_PRECONDITION', 'ETAG_REQUIRED', message, { ...details, violations });
  }
  if (etag !== '*' && etag !== skill.etag) {
    const message = `"${id}" has changed since you read it: its etag is not ${etag} any more.`;
    throw new SkillsError('ABORTED', 'ETAG_MISMATCH', message, details);
  }
  return skill;
};

/** `at` is where the lists stand in the operation's input. */
const checkReferences = (
  catalogue: Catalogue,
  id: string,
  { categoryIds = [], requires = [], related = [] }: SkillPatch,
  at: 'skill' | 'patch',
): void => {
  const violations: FieldViolation[] = [];
  const check = (list: string, ids: readonly string[], type: string, exists: (id: string) => boolean) =>
    ids.forEach((target, index) => {
      if (exists(target)) return;
      violations.push({ field: `${at}.${list}[${index}]`, description: `names no ${type}: "${target}"` });
    });
  const isSkill = (target: string) => target === id || catalogue.skill(target) !== undefined;
  check('categoryIds', categoryIds, 'category', (target) => catalogue.category(target) !== undefined);
  check('requires', requires, 'skill', isSkill);
  check('related', related, 'skill', isSkill);
  if (violations.length > 0) throw invalidArguments(violations, 'UNKNOWN_REFERENCE');

  const self = related.indexOf(id);
  if (self >= 0)
    throw invalidArgument(`${at}.related[${self}]`, 'must not be the skill itself', 'SELF_REFERENCE');

  const { cycle } = sortTopologically([id], (step) =>
    step === id ? requires : (catalogue.skill(step)?.requires ?? []),
  );
  if (cycle) {
    const description = `would make a skill require itself: ${wayRound(cycle)}`;
    const field = `${at}.requires`;
    throw new SkillsError('FAILED_PRECONDITION', 'PREREQUISITE_CYCLE', `${field} ${description}`, {
      violations: [{ field, description }],
    });
  }
};

/** What an error says must stay short enough for a header; a way round may be as long as the catalogue. */
const wayRound = (cycle: readonly string[]): string =>
  (cycle.length > 8 ? [...cycle.slice(0, 4), '...', ...cycle.slice(-3)] : cycle).join(' -> ');

const DEPENDENTS_NAMED_MAX = 3;

const required = (id: string, dependents: readonly Skill[]): SkillsError => {
  const named = dependents.slice(0, DEPENDENTS_NAMED_MAX).map((skill) => `"${skill.id}"`);
  const more = dependents.length - named.length;
  const message = `"${id}" is required by ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
  return new SkillsError('FAILED_PRECONDITION', 'SKILL_REQUIRED', message, {
    resource: { type: 'skill', id },
  });
};
