/** The request of each operation in the bytes of each protocol. Inputs are not validated. */
import type { ProtocolName } from '../../src/contract/protocol';
import type { Input, Operation } from '../../src/contract/skills-api';
import { frame, proto } from '../../tests/support/raw/grpc';
import { envelope } from '../../tests/support/raw/requests';
import type { WireRequest } from './http1';

/** An input of each operation with every field. */
export const SAMPLES: { readonly [O in Operation]: Input<O> } = {
  listCategories: { fields: ['id', 'name'] },
  getCategory: { id: 'tools', fields: ['id', 'name'] },
  getSkill: { id: 'git', fields: ['id', 'name'] },
  listSkills: {
    category: 'tools',
    tag: 'cli',
    text: 'git',
    orderBy: 'NAME_DESC',
    pageSize: 3,
    pageToken: '',
    fields: ['id', 'name'],
  },
  batchGetSkills: { ids: ['git', 'nothing'], fields: ['id', 'name'] },
  getLearningPath: { id: 'grpc', fields: ['id', 'name'] },
  createSkill: {
    skill: {
      id: 'abused',
      name: 'Abused',
      summary: 'Made by an attack.',
      categoryIds: ['tools'],
      tags: ['abuse'],
      level: 'ADVANCED',
      requires: ['git'],
      related: ['rest'],
      aliases: ['Victim'],
      demonstrations: [{ path: 'README.md', note: 'None.' }],
    },
  },
  updateSkill: {
    id: 'abused',
    etag: '*',
    patch: {
      name: 'Abused again',
      summary: 'Changed by an attack.',
      categoryIds: ['tools'],
      tags: ['abuse'],
      level: 'BEGINNER',
      requires: ['git'],
      related: ['rest'],
      aliases: ['Victim'],
      demonstrations: [{ path: 'README.md', note: 'None.' }],
    },
  },
  deleteSkill: { id: 'abused', etag: '*' },
  setProgress: { skillId: 'git', status: 'LEARNING' },
  listProgress: {},
};

// biome-ignore lint/suspicious/noExplicitAny: attacks use inputs of any shape.
type Any = any;

export interface RequestInput {
  readonly operation: Operation;
  readonly input: Any;
  readonly token: string;
  /** An idempotency key, for writes. */
  readonly key?: string;
}

const segment = (id: unknown): string => encodeURIComponent(String(id));

const search = (parameters: Record<string, unknown>): string => {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    [value]
      .flat()
      .flatMap((one) => (one === undefined ? [] : [`${name}=${encodeURIComponent(String(one))}`])),
  );
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
};

const fieldsParameter = ({ fields }: Any): string => search({ fields: fields?.join() });

const JSON_TYPE = { 'content-type': 'application/json' };
const json = (value: unknown): Pick<WireRequest, 'headers' | 'body'> => ({
  headers: JSON_TYPE,
  body: Buffer.from(JSON.stringify(value)),
});

const ORDERS: Readonly<Record<string, string>> = {
  NAME: 'name',
  NAME_DESC: 'name desc',
  UPDATE_TIME: 'updateTime',
  UPDATE_TIME_DESC: 'updateTime desc',
};

/** A header cannot contain line ends, so spaces replace those of an etag. */
const ifMatch = (etag: string | undefined): Record<string, string> =>
  etag === undefined ? {} : { 'if-match': etag === '*' ? '*' : `"${etag.replace(/[\r\n]/g, ' ')}"` };

type Rest = readonly [method: string, path: string, more?: Partial<WireRequest>];

const REST = {
  listCategories: ({ fields, ...paging }) => [
    'GET',
    `/api/categories${search({ ...paging, fields: fields?.join() })}`,
  ],
  getCategory: (input) => ['GET', `/api/categories/${segment(input.id)}${fieldsParameter(input)}`],
  getSkill: (input) => ['GET', `/api/skills/${segment(input.id)}${fieldsParameter(input)}`],
  listSkills: ({ text: q, orderBy, fields, ...filter }) => {
    const order = ORDERS[orderBy] ?? orderBy;
    return ['GET', `/api/skills${search({ ...filter, q, orderBy: order, fields: fields?.join() })}`];
  },
  batchGetSkills: ({ ids, fields }) => [
    'GET',
    `/api/skills:batchGet${search({ ids, fields: fields?.join() })}`,
  ],
  getLearningPath: (input) => [
    'GET',
    `/api/skills/${segment(input.id)}/learning-path${fieldsParameter(input)}`,
  ],
  createSkill: ({ skill }) => ['POST', '/api/skills', json(skill)],
  updateSkill: ({ id, etag, patch }) => {
    const { headers, body } = json(patch);
    return ['PATCH', `/api/skills/${segment(id)}`, { headers: { ...headers, ...ifMatch(etag) }, body }];
  },
  deleteSkill: ({ id, etag }) => ['DELETE', `/api/skills/${segment(id)}`, { headers: ifMatch(etag) }],
  setProgress: ({ skillId, status }) => ['PUT', `/api/progress/${segment(skillId)}`, json({ status })],
  listProgress: (paging) => ['GET', `/api/progress${search(paging)}`],
} as const satisfies Record<Operation, (input: Any) => Rest>;

