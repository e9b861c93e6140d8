/** The peculiarities of gRPC: field masks, presence, error details, server reflection and health checks. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  type Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer, loadSync } from '@grpc/proto-loader';
import { FileDescriptorProto } from 'protobufjs/ext/descriptor';
import { OPERATION_NAMES } from '../../src/contract/skills-api';
import { detailsOf, frame, type GrpcResponse, type Message, proto, sendGrpc } from '../support/raw/grpc';
import { serveForTests, testNothingLogged } from '../support/raw/table';
import { tempFolder } from '../support/temp';
import { describeErrors } from './grpc/errors';

const served = serveForTests(['grpc']);
const ROOT = path.join(__dirname, '../..');
const SERVICE = 'skills.v1.SkillsService';

const send = (method: string, request: object, headers: Record<string, string> = {}): Promise<GrpcResponse> =>
  sendGrpc(
    served().address.grpc,
    `/${SERVICE}/${method}`,
    frame(proto(`${method}Request`).serialize(request)),
    { authorization: `Bearer ${served().token}`, ...headers },
  );
/** Resolves to the response message; default values are absent, as on the wire. */
const call = async (method: string, request: object): Promise<Message> => {
  const { status, message, body } = await send(method, request);
  expect([status, message]).toStrictEqual([0, 'OK']);
  return proto(`${method}Response`).deserialize(body.subarray(5));
};

test('the proto passes buf lint with the STANDARD rules', async () => {
  const { stdout } = await promisify(execFile)(path.join(ROOT, 'node_modules/.bin/buf'), ['lint'], {
    cwd: ROOT,
  });
  expect(stdout).toBe('');
});

test('descriptors.binpb equals the output of `npm run descriptors`', async () => {
  const COMMITTED = 'protos/descriptors.binpb';
  const file = path.join(tempFolder(), 'descriptors.binpb');
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  expect(scripts.descriptors).toContain(COMMITTED);
  const [program, ...words] = scripts.descriptors.replace(COMMITTED, file).split(' ');
  await promisify(execFile)(path.join(ROOT, 'node_modules/.bin', program), words, { cwd: ROOT });
  expect(readFileSync(file).equals(readFileSync(path.join(ROOT, COMMITTED)))).toBe(true);
});

describe('server reflection (v1):', () => {
  const reflection = loadPackageDefinition(
    loadSync('grpc/reflection/v1/reflection.proto', {
      includeDirs: [path.join(path.dirname(require.resolve('@grpc/reflection')), '../proto')],
    }),
    // biome-ignore lint/suspicious/noExplicitAny: the library generates its clients at run time.
  ) as any;

  const reflect = (request: object): Promise<Message> =>
    new Promise((resolve, reject) => {
      const address = served().address.grpc;
      const client = new reflection.grpc.reflection.v1.ServerReflection(
        address,
        credentials.createInsecure(),
      );
      const stream = client.serverReflectionInfo();
      stream.on('data', (answer: Message) => {
        stream.end();
        resolve(answer);
      });
      stream.on('error', reject).on('end', () => client.close());
      stream.write(request);
    });

  const SERVICES = [
    SERVICE,
    'grpc.health.v1.Health',
    'grpc.reflection.v1.ServerReflection',
    'grpc.reflection.v1alpha.ServerReflection',
  ];

  test('lists every service of the server', async () => {
    const { listServicesResponse } = await reflect({ listServices: '*' });
    expect(listServicesResponse.service.map(({ name }: Message) => name).sort()).toEqual(SERVICES.toSorted());
  });

  test.each(SERVICES)('describes %s', async (name) => {
    const { fileDescriptorResponse, errorResponse } = await reflect({ fileContainingSymbol: name });
    expect(errorResponse).toBeUndefined();
    expect(fileDescriptorResponse.fileDescriptorProto.length).toBeGreaterThan(0);
  });

  test('describes the service, so that a client needs no .proto file', async () => {
    const { fileDescriptorResponse } = await reflect({ fileContainingSymbol: SERVICE });
    const files: Buffer[] = fileDescriptorResponse.fileDescriptorProto;
    // A FileDescriptorSet has its files in field 1.
    const set = Buffer.concat(files.flatMap((file) => [Buffer.from([0x0a]), varint(file.length), file]));
    const described = loadFileDescriptorSetFromBuffer(set);
    const methods = Object.keys(described[SERVICE] as object).map(
      (name) => name.charAt(0).toLowerCase() + name.slice(1),
    );
    expect(methods).toStrictEqual(OPERATION_NAMES);
    const { Skill } = (loadPackageDefinition(described) as Message).skills.v1;
    expect(Skill.type.field.map(({ name }: Message) => name)).toStrictEqual(
      expect.arrayContaining(['id', 'category_ids', 'create_time', 'etag']),
    );
  });

  test('returns a file with its name and imports', async () => {
    const { fileDescriptorResponse } = await reflect({ fileByFilename: 'skills/v1/skills.proto' });
    const [file] = fileDescriptorResponse.fileDescriptorProto.map((bytes: Buffer) =>
      FileDescriptorProto.decode(bytes),
    );
    expect(file).toMatchObject({
      name: 'skills/v1/skills.proto',
      dependency: ['google/protobuf/field_mask.proto', 'google/protobuf/timestamp.proto'],
    });
  });

  test('reports NOT_FOUND for an unknown symbol', async () => {
    const { errorResponse } = await reflect({ fileContainingSymbol: 'skills.v1.Nothing' });
    expect(errorResponse.errorCode).toBe(5);
  });
});

