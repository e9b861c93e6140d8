/** What each write does to the catalogue, decided before anything is stored: pure functions that throw or answer. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type FieldViolation, invalid, SkillsError, violated } from '../contract/errors';
import type { NewSkill, Skill, SkillPatch } from '../contract/model';
import type { CreateSkill, DeleteSkill, UpdateSkill } from '../contract/skills-api';
import type { Catalogue } from './catalogue';
import { walk } from './learning-path';

/** What a write puts and deletes, all or nothing. Both empty: there is nothing to store. */
export interface Decision {
  readonly puts: readonly Skill[];
  readonly deletes: readonly string[];
}

/** When a write happens: the revision it will make and the time. */
export interface Moment {
  readonly revision: number;
  readonly time: string;
}

export const notFound = (type: 'category' | 'skill', id: string): SkillsError =>
  new SkillsError('NOT_FOUND', `${type.toUpperCase()}_NOT_FOUND`, `There is no ${type} "${id}".`, {
    resource: { type, id },
  });

export const create = (
  catalogue: Catalogue,
  { skill: input }: CreateSkill,
  { revision, time }: Moment,
): Decision & { skill: Skill } => {
  const { id } = input;
  if (catalogue.skill(id)) {
    const details = { resource: { type: 'skill', id } } as const;
    throw new SkillsError('ALREADY_EXISTS', 'SKILL_EXISTS', `There is already a skill "${id}".`, details);
  }
  checkReferences(catalogue, id, input, 'skill');
  const skill = stamp({ ...complete(input), createTime: time, updateTime: time }, revision);
  return { puts: [skill], deletes: [], skill };
};

export const update = (
  catalogue: Catalogue,
  { id, etag, patch }: UpdateSkill,
  { revision, time }: Moment,
): Decision & { skill: Skill } => {
  const before = current(catalogue, id, etag);
  checkReferences(catalogue, id, patch, 'patch');
  const after = merge(before, patch);
  if (isDeepStrictEqual(after, before)) return { puts: [], deletes: [], skill: before };
  const skill = stamp({ ...after, updateTime: later(before.updateTime, time) }, revision);
  return { puts: [skill], deletes: [], skill };
};

/** Other skills stop naming it as related in the same write; those that require it forbid the deletion. */
export const remove = (
  catalogue: Catalogue,
  { id, etag }: DeleteSkill,
  { revision, time }: Moment,
): Decision => {
  current(catalogue, id, etag);
  const dependents = catalogue.referringTo(id, 'requires');
  if (dependents.length > 0) throw required(id, dependents);
  const puts = catalogue.referringTo(id, 'related').map((skill) =>
    stamp(
      {
        ...skill,
        related: skill.related.filter((other) => other !== id),
        updateTime: later(skill.updateTime, time),
      },
      revision,
    ),
  );
  return { puts, deletes: [id] };
};

/** A skill as it will stand, its etag made from its content and the revision that brings it. */
export const stamp = (skill: Omit<Skill, 'etag'>, revision: number): Skill => {
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
export const complete = (skill: NewSkill): Omit<Skill, 'createTime' | 'updateTime' | 'etag'> => ({
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
  if (!skill) throw notFound('skill', id);
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
  if (violations.length > 0) throw violated(violations, 'UNKNOWN_REFERENCE');

  const self = related.indexOf(id);
  if (self >= 0) throw invalid(`${at}.related[${self}]`, 'must not be the skill itself', 'SELF_REFERENCE');

  const { cycle } = walk([id], (step) => (step === id ? requires : (catalogue.skill(step)?.requires ?? [])));
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