const SKILL = 'id name summary categoryIds tags level aliases demonstrations { path note } etag';
const DOCUMENTS = {
  listCategories:
    'query ($first: Int, $after: String) { categories(first: $first, after: $after) { nodes { id name } } }',
  getCategory: 'query ($id: ID!) { category(id: $id) { id name } }',
  getSkill: `query ($id: ID!) { skill(id: $id) { ${SKILL} } }`,
  listSkills:
    'query ($filter: SkillFilter, $orderBy: SkillOrder, $first: Int, $after: String) { skills(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { id name } totalSize } }',
  batchGetSkills: 'query ($ids: [ID!]!) { skillsById(ids: $ids) { skills { id name } missingIds } }',
  getLearningPath:
    'query ($id: ID!) { skill(id: $id) { learningPath { skills { id } edges { skillId requiresId } } } }',
  createSkill: `mutation ($skill: NewSkill!, $key: String) { createSkill(skill: $skill, idempotencyKey: $key) { ${SKILL} } }`,
  updateSkill: `mutation ($id: ID!, $etag: String, $patch: SkillPatch!, $key: String) { updateSkill(id: $id, etag: $etag, patch: $patch, idempotencyKey: $key) { ${SKILL} } }`,
  deleteSkill:
    'mutation ($id: ID!, $etag: String, $key: String) { deleteSkill(id: $id, etag: $etag, idempotencyKey: $key) }',
  setProgress:
    'mutation ($skillId: ID!, $status: ProgressStatus!, $key: String) { setProgress(skillId: $skillId, status: $status, idempotencyKey: $key) { status } }',
  listProgress:
    'query ($first: Int, $after: String) { progress(first: $first, after: $after) { nodes { skillId status } } }',
} as const satisfies Record<Operation, string>;

const variablesOf = ({ operation, input, key }: RequestInput): Any => {
  const { fields: _, ...more } = input;
  if (!operation.startsWith('list')) return { ...more, key };
  const { pageSize: first, pageToken: after, orderBy, ...filter } = more;
  const paging = { first, ...(after && { after }) };
  return operation === 'listSkills' ? { filter, orderBy, ...paging } : paging;
};

const PREFIXES: Readonly<Record<string, string>> = { level: 'SKILL_LEVEL_', status: 'PROGRESS_STATUS_' };

/** Enum values have the prefix of their type, and `fields` is a mask. */
const messageOf = ({ operation, input, key }: RequestInput): Any => {
  const prefixed = (value: Any): Any => {
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, member]) => {
      const prefix = PREFIXES[name];
      return [name, prefix ? prefix + member : prefixed(member)];
    });
    return Object.fromEntries(entries);
  };
  const { fields, orderBy, ...more } = input;
  return {
    ...prefixed(more),
    ...(fields && { readMask: { paths: fields } }),
    ...(orderBy && { orderBy: GRPC_ORDERS[orderBy] ?? orderBy }),
    ...(operation === 'updateSkill' && { updateMask: { paths: Object.keys(input.patch).map(snake) } }),
    ...(key !== undefined && { requestId: key }),
  };
};
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const GRPC_ORDERS: Readonly<Record<string, string>> = {
  ...ORDERS,
  UPDATE_TIME: 'update_time',
  UPDATE_TIME_DESC: 'update_time desc',
};

/** Members as elements, and lists as `item` elements. */
const xml = (value: Any): string => {
  if (Array.isArray(value)) return value.map((item) => `<item>${xml(item)}</item>`).join('');
  if (typeof value !== 'object' || value === null) {
    return String(value).replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`);
  }
  return Object.entries(value)
    .map(([name, member]) => (member === undefined ? '' : `<${name}>${xml(member)}</${name}>`))
    .join('');
};

const pascal = (operation: Operation): string => operation[0]!.toUpperCase() + operation.slice(1);

export const SOAP_TYPE = { 'content-type': 'text/xml; charset=utf-8' };
const SERVICE = '/skills.v1.SkillsService/';

const BUILD = {
  rest: ({ operation, input, key }) => {
    const [method, path, more = {}] = (REST[operation] as (input: Any) => Rest)(input);
    const idempotency: Record<string, string> =
      key === undefined ? {} : { 'idempotency-key': `"${key.replace(/[\r\n]/g, ' ')}"` };
    return { method, path, ...more, headers: { ...more.headers, ...idempotency } };
  },
  graphql: (requestInput) => ({
    method: 'POST',
    path: '/graphql',
    ...json({ query: DOCUMENTS[requestInput.operation], variables: variablesOf(requestInput) }),
  }),
  grpc: (requestInput) => {
    const name = pascal(requestInput.operation);
    const body = frame(proto(`${name}Request`).serialize(messageOf(requestInput)));
    return { method: 'POST', path: SERVICE + name, headers: {}, body };
  },
  soap: ({ operation, input, key }) => {
    const name = pascal(operation);
    const header =
      key === undefined ? '' : `<e:Header><IdempotencyKey>${xml(key)}</IdempotencyKey></e:Header>`;
    const body = Buffer.from(envelope(`<${name}>${xml(input)}</${name}>`, header));
    return { method: 'POST', path: '/soap', headers: SOAP_TYPE, body };
  },
} as const satisfies Record<ProtocolName, (requestInput: RequestInput) => WireRequest>;

export const requestOf = (protocol: ProtocolName, requestInput: RequestInput): WireRequest => {
  const request: WireRequest = BUILD[protocol](requestInput);
  return { ...request, headers: { authorization: `Bearer ${requestInput.token}`, ...request.headers } };
};
