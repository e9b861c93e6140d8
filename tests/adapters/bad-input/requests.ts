/** The request of each protocol for one input, written by hand and not validated, so that invalid values reach the servers. */
import type { ProtocolName } from '../../../src/contract/protocol';
import { graphql, grpc, rest, type SendRequest, soap } from '../../support/raw/requests';
import type { Cell, Row } from '../../support/raw/table';

type Requests = Readonly<Record<ProtocolName, SendRequest>>;
type Input = Readonly<Record<string, unknown>>;

const ORDERS: Record<string, string> = { UPDATE_TIME: 'updateTime' };

export const getSkill = (id: string): Requests => ({
  rest: rest('GET', `/api/skills/${encodeURIComponent(id)}`),
  graphql: graphql('query ($id: ID!) { skill(id: $id) { id } }', { id }),
  grpc: grpc('GetSkill', { id }),
  soap: soap(`<GetSkill>${xml({ id })}</GetSkill>`),
});

export const listSkills = ({ text, orderBy, pageSize, pageToken, ...filter }: Input): Requests => ({
  rest: rest(
    'GET',
    `/api/skills?${new URLSearchParams(
      present({ ...filter, q: text, orderBy: ORDERS[String(orderBy)] ?? orderBy, pageSize, pageToken }),
    )}`,
  ),
  graphql: graphql(
    'query ($filter: SkillFilter, $orderBy: SkillOrder, $first: Int, $after: String) { skills(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { id } } }',
    { filter: { ...filter, text }, orderBy, first: pageSize, after: pageToken },
  ),
  grpc: grpc('ListSkills', { ...filter, text, orderBy, pageSize, pageToken }),
  soap: soap(`<ListSkills>${xml({ ...filter, text, orderBy, pageSize, pageToken })}</ListSkills>`),
});

export const batchGetSkills = (ids: readonly string[]): Requests => ({
  rest: rest(
    'GET',
    `/api/skills:batchGet?${new URLSearchParams(ids.map((id): [string, string] => ['ids', id]))}`,
  ),
  graphql: graphql('query ($ids: [ID!]!) { skillsById(ids: $ids) { missingIds } }', { ids }),
  grpc: grpc('BatchGetSkills', { ids }),
  soap: soap(`<BatchGetSkills>${xml({ ids })}</BatchGetSkills>`),
});

export const createSkill = (skill: Input): Requests => ({
  rest: rest('POST', '/api/skills', JSON.stringify(skill)),
  graphql: graphql('mutation ($skill: NewSkill!) { createSkill(skill: $skill) { id } }', { skill }),
  grpc: grpc('CreateSkill', { skill }),
  soap: soap(`<CreateSkill>${xml({ skill })}</CreateSkill>`),
});

export const updateSkill = (id: string, etag: string | undefined, patch: Input): Requests => ({
  rest: rest('PATCH', `/api/skills/${id}`, JSON.stringify(patch), {
    'content-type': 'application/merge-patch+json',
    ...ifMatch(etag),
  }),
  graphql: graphql(
    'mutation ($id: ID!, $etag: String, $patch: SkillPatch!) { updateSkill(id: $id, etag: $etag, patch: $patch) { id } }',
    { id, etag, patch },
  ),
  grpc: grpc('UpdateSkill', { id, etag, patch }),
  soap: soap(`<UpdateSkill>${xml({ id, etag, patch })}</UpdateSkill>`),
});

export const deleteSkill = (id: string, etag?: string): Requests => ({
  rest: rest('DELETE', `/api/skills/${id}`, undefined, ifMatch(etag)),
  graphql: graphql('mutation ($id: ID!, $etag: String) { deleteSkill(id: $id, etag: $etag) }', { id, etag }),
  grpc: grpc('DeleteSkill', { id, etag }),
  soap: soap(`<DeleteSkill>${xml({ id, etag })}</DeleteSkill>`),
});

export const setProgress = (skillId: string, status: unknown): Requests => ({
  rest: rest('PUT', `/api/progress/${encodeURIComponent(skillId)}`, JSON.stringify({ status })),
  graphql: graphql(
    'mutation ($skillId: ID!, $status: ProgressStatus!) { setProgress(skillId: $skillId, status: $status) { status } }',
    { skillId, status },
  ),
  grpc: grpc('SetProgress', { skillId, status: `PROGRESS_STATUS_${status}` }),
  soap: soap(`<SetProgress>${xml({ skillId, status })}</SetProgress>`),
});

const ifMatch = (etag: string | undefined): Record<string, string> =>
  etag === undefined ? {} : { 'if-match': etag === '*' ? '*' : `"${etag}"` };

const present = (input: Input): [string, string][] =>
  Object.entries(input).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));

/** Members as elements, and lists as `item` elements. */
const xml = (value: unknown): string => {
  if (Array.isArray(value)) return value.map((item) => `<item>${xml(item)}</item>`).join('');
  if (typeof value !== 'object' || value === null) {
    return String(value).replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`);
  }
  return Object.entries(value)
    .map(([name, member]) => (member === undefined ? '' : xmlMember(name, member)))
    .join('');
};

const xmlMember = (name: string, member: unknown): string =>
  member === null ? `<${name} xsi:nil="true"/>` : `<${name}>${xml(member)}</${name}>`;

/** The HTTP status of REST and the gRPC status for each code of a domain error. */
export const STATUSES = {
  INVALID_ARGUMENT: { rest: 400, grpc: 3 },
  NOT_FOUND: { rest: 404, grpc: 5 },
  ALREADY_EXISTS: { rest: 409, grpc: 6 },
  FAILED_PRECONDITION: { rest: 400, grpc: 9 },
  ABORTED: { rest: 412, grpc: 10 },
} as const;

/** The row of an input that all four protocols carry to the domain, with the given exceptions. */
export const rejectedRow = (
  asks: Requests,
  code: keyof typeof STATUSES,
  reason: string,
  exceptions: Partial<Row> = {},
  restStatus: number = STATUSES[code].rest,
): Row => {
  const cell = (protocol: ProtocolName, status: number): Cell => [asks[protocol], status, code, reason];
  return {
    rest: cell('rest', restStatus),
    graphql: cell('graphql', 200),
    grpc: cell('grpc', STATUSES[code].grpc),
    soap: cell('soap', 500),
    ...exceptions,
  };
};