const varint = (value: number): Buffer =>
  value < 128
    ? Buffer.from([value])
    : Buffer.concat([Buffer.from([(value & 127) | 128]), varint(value >>> 7)]);

test.each([
  ['', 0],
  [SERVICE, 0],
  ['nothing', 5],
])('grpc.health.v1 Check of "%s" has status %i', async (service, expected) => {
  const request = Buffer.concat([Buffer.from([0x0a, service.length]), Buffer.from(service)]);
  const { status, body } = await sendGrpc(
    served().address.grpc,
    '/grpc.health.v1.Health/Check',
    frame(request),
  );
  expect(status).toBe(expected);
  // HealthCheckResponse { status: SERVING }
  if (expected === 0) expect(body.subarray(5)).toStrictEqual(Buffer.from([0x08, 0x01]));
});

describe('a client that grpc-js generates from the .proto file:', () => {
  const { skills } = loadPackageDefinition(
    loadSync('skills/v1/skills.proto', {
      includeDirs: [path.join(ROOT, 'protos')],
      enums: String,
      defaults: true,
    }),
  ) as unknown as { skills: { v1: { SkillsService: ServiceClientConstructor } } };
  let client: InstanceType<ServiceClientConstructor>;
  beforeAll(() => {
    client = new skills.v1.SkillsService(served().address.grpc, credentials.createInsecure());
  });
  afterAll(() => (client as Client).close());
  const call = (method: string, request: object): Promise<Message> =>
    new Promise((resolve, reject) => {
      const metadata = new Metadata();
      metadata.set('authorization', `Bearer ${served().token}`);
      client[method]!(request, metadata, (error: Error | null, answer: Message) =>
        error ? reject(error) : resolve(answer),
      );
    });

  test('reads the values of the service', async () => {
    const { api } = served().service;
    const { skill } = await call('getSkill', { id: 'rest' });
    const { level, createTime, updateTime, ...same } = await api.getSkill({ id: 'rest' });
    expect(skill).toMatchObject({ ...same, level: `SKILL_LEVEL_${level}` });
    expect(Number(skill.createTime.seconds) * 1000).toBe(Date.parse(createTime));
    expect(updateTime).toBe(createTime);
    const { categories } = await call('listCategories', {});
    expect(categories.map(({ id }: Message) => id)).toStrictEqual(
      (await api.listCategories({})).items.map(({ id }) => id),
    );
    const page = await call('listSkills', { tag: 'http', orderBy: 'name desc', pageSize: 3 });
    const own = await api.listSkills({ tag: 'http', orderBy: 'NAME_DESC', pageSize: 3 });
    expect(page.skills.map(({ id }: Message) => id)).toStrictEqual(own.items.map(({ id }) => id));
    expect([page.nextPageToken, page.totalSize]).toStrictEqual([own.nextPageToken, own.totalSize]);
  });

  test('creates, updates and deletes', async () => {
    const { skill } = await call('createSkill', {
      skill: { id: 'plain', name: 'Plain', categoryIds: ['tools'] },
    });
    const changed = await call('updateSkill', { id: 'plain', etag: skill.etag, patch: { name: 'P' } });
    expect(changed.skill.name).toBe('P');
    await call('deleteSkill', { id: 'plain', etag: changed.skill.etag });
    await expect(call('getSkill', { id: 'plain' })).rejects.toMatchObject({ code: 5 });
  });
});

