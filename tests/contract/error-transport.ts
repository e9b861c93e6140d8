/** Error transport: every client reports the SkillsError that the service threw; any other thrown value becomes INTERNAL. */
import {
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  type FieldViolation,
  invalidArgument,
  invalidArguments,
  SkillsError,
} from '../../src/contract/errors';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { OPERATION_NAMES, type Operation } from '../../src/contract/skills-api';
import { HOSTILE_TEXTS } from '../support/contract-map';
import { type Implementations, type Running, serveOverAll } from '../support/implementations';
import { errorContents, errorOf } from '../support/outcome';
import { apiThat, CALLS } from '../support/plain-api';

const violation = (field: string): FieldViolation => ({ field, description: `of "${field}" is <wrong>` });
const FIELDS = [
  'pageSize',
  'text',
  'category',
  'pageToken',
  'id',
  'etag',
  'fields[3]',
  'ids[0]',
  'skill',
  'skill.id',
  'skill.requires[0]',
  'skill.categoryIds[12]',
  'patch',
  'patch.level',
  'patch.demonstrations[1].note',
  '',
];

/** Names of the domain and of the four contracts, which the clients must not confuse. */
const CONTRACT_FIELDS = [
  ...['pageSize', 'page_size', 'first', 'text', 'q', 'filter.text', 'category', 'filter.category', 'filter'],
  ...['etag', 'If-Match', 'skill.etag', 'idempotencyKey', 'request_id', 'Idempotency-Key', 'IdempotencyKey'],
  ...[
    'fields',
    'fields[1]',
    'read_mask',
    'read_mask.paths[1]',
    'orderBy',
    'order_by',
    'status',
    'skill.level',
  ],
  ...[
    'skill.categoryIds[0]',
    'skill.category_ids[0]',
    'patch.category_ids',
    'update_mask.paths[0]',
    'patch.x',
  ],
  ...['X-Request-Id', 'x-request-id', 'constructor', 'body', 'input', 'skill', 'patch', ''],
];
const CONTRACT_DESCRIPTIONS = [
  'is not a known field',
  'must be one of NAME, NAME_DESC, name, name desc, UPDATE_TIME, update_time, updateTime',
  'must be one of LEARNED, PROGRESS_STATUS_LEARNED, BEGINNER, SKILL_LEVEL_BEGINNER, EXPERT, constructor',
  'must be one of id, categoryIds, category_ids, updateTime, update_time',
  'must be one of ',
  'must be one of NAME,NAME_DESC, ',
];

const DETAILS: readonly ErrorDetails[] = [
  {},
  { violations: [] },
  { violations: [violation('skill.requires[0]')] },
  { violations: [violation('text'), { field: 'text', description: '' }] },
  { violations: FIELDS.map(violation) },
  { retryDelayMs: 0 },
  { retryDelayMs: 1 },
  { retryDelayMs: 1500 },
  { retryDelayMs: 60_000 },
  { resource: { type: 'skill', id: 'git' } },
  { resource: { type: 'category', id: 'tools' } },
  { scope: 'skills:write' },
  {
    violations: [violation('skill.requires[0]'), violation('patch.demonstrations[1].note')],
    retryDelayMs: 123,
    resource: { type: 'skill', id: 'git' },
    scope: 'skills:write other:read',
  },
];

/** Messages without carriage returns, because the domain removes those from all text. */
const MESSAGES: readonly string[] = [
  ...HOSTILE_TEXTS.filter((text) => !text.includes('\r')),
  '',
  'A long one. '.repeat(40),
];

