/** Preconditions (RFC 9110, section 13): a method is not performed if its If-Match or its If-None-Match is false. */
import type { IncomingHttpHeaders } from 'node:http';
import type { CallContext } from '../../contract/context';
import { SkillsError } from '../../contract/errors';
import type {
  DeleteSkill,
  Input,
  Operation,
  SetProgress,
  SkillsApi,
  UpdateSkill,
} from '../../contract/skills-api';
import { decodeEntityTags } from '../common/entity-tags';
import { encodeEtag } from './context';
import { NAMES } from './schema';

type Headers = Pick<IncomingHttpHeaders, 'if-match' | 'if-none-match'>;
type Precondition = 'If-Match' | 'If-None-Match';

/**
 * The first precondition that is false, in the order of section 13.2.2. `current` are the entity tags of the resource:
 * undefined if there is no resource, and empty if it has no tag.
 */
const falsePrecondition = (
  { 'if-match': match, 'if-none-match': noneMatch }: Headers,
  current: readonly string[] | undefined,
): Precondition | undefined => {
  const isCurrent = (tag: string) => current !== undefined && (tag === '*' || current.includes(tag));
  // If-Match compares strongly, so a weak tag is never current. If-None-Match compares weakly (section 8.8.3.2).
  if (match !== undefined && !decodeEntityTags(NAMES.otherField('If-Match'), match).some(isCurrent))
    return 'If-Match';
  const tags = noneMatch?.trim() ? decodeEntityTags(NAMES.otherField('If-None-Match'), noneMatch) : [];
  return tags.some((tag) => isCurrent(tag.replace(/^W\//, ''))) ? 'If-None-Match' : undefined;
};

const preconditionFailed = (header: Precondition, id: string): SkillsError => {
  const problem = header === 'If-Match' ? 'does not name' : 'names';
  const message = `${header} ${problem} the current version of "${id}"; nothing was done.`;
  return new SkillsError('ABORTED', 'ETAG_MISMATCH', message, { resource: { type: 'skill', id } });
};

/** For a read: whether the client has this version already. Throws ETAG_MISMATCH if its If-Match is false. */
export const isUnchanged = (headers: Headers, id: string, tag: string | undefined): boolean => {
  if (headers['if-match'] === undefined && headers['if-none-match'] === undefined) return false;
  const header = falsePrecondition(headers, tag === undefined ? [] : [tag]);
  if (header === 'If-Match') throw preconditionFailed(header, id);
  return header === 'If-None-Match';
};

type Check<I> = (api: SkillsApi, input: I, headers: Headers, context: CallContext) => I | Promise<I>;

/** For a write: returns the input, or throws ETAG_MISMATCH before anything is changed. */
const checkSkill = async <I extends UpdateSkill | DeleteSkill>(
  api: SkillsApi,
  input: I,
  headers: Headers,
  context: CallContext,
): Promise<I> => {
  const { 'if-match': match = '*', 'if-none-match': noneMatch } = headers;
  const tags = decodeEntityTags(NAMES.otherField('If-Match'), match);
  // The service compares a single tag itself.
  if (noneMatch === undefined && tags.length === 1) return input;
  const { etag } = await api.getSkill({ id: input.id, fields: ['etag'] }, asRead(context));
  const header = falsePrecondition(headers, [encodeEtag(etag!, 'json'), encodeEtag(etag!, 'xml')]);
  if (header) throw preconditionFailed(header, input.id);
  // The service compares this etag again, so that a change in between is not lost.
  return tags.includes('*') ? input : { ...input, etag: etag! };
};

/** Progress has no entity tags, so that only `*` can name it. */
const checkProgress: Check<SetProgress> = async (api, input, headers, context) => {
  if (headers['if-match'] === undefined && headers['if-none-match'] === undefined) return input;
  const exists = await hasProgress(api, input.skillId, asRead(context));
  const header = falsePrecondition(headers, exists ? [] : undefined);
  if (header) throw preconditionFailed(header, input.skillId);
  return input;
};

const hasProgress = async (api: SkillsApi, skillId: string, context: CallContext): Promise<boolean> => {
  let pageToken: string | undefined;
  do {
    const page = await api.listProgress({ pageSize: 200, ...(pageToken && { pageToken }) }, context);
    if (page.items.some((progress) => progress.skillId === skillId)) return true;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return false;
};

const asRead = (context: CallContext): CallContext => ({ ...context, idempotencyKey: undefined });

const CHECKS: { readonly [O in Operation]?: Check<Input<O>> } = {
  updateSkill: checkSkill,
  deleteSkill: checkSkill,
  setProgress: checkProgress,
};

/** The check of an operation that changes what exists; undefined for any other operation. */
export const checkOf = <O extends Operation>(operation: O): Check<Input<O>> | undefined => CHECKS[operation];
