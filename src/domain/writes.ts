/** The rules of each write: pure functions from the catalogue and an input to a decision, or to a SkillsError. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type FieldViolation, invalidArgument, invalidArguments, SkillsError } from '../contract/errors';
import type { NewSkill, Progress, Skill, SkillPatch } from '../contract/model';
import type { CreateSkill, DeleteSkill, SetProgress, UpdateSkill } from '../contract/skills-api';
import type { Catalogue } from './catalogue';
import { sortTopologically } from './learning-path';

/** What one write stores, all or nothing, and its answer. An empty decision stores nothing. */
export interface Decision<Answer> {
  readonly puts: readonly Skill[];
  readonly deletes: readonly string[];
  readonly progress?: Progress & { readonly learner: string };
  readonly answer: Answer;
}

/** The revision that a write will make, and its time in RFC 3339. */
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
  const before = checkEtag(catalogue, id, etag);
  checkReferences(catalogue, id, patch, 'patch');
  const after = merge(before, patch);
  if (isDeepStrictEqual(after, before)) return { puts: [], deletes: [], answer: before };
  const skill = addEtag({ ...after, updateTime: laterTime(before.updateTime, time) }, revision);
  return { puts: [skill], deletes: [], answer: skill };
};

/** Also removes the skill from other skills' `related`. Throws FAILED_PRECONDITION while a skill requires it. */
export const decideDelete = (
  catalogue: Catalogue,
  { id, etag }: DeleteSkill,
  { revision, time }: WriteMoment,
): Decision<undefined> => {
  checkEtag(catalogue, id, etag);
  const dependents = catalogue.skillsReferringTo(id, 'requires');
  if (dependents.length > 0) throw skillRequiredError(id, dependents);
  const puts = catalogue.skillsReferringTo(id, 'related').map((skill) =>
    addEtag(
      {
        ...skill,
        related: skill.related.filter((other) => other !== id),
        updateTime: laterTime(skill.updateTime, time),
      },
      revision,
    ),
  );
  return { puts, deletes: [id], answer: undefined };
};

/** Setting the status that the learner already has keeps its updateTime. */
export const decideProgress = (
  catalogue: Catalogue,
  { skillId, status }: SetProgress,
  { learner, before }: { readonly learner: string; readonly before: readonly Progress[] },
  { time }: WriteMoment,
): Decision<Progress> => {
  if (!catalogue.skill(skillId)) throw notFoundError('skill', skillId);
  const unchanged = before.find((progress) => progress.skillId === skillId && progress.status === status);
  if (unchanged) return { puts: [], deletes: [], answer: unchanged };
  const answer = { skillId, status, updateTime: time };
  return { puts: [], deletes: [], progress: { learner, ...answer }, answer };
};

/** The skill with its etag: a hash of its content and of the revision that writes it. */
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

/** Fills absent texts and lists of a new skill with empty ones. */
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
  const present = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const { level: levelBefore, ...rest } = before;
  const levelAfter = level === undefined ? levelBefore : level;
  return { ...rest, ...present, ...(levelAfter && { level: levelAfter }) };
};

/** Keeps updateTime from going back when the clock does. */
const laterTime = (a: string, b: string): string => (a > b ? a : b);

/** The precondition of a write (RFC 9110, section 13.1.1): returns the skill if `etag` is its current one or `*`. */
const checkEtag = (catalogue: Catalogue, id: string, etag: string | undefined): Skill => {
  const skill = catalogue.skill(id);
  if (!skill) throw notFoundError('skill', id);
  const details = { resource: { type: 'skill', id } } as const;
  if (etag === undefined) {
    const description = `is required: send the etag of "${id}" that you last read, or * for any`;
    throw new SkillsError('FAILED_PRECONDITION', 'ETAG_REQUIRED', `etag ${description}`, {
      ...details,
      violations: [{ field: 'etag', description }],
    });
  }
  if (etag !== '*' && etag !== skill.etag) {
    const message = `The etag ${etag} of "${id}" is out of date; read the skill again.`;
    throw new SkillsError('ABORTED', 'ETAG_MISMATCH', message, details);
  }
  return skill;
};

/** `path` is the field of the operation's input that holds the lists. */
const checkReferences = (
  catalogue: Catalogue,
  id: string,
  { categoryIds = [], requires = [], related = [] }: SkillPatch,
  path: 'skill' | 'patch',
): void => {
  const violations: FieldViolation[] = [];
  const check = (list: string, ids: readonly string[], type: string, exists: (id: string) => boolean) =>
    ids.forEach((target, index) => {
      if (exists(target)) return;
      violations.push({
        field: `${path}.${list}[${index}]`,
        description: `must be the id of an existing ${type}, got "${target}"`,
      });
    });
  const isSkill = (target: string) => target === id || catalogue.skill(target) !== undefined;
  check('categoryIds', categoryIds, 'category', (target) => catalogue.category(target) !== undefined);
  check('requires', requires, 'skill', isSkill);
  check('related', related, 'skill', isSkill);
  if (violations.length > 0) throw invalidArguments(violations, 'UNKNOWN_REFERENCE');

  const self = related.indexOf(id);
  if (self >= 0)
    throw invalidArgument(`${path}.related[${self}]`, 'must not be the skill itself', 'SELF_REFERENCE');

  const { cycle } = sortTopologically([id], (step) =>
    step === id ? requires : (catalogue.skill(step)?.requires ?? []),
  );
  if (cycle) {
    const description = `would make a skill require itself: ${shortenCycle(cycle)}`;
    const field = `${path}.requires`;
    throw new SkillsError('FAILED_PRECONDITION', 'PREREQUISITE_CYCLE', `${field} ${description}`, {
      violations: [{ field, description }],
    });
  }
};

/** Keeps an error's text short enough for a header; a cycle may be as long as the catalogue. */
const shortenCycle = (cycle: readonly string[]): string =>
  (cycle.length > 8 ? [...cycle.slice(0, 4), '...', ...cycle.slice(-3)] : cycle).join(' -> ');

const DEPENDENTS_NAMED_MAX = 3;

const skillRequiredError = (id: string, dependents: readonly Skill[]): SkillsError => {
  const named = dependents.slice(0, DEPENDENTS_NAMED_MAX).map((skill) => `"${skill.id}"`);
  const more = dependents.length - named.length;
  const message = `"${id}" is required by ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
  return new SkillsError('FAILED_PRECONDITION', 'SKILL_REQUIRED', message, {
    resource: { type: 'skill', id },
  });
};