export const describeErrorTransport = (): void => {
  let toThrow: unknown;
  let running: Running<Implementations>;
  beforeAll(async () => {
    running = await serveOverAll(apiThat(() => Promise.reject(toThrow)));
  });
  afterAll(() => running.stop());

  describe.each(PROTOCOL_NAMES)('%s', (protocol) => {
    /** The calls run at the same time. */
    const expectTransported = async (
      error: SkillsError,
      operations: readonly Operation[] = OPERATION_NAMES,
    ): Promise<void> => {
      toThrow = error;
      const errors = operations.map(async (operation) => [
        operation,
        await errorOf(CALLS[operation](running.value[protocol])),
      ]);
      expect(await Promise.all(errors)).toStrictEqual(
        operations.map((operation) => [operation, errorContents(error)]),
      );
    };

    describe.each(ERROR_CODES)('transport of %s', (code: ErrorCode) => {
      test('is complete for every operation', () =>
        expectTransported(new SkillsError(code, `WHY_${code}`, `It is ${code}.`)));

      test('is complete for every kind of details', async () => {
        for (const details of DETAILS) {
          const error = new SkillsError(code, 'A_REASON', 'A message.', details);
          await expectTransported(error, ['listSkills', 'createSkill', 'updateSkill']);
        }
      });
    });

    test.each(FIELDS)("transports a violation of the field '%s'", async (field) => {
      const code = ERROR_CODES[FIELDS.indexOf(field) % ERROR_CODES.length]!;
      const details = { violations: [violation(field)] };
      await expectTransported(new SkillsError(code, 'A_REASON', 'A message.', details));
    });

    test.each(CONTRACT_DESCRIPTIONS)('transports the names in "... %s"', async (description) => {
      await expectTransported(invalidArguments(CONTRACT_FIELDS.map((field) => ({ field, description }))));
      for (const field of CONTRACT_FIELDS)
        await expectTransported(invalidArgument(field, description), [
          'listSkills',
          'updateSkill',
          'setProgress',
        ]);
    });

    test.each(MESSAGES)('transports the message %j', async (text) => {
      const code = ERROR_CODES[MESSAGES.indexOf(text) % ERROR_CODES.length]!;
      const violations = ['skill.name', 'patch.name', 'text'].map((field) => ({ field, description: text }));
      await expectTransported(new SkillsError(code, 'A_REASON', text, { violations }));
    });

    test('reports code, reason and small details of an error that is too large to send, and serves the next call', async () => {
      const violations = Array.from({ length: 400 }, (_, index) => violation(`skill.requires[${index}]`));
      const details = { retryDelayMs: 5, resource: { type: 'skill', id: 'git' } } as const;
      for (const message of ['\u{1F600}'.repeat(20_000), 'x'.repeat(100_000)]) {
        toThrow = new SkillsError('ABORTED', 'A_REASON', message, { ...details, violations });
        const { message: _, ...error } = await errorOf(CALLS.createSkill(running.value[protocol]));
        expect(error).toMatchObject({ code: 'ABORTED', reason: 'A_REASON', details });
      }
      await expectTransported(new SkillsError('NOT_FOUND', 'A_REASON', 'A message.'));
    });

    test.each([
      ['an Error', new Error('secret')],
      [
        'an Error with the members of a SkillsError',
        Object.assign(new Error('secret'), { code: 'NOT_FOUND', reason: 'secret' }),
      ],
      [
        'an Error with a status',
        Object.assign(new Error('secret'), { status: 404, statusCode: 404, expose: true }),
      ],
      [
        'an Error with the members of a gRPC error',
        Object.assign(new Error('secret'), { code: 5, details: 'secret' }),
      ],
      ['text', 'secret'],
      ['undefined', undefined],
      ['null', null],
      ['an object', { secret: 'secret', Fault: { faultcode: 'secret' } }],
    ])('reports INTERNAL without any detail if the service throws %s', async (_, thrown) => {
      toThrow = thrown;
      for (const call of Object.values(CALLS)) {
        const error = await errorOf(call(running.value[protocol]));
        expect(error).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL', details: {} });
        expect(JSON.stringify(error)).not.toMatch(/secret|\.ts|\.js|node_modules/);
      }
    });
  });
};