describe('update_mask (AIP-134):', () => {
  const FULL = {
    name: 'Masked',
    summary: 'S',
    categoryIds: ['tools'],
    tags: ['a'],
    level: 'SKILL_LEVEL_ADVANCED',
    aliases: ['M'],
  };
  beforeEach(async () => {
    await send('DeleteSkill', { id: 'masked', etag: '*' });
    await call('CreateSkill', { skill: { id: 'masked', ...FULL } });
  });
  const update = async (patch: object, ...paths: string[][]): Promise<Message> => {
    const mask = paths.length > 0 ? { updateMask: { paths: paths.flat() } } : {};
    const { skill } = await call('UpdateSkill', { id: 'masked', etag: '*', patch, ...mask });
    const { id: _id, createTime: _create, updateTime: _update, etag: _etag, ...fields } = skill;
    return fields;
  };

  test('only the fields in the mask are updated', async () => {
    expect(await update({ name: 'N', summary: 'other' }, ['name'])).toStrictEqual({ ...FULL, name: 'N' });
  });

  test('fields in the mask that the patch omits are cleared', async () => {
    const { tags: _tags, level: _level, summary: _summary, ...rest } = FULL;
    expect(await update({}, ['tags', 'level'])).toStrictEqual({ ...rest, summary: 'S' });
    expect(await update({}, ['summary'])).toStrictEqual(rest);
  });

  test('* replaces all fields', async () => {
    const { name, categoryIds } = FULL;
    expect(await update({ name, categoryIds }, ['*'])).toStrictEqual({ name, categoryIds });
  });

  test('without a mask, the fields that are set are updated', async () => {
    expect(await update({ name: 'N', tags: [], aliases: ['O'] })).toStrictEqual({
      ...FULL,
      name: 'N',
      aliases: ['O'],
    });
  });

  test('a mask without paths drops no patch: the fields that are set are updated', async () => {
    expect(await update({ name: 'N' }, [])).toStrictEqual({ ...FULL, name: 'N' });
    expect(await update({}, [])).toStrictEqual({ ...FULL, name: 'N' });
  });

  test('without a patch, a mask clears its fields, and a request without either is rejected', async () => {
    const { tags: _tags, ...rest } = FULL;
    const request = { id: 'masked', etag: '*' };
    await call('UpdateSkill', { ...request, updateMask: { paths: ['tags'] } });
    expect(await update({})).toStrictEqual(rest);
    const { status, message } = await send('UpdateSkill', request);
    expect([status, message]).toStrictEqual([3, 'patch is required']);
  });

  test('an UNSPECIFIED level is removed if it is set or in the mask', async () => {
    const { level: _level, ...rest } = FULL;
    expect(await update({ level: 'SKILL_LEVEL_UNSPECIFIED' })).toStrictEqual(rest);
    await update({ level: 'SKILL_LEVEL_BEGINNER' });
    expect(await update({ level: 'SKILL_LEVEL_UNSPECIFIED' }, ['level'])).toStrictEqual(rest);
  });

  test.each([['colour'], ['patch.name'], ['id'], ['etag'], ['']])(
    'the path "%s" is rejected',
    async (unknown) => {
      const answer = await send('UpdateSkill', {
        id: 'masked',
        etag: '*',
        patch: { name: 'N' },
        updateMask: { paths: ['name', unknown] },
      });
      expect([answer.status, detailsOf(answer).ErrorInfo.reason]).toStrictEqual([3, 'INVALID_INPUT']);
    },
  );
});

test('a skill created with an UNSPECIFIED level has no level', async () => {
  const skill = { id: 'unspecified', name: 'U', categoryIds: ['tools'], level: 'SKILL_LEVEL_UNSPECIFIED' };
  expect((await call('CreateSkill', { skill })).skill).not.toHaveProperty('level');
});

test('read_mask selects the fields of a response (AIP-157)', async () => {
  const paths = ['category_ids', 'create_time'];
  const { skill } = await call('GetSkill', { id: 'git', readMask: { paths } });
  expect(skill).toStrictEqual({
    categoryIds: ['tools'],
    createTime: { seconds: Date.parse('2026-11-22') / 1000 },
  });
});

// One file runs all of these suites, because starting the servers costs more than each suite.
describe('errors', describeErrors);

testNothingLogged(served);
